//! How many processors this process may use.

use std::thread::available_parallelism;

/// At least 1.
pub fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}
