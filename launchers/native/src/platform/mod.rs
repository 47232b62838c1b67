//! What the systems do differently, and the only room with unsafe code.

mod allocator;
mod arena;
pub mod disk_space;
pub mod files;
pub mod lock;
pub mod status;
mod text;
pub mod two_hashes;
pub mod umask;
#[cfg(unix)]
mod unix;
pub mod user;
#[cfg(windows)]
mod windows;

pub use text::os_str_part;
#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;
