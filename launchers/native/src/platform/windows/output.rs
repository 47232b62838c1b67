//! Writing to stdout and stderr.

use std::io::{self, Write};

/// Writes all of it; to a console as text, whatever its code page is. `fd` by its number in C: 1 or 2.
pub fn write_all(fd: i32, bytes: &[u8]) -> io::Result<()> {
    if fd != 1 {
        return io::stderr().write_all(bytes);
    }
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}
