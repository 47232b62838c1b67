//! How the launcher itself ends.

use crate::error::Code;
use crate::platform::{self, End};

/// The exit status of a process that ends as `end`; does not come back where it can die by the same signal.
pub fn end_like(end: End) -> i32 {
    match end {
        End::Exit(status) => status,
        End::Signal(signal) => {
            platform::die_by(signal);
            // Some leave a process alive; then the status says it as a shell would.
            128_i32.saturating_add(signal)
        }
    }
}

/// A bug ends with one line and its exit status, not with the trace that Rust would write, nor by SIGABRT.
pub fn report_bugs() {
    std::panic::set_hook(Box::new(|information| {
        let place = match information.location() {
            Some(place) => [" at ", place.file(), ":", &place.line().to_string()].concat(),
            None => String::new(),
        };
        let text = information.payload_as_str().unwrap_or("unknown").replace('\n', " ");
        let code = Code::LaunchInternal;
        let line = ["flavor: error[", code.name(), "]: bug in the launcher", &place, ": ", &text, "\n"].concat();
        // Nothing more can be done about an error.
        let _ = platform::write_all(2, line.as_bytes());
        std::process::exit(code.exit().into());
    }));
}
