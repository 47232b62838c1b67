//! Signals of a launcher that waits for its program. One that becomes its program touches none of them.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};

/// A terminal sends these to the program as well, so that passing them on would deliver them twice.
const FROM_TERMINAL: [i32; 2] = [libc::SIGINT, libc::SIGQUIT];
const FORWARDED: [i32; 4] = [libc::SIGTERM, libc::SIGHUP, libc::SIGUSR1, libc::SIGUSR2];

static PROGRAM: AtomicI32 = AtomicI32::new(0);

pub(super) type Disposition = libc::sigaction;

pub(super) fn ignore_sigpipe() -> Option<Disposition> {
    set_handler(libc::SIGPIPE, libc::SIG_IGN)
}

pub(super) fn restore_sigpipe(former: &Option<Disposition>) {
    if let Some(former) = former {
        // SAFETY: what sigaction itself said it was.
        unsafe { libc::sigaction(libc::SIGPIPE, former, ptr::null_mut()) };
    }
}

/// Until this is dropped, writing beyond the limit on the size of files is an error, which says so, instead of the end.
pub struct FileLimitIsError(Option<Disposition>);

impl FileLimitIsError {
    pub fn begin() -> Self {
        FileLimitIsError(set_handler(libc::SIGXFSZ, libc::SIG_IGN))
    }
}

impl Drop for FileLimitIsError {
    fn drop(&mut self) {
        if let Some(former) = &self.0 {
            // SAFETY: what sigaction itself said it was.
            unsafe { libc::sigaction(libc::SIGXFSZ, former, ptr::null_mut()) };
        }
    }
}

/// What it was before.
fn set_handler(signal: i32, handler: libc::sighandler_t) -> Option<Disposition> {
    let mut former = MaybeUninit::<Disposition>::zeroed();
    // SAFETY: sigaction is a plain structure for which zeros are valid: no flags, an empty mask.
    let mut wanted: Disposition = unsafe { MaybeUninit::zeroed().assume_init() };
    wanted.sa_sigaction = handler;
    wanted.sa_flags = libc::SA_RESTART;
    // SAFETY: both point to structures of this function; handlers are SIG_DFL, SIG_IGN or functions that only call kill.
    let done = unsafe { libc::sigaction(signal, &wanted, former.as_mut_ptr()) };
    // SAFETY: zeroed, and filled in where the call succeeded.
    (done == 0).then(|| unsafe { former.assume_init() })
}

/// Signals that wait until it is known whom they are for.
pub(super) struct Held(libc::sigset_t);

impl Held {
    pub(super) fn new() -> Self {
        let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
        let mut former = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: sigemptyset fills the set in before it is used; sigprocmask reads it and fills in the former one.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            for signal in FROM_TERMINAL.into_iter().chain(FORWARDED) {
                libc::sigaddset(set.as_mut_ptr(), signal);
            }
            libc::sigprocmask(libc::SIG_BLOCK, set.as_ptr(), former.as_mut_ptr());
            Held(former.assume_init())
        }
    }

    /// The mask as it was.
    pub(super) fn release(&self) {
        // SAFETY: what sigprocmask itself said it was.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, &self.0, ptr::null_mut()) };
    }
}

extern "C" fn forward(signal: i32) {
    let program = PROGRAM.load(Ordering::Relaxed);
    if program > 0 {
        // SAFETY: kill may be called in a handler; the child is not waited for yet, so that its number is still its own.
        unsafe { libc::kill(program, signal) };
    }
}

extern "C" fn leave_to_terminal(_signal: i32) {}

/// Signals that were sent to this process alone are meant for the program. Those that the caller ignores stay ignored, for both.
pub(super) fn forward_to(program: i32, has_terminal: bool) {
    PROGRAM.store(program, Ordering::Relaxed);
    let pass: extern "C" fn(i32) = forward;
    let leave: extern "C" fn(i32) = leave_to_terminal;
    for signal in FORWARDED {
        handle(signal, pass);
    }
    for signal in FROM_TERMINAL {
        handle(signal, if has_terminal { leave } else { pass });
    }
}

/// Before the child is waited for: afterwards its number may be another's.
pub(super) fn stop_forwarding() {
    PROGRAM.store(0, Ordering::Relaxed);
}

fn handle(signal: i32, handler: extern "C" fn(i32)) {
    let former = set_handler(signal, handler as *const () as libc::sighandler_t);
    if former.is_some_and(|former| former.sa_sigaction == libc::SIG_IGN) {
        set_handler(signal, libc::SIG_IGN);
    }
}

/// Whoever waits for us must see how the program ended. Comes back where a signal leaves a process alive.
pub fn die_by(signal: i32) {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: plain calls with structures of this function. Our own memory is no part of the program's core dump, which it may have
    // left under the same name.
    unsafe {
        libc::setrlimit(libc::RLIMIT_CORE, &none);
        set_handler(signal, libc::SIG_DFL);
        let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::sigprocmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
        libc::kill(libc::getpid(), signal);
    }
}

pub fn signal_name(signal: i32) -> String {
    let name = match signal {
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGFPE => "SIGFPE",
        libc::SIGHUP => "SIGHUP",
        libc::SIGILL => "SIGILL",
        libc::SIGINT => "SIGINT",
        libc::SIGKILL => "SIGKILL",
        libc::SIGPIPE => "SIGPIPE",
        libc::SIGQUIT => "SIGQUIT",
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGTERM => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigpipe_is_afterwards_what_it_was() {
        let former = ignore_sigpipe();
        assert_eq!(ignore_sigpipe().unwrap().sa_sigaction, libc::SIG_IGN);
        restore_sigpipe(&former);
        assert_eq!(ignore_sigpipe().unwrap().sa_sigaction, former.unwrap().sa_sigaction);
        restore_sigpipe(&former);
    }

    #[test]
    fn names() {
        assert_eq!(signal_name(libc::SIGKILL), "SIGKILL");
        assert_eq!(signal_name(64), "signal 64");
    }
}
