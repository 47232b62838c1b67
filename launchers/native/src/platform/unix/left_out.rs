//! Functions of the C library's neighbours that Rust's standard library or the C library names and nothing here ever needs: with these in their
//! place no unwinder is linked, nor what would print a backtrace, nor musl's `printf`. That is 38 kB of the static musl launcher and, whose
//! standard library comes compiled, 220 kB of a static glibc one.

use std::ffi::{c_char, c_int, c_void};

/// `_URC_END_OF_STACK` of the Itanium C++ ABI, level I.
const END_OF_STACK: c_int = 5;

/// Backtraces are empty: nothing unwinds, and a failure says in a line where it was.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Backtrace(_visit: *const c_void, _argument: *mut c_void) -> c_int {
    END_OF_STACK
}

/// Asked for a frame of a backtrace only.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_GetIP(_frame: *mut c_void) -> usize {
    0
}

/// The same.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_GetIPInfo(_frame: *mut c_void, _is_before: *mut c_int) -> usize {
    0
}

/// The same.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_GetCFA(_frame: *mut c_void) -> usize {
    0
}

/// The same.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_FindEnclosingFunction(_address: *mut c_void) -> *mut c_void {
    std::ptr::null_mut()
}

/// Asked for by the code that an unwinder calls.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_GetLanguageSpecificData(_frame: *mut c_void) -> *mut c_void {
    std::ptr::null_mut()
}

/// The same.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_GetRegionStart(_frame: *mut c_void) -> usize {
    0
}

/// The same.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_GetTextRelBase(_frame: *mut c_void) -> usize {
    0
}

/// The same.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_GetDataRelBase(_frame: *mut c_void) -> usize {
    0
}

/// What a static glibc asks of an unwinder: to end a thread that is cancelled or calls `pthread_exit`, and to clean up behind it. Nothing here
/// does either, and without its tables (no-unwinding.ld) the real one would end like this too.
#[cfg(target_env = "gnu")]
mod forced_unwinding {
    use std::ffi::c_int;

    #[unsafe(no_mangle)]
    extern "C" fn _Unwind_ForcedUnwind() -> c_int {
        std::process::abort()
    }

    #[unsafe(no_mangle)]
    extern "C" fn _Unwind_Resume() -> ! {
        std::process::abort()
    }

    #[unsafe(no_mangle)]
    extern "C" fn __gcc_personality_v0() -> c_int {
        std::process::abort()
    }
}

/// Threads have no names here.
#[unsafe(no_mangle)]
extern "C" fn pthread_setname_np(_thread: *mut c_void, _name: *const c_char) -> c_int {
    0
}
