//! Console events of a launcher that waits for its program.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::Win32::System::Threading::{INFINITE, WaitForSingleObject};
use windows_sys::core::BOOL;

static PROGRAM: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// The console gives its events to the program too: it alone decides what they mean. Where they are ignored, they stay so for both.
pub(super) fn leave_to_program() {
    // SAFETY: the function lives as long as the process and touches an atomic only.
    unsafe { SetConsoleCtrlHandler(Some(on_event), 1) };
}

/// For the end of a session, which is given time for an orderly end only while a handler runs.
pub(super) fn wait_at_the_end_for(program: HANDLE) {
    PROGRAM.store(program, Ordering::Relaxed);
}

unsafe extern "system" fn on_event(event: u32) -> BOOL {
    if event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT {
        let program = PROGRAM.load(Ordering::Relaxed);
        if !program.is_null() {
            // SAFETY: the handle is never closed.
            unsafe { WaitForSingleObject(program, INFINITE) };
        }
    }
    1
}

/// No signal tells of a limit here.
pub struct FileLimitIsError;

impl FileLimitIsError {
    pub fn begin() -> Self {
        FileLimitIsError
    }
}

/// Nothing dies of a signal here.
pub fn die_by(_signal: i32) {}

pub fn signal_name(signal: i32) -> String {
    ["signal ", &signal.to_string()].concat()
}
