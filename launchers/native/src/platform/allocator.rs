//! The system's allocator, with an end by exit status and one line where there is no memory: Rust itself would abort.

use crate::error::Code;
use std::alloc::{GlobalAlloc, Layout, System};

struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

// SAFETY: everything is left to `System`; what it gives is passed on, and no call comes back with null.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of `System`.
        given(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        given(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        given(unsafe { System.realloc(pointer, layout, size) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn given(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() {
        out_of_memory();
    }
    pointer
}

/// Takes no memory itself. The caller's system has not enough of it, or sets a limit (`ulimit -v`).
#[cold]
fn out_of_memory() -> ! {
    let line = "flavor: error[LAUNCH_INTERNAL]: out of memory\n";
    // Nothing more can be done about an error.
    let _ = super::write_all(2, line.as_bytes());
    std::process::exit(i32::from(Code::LaunchInternal.exit()))
}
