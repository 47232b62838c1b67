//! What the system tells a process about itself.

use std::ffi::OsString;

/// There are none: a running file cannot be replaced here.
pub fn own_links() -> &'static [&'static str] {
    &[]
}

/// Nothing here gives a file more rights than its caller has: elevation starts with the environment of whoever consented.
pub fn is_privileged() -> bool {
    false
}

/// GetModuleFileNameW: right whatever argv[0] says, and however long.
pub fn started_path() -> Option<OsString> {
    std::env::current_exe().ok().map(Into::into)
}
