//! The allocator: first the arena, then the system's, with an end by exit status and one line where there is no memory: Rust itself would
//! abort.

use super::arena::Arena;
use crate::error::Code;
use std::alloc::{GlobalAlloc, Layout, System};

struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;
static ARENA: Arena = Arena::new();

// SAFETY: pieces of the arena belong to one caller each and are as long and aligned as the layout says; everything else is left to `System`, to
// which only its own pointers come back; no call comes back with null.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of `System`.
        ARENA.take(layout).unwrap_or_else(|| given(unsafe { System.alloc(layout) }))
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match ARENA.take(layout) {
            Some(piece) => {
                // SAFETY: the piece is as long as the layout says.
                unsafe { piece.write_bytes(0, layout.size()) };
                piece
            }
            // SAFETY: as above.
            None => given(unsafe { System.alloc_zeroed(layout) }),
        }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(at) = ARENA.offset(pointer) else {
            // SAFETY: as above; the pointer is one of `System`.
            return given(unsafe { System.realloc(pointer, layout, size) });
        };
        if ARENA.resize(at, layout.size(), size) || size <= layout.size() {
            return pointer;
        }
        // SAFETY: the caller promises that `size`, rounded up to the alignment, does not overflow.
        let moved = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        // SAFETY: both pieces are at least as long as the old one, and do not meet.
        unsafe { moved.copy_from_nonoverlapping(pointer, layout.size()) };
        moved
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        match ARENA.offset(pointer) {
            // Where others lie behind it, its memory is not used again.
            Some(at) => _ = ARENA.resize(at, layout.size(), 0),
            // SAFETY: as above.
            None => unsafe { System.dealloc(pointer, layout) },
        }
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
