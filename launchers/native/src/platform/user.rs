//! Whose rights the process has.

/// `None` on Windows, where files have no owner of this kind.
pub fn effective_user() -> Option<u32> {
    #[cfg(unix)]
    return Some(rustix::process::geteuid().as_raw());
    #[cfg(windows)]
    return None;
}
