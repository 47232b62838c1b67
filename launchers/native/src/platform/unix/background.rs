//! Work that outlives its process, beside the program that the process becomes.

use std::ffi::c_int;

/// Does `work` in a process of its own: a grandchild, so that it is no child of the program; in a session of its own, with nothing
/// open but `/dev/null`, so that it holds neither the terminal nor a pipe, nor a lock; in the root directory; and with the least priority.
/// False where that cannot be: where there is no room for processes, or where this one takes in orphans (the first process
/// of a container, a subreaper), so that the program would find the grandchild's end among those of its children.
///
/// The caller has only one thread.
pub fn in_background<W: FnOnce() + Send + 'static>(work: W) -> bool {
    if takes_in_orphans() {
        return false;
    }
    // SAFETY: there is only one thread, so that the child may do whatever the parent may.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: as above; setsid and _exit take nothing.
        unsafe {
            libc::setsid();
            if libc::fork() == 0 {
                detach();
                work();
            }
            libc::_exit(0)
        }
    }
    if child < 0 {
        return false;
    }
    // SAFETY: the child is ours, and no status is asked for. Where the caller ignores SIGCHLD it leaves none.
    while unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) } < 0 {
        if std::io::Error::last_os_error().kind() != std::io::ErrorKind::Interrupted {
            break;
        }
    }
    true
}

#[cfg(target_os = "linux")]
fn takes_in_orphans() -> bool {
    let mut is_subreaper: c_int = 0;
    // SAFETY: the call writes one integer where it is told to; where the kernel does not know it, nothing.
    unsafe { libc::prctl(libc::PR_GET_CHILD_SUBREAPER, &raw mut is_subreaper) };
    is_subreaper != 0 || std::process::id() == 1
}

#[cfg(not(target_os = "linux"))]
fn takes_in_orphans() -> bool {
    std::process::id() == 1
}

/// Lets go of everything that the caller of the launcher can see.
fn detach() {
    // SAFETY: literals that end with NUL, and integers. Nothing in this process uses a descriptor after they are closed.
    unsafe {
        let _ = libc::chdir(c"/".as_ptr());
        close_from(0);
        // The lowest number each; where there is no /dev/null, they stay closed.
        for _ in 0..3 {
            libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        }
        libc::setpriority(libc::PRIO_PROCESS, 0, 19);
    }
}

#[cfg(target_os = "linux")]
fn close_from(first: c_int) {
    // SAFETY: three integers. Kernels before 5.9 do not have it.
    if unsafe { libc::syscall(libc::SYS_close_range, first, c_int::MAX, 0) } != 0 {
        close_each(first);
    }
}

#[cfg(not(target_os = "linux"))]
fn close_from(first: c_int) {
    close_each(first);
}

fn close_each(first: c_int) {
    // SAFETY: the call takes an integer.
    let open = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) };
    for fd in first..c_int::try_from(open).unwrap_or(c_int::MAX).max(1024) {
        // SAFETY: nothing in this process uses it any more; what is not open fails.
        unsafe { libc::close(fd) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_grandchild_works_on_and_holds_no_pipe() {
        let directory = crate::workenv::test_scratch::scratch("background");
        let (go, done) = (directory.join("go"), directory.join("done"));
        let fifo = std::ffi::CString::new(go.to_str().unwrap()).unwrap();
        // SAFETY: a path that ends with NUL.
        assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
        let (mut reader, writer) = std::io::pipe().unwrap();
        let (place, gate) = (done.clone(), go.clone());
        let work = move || {
            let _ = std::fs::read(gate);
            let _ = std::fs::rename(&place, place.with_extension("moved"));
        };
        std::fs::write(&done, "").unwrap();
        assert!(in_background(work));
        drop(writer);
        let mut text = String::new();
        // Ends although the grandchild lives: it waits for the fifo.
        reader.read_to_string(&mut text).unwrap();
        assert!(done.exists());
        std::fs::write(&go, "").unwrap();
        while done.exists() {
            std::thread::yield_now();
        }
    }
}
