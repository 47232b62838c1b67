//! What the kernel tells a process about itself beside its arguments.

use std::ffi::OsString;

/// The kernel's own links to the running executable. They are opened, never read: a path can be replaced, an open file cannot.
pub fn own_links() -> &'static [&'static str] {
    if cfg!(target_os = "linux") { &["/proc/self/exe"] } else { &[] }
}

/// Spec §7.4: whether this process has more rights than its caller: set-id files, and on Linux file capabilities.
#[cfg(target_os = "linux")]
pub fn is_privileged() -> bool {
    // SAFETY: getauxval reads what the kernel gave this process and fails with 0.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

#[cfg(not(target_os = "linux"))]
pub fn is_privileged() -> bool {
    // SAFETY: issetugid has no arguments and cannot fail.
    unsafe { libc::issetugid() != 0 }
}

/// The path by which the kernel started this program: AT_EXECFN, right whatever argv[0] says and without /proc.
#[cfg(target_os = "linux")]
pub fn started_path() -> Option<OsString> {
    use std::ffi::{CStr, OsStr, c_char};
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: as above.
    let address = unsafe { libc::getauxval(libc::AT_EXECFN) };
    if address == 0 {
        return None;
    }
    // SAFETY: the kernel put a string that ends with NUL there; it lies above the stack and stays for the life of the process.
    let text = unsafe { CStr::from_ptr(address as *const c_char) };
    (!text.is_empty()).then(|| OsStr::from_bytes(text.to_bytes()).to_owned())
}

#[cfg(target_os = "macos")]
pub fn started_path() -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    let mut size = libc::PATH_MAX as u32;
    let mut path = vec![0u8; libc::PATH_MAX as usize];
    // SAFETY: the buffer has as many bytes as `size` says.
    if unsafe { libc::_NSGetExecutablePath(path.as_mut_ptr().cast(), &mut size) } != 0 {
        return None;
    }
    path.truncate(path.iter().position(|byte| *byte == 0)?);
    Some(OsString::from_vec(path))
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn started_path() -> Option<OsString> {
    None
}
