//! What the systems do differently, and the only room with unsafe code.

mod allocator;
#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub use unix::*;
