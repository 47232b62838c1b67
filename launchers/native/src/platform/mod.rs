//! What the systems do differently, and the only room with unsafe code.

mod allocator;
mod text;
#[cfg(unix)]
mod unix;

pub use text::os_str_part;
#[cfg(unix)]
pub use unix::*;
