//! On Unix without Rust's own start: it would ignore SIGPIPE and put files in the places of closed descriptors, and the program would
//! inherit that.
#![cfg_attr(unix, no_main)]

#[cfg(unix)]
use flavor_launcher::error::Code;
use flavor_launcher::launch::launch_io::LaunchIo;
use flavor_launcher::launch::process_end::{end_like, report_bugs};
use flavor_launcher::launch::run_launcher::run_launcher;
use flavor_launcher::platform::{self, Started};
use std::time::Instant;

struct Terminal {
    started: Instant,
}

impl LaunchIo for Terminal {
    fn stdout(&self, bytes: &[u8]) {
        // Nobody listens; the exit status still tells.
        let _ = platform::write_all(1, bytes);
    }

    fn stderr(&self, bytes: &[u8]) {
        let _ = platform::write_all(2, bytes);
    }

    fn is_terminal(&self) -> bool {
        platform::is_terminal(2)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn launch(started: Started) -> i32 {
    report_bugs();
    end_like(run_launcher(started, &Terminal { started: Instant::now() }))
}

/// # Safety
/// The C library calls it, with its arrays of arguments and variables.
#[cfg(unix)]
// SAFETY: no other function has this name; it is the one that the C library starts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(
    _count: std::ffi::c_int,
    argv: *const *const std::ffi::c_char,
    environment: *const *const std::ffi::c_char,
) -> std::ffi::c_int {
    if !platform::occupy_standard_descriptors() {
        return Code::LaunchInternal.exit().into();
    }
    // SAFETY: both are as the C library gave them.
    launch(unsafe { Started::from_c(argv, environment) })
}

#[cfg(windows)]
fn main() {
    std::process::exit(launch(Started::from_process()))
}
