//! workenv §8.1: locks of the operating system on SQLite's lock bytes, which node:sqlite takes too. The kernel frees them with their
//! last holder.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{names, open, restore_mode, survive_exec, take};
#[cfg(windows)]
pub use windows::{names, open, restore_mode, survive_exec, take};

/// Exclusive: a write lock on all of them.
pub const FIRST_BYTE: u32 = 1_073_741_824;
pub const BYTES: u32 = 512;
/// Shared: a read lock from here on. SQLite takes the two bytes before it only on its way to an exclusive lock.
pub const FIRST_SHARED_BYTE: u32 = FIRST_BYTE + 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockKind {
    Exclusive,
    Shared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Held,
    Busy,
    /// The file system has no locks.
    Impossible,
}

/// First byte and length of what a lock of this kind lies on.
fn range(kind: LockKind) -> (u32, u32) {
    match kind {
        LockKind::Exclusive => (FIRST_BYTE, BYTES),
        LockKind::Shared => (FIRST_SHARED_BYTE, BYTES - (FIRST_SHARED_BYTE - FIRST_BYTE)),
    }
}
