//! What the system gives to a process.

use std::ffi::OsString;

/// Arguments as the C library of Microsoft splits them; variables, those of the working directories of drives (`=C:`) included.
#[derive(Debug, Default)]
pub struct Started {
    pub argv: Vec<OsString>,
    pub environment: Vec<(OsString, OsString)>,
}

impl Started {
    pub fn from_process() -> Self {
        Started { argv: std::env::args_os().collect(), environment: std::env::vars_os().collect() }
    }
}
