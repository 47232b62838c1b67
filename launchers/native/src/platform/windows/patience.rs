//! Scanners and indexers open what was just written, for moments, and in a way that keeps others from renaming or opening it.

use super::errno::number;
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_LOCK_VIOLATION, ERROR_SHARING_VIOLATION};

/// workenv §6.1.
const WHILE_OTHERS_HOLD_IT: Duration = Duration::from_secs(10);
/// A lock file whose last holder is about to close it says so: it was removed, and its name is not free yet.
const WHILE_IT_VANISHES: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Renaming: a directory in which somebody has a file open is refused as if it were forbidden.
pub fn rename(attempt: &mut dyn FnMut() -> io::Result<()>, is_hopeless: &dyn Fn() -> bool) -> io::Result<()> {
    patiently(attempt, &|code| match code {
        ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION => WHILE_OTHERS_HOLD_IT,
        ERROR_ACCESS_DENIED if !is_hopeless() => WHILE_OTHERS_HOLD_IT,
        _ => Duration::ZERO,
    })
}

pub fn open<T>(attempt: &mut dyn FnMut() -> io::Result<T>) -> io::Result<T> {
    patiently(attempt, &|code| match code {
        ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION => WHILE_OTHERS_HOLD_IT,
        ERROR_ACCESS_DENIED => WHILE_IT_VANISHES,
        _ => Duration::ZERO,
    })
}

fn patiently<T>(attempt: &mut dyn FnMut() -> io::Result<T>, limit: &dyn Fn(u32) -> Duration) -> io::Result<T> {
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let error = match attempt() {
            Err(error) => error,
            done => return done,
        };
        if !number(&error).is_some_and(|code| start.elapsed() < limit(code)) {
            return Err(error);
        }
        sleep(pause);
        pause = LONGEST_PAUSE.min(pause.saturating_mul(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusing(turns: u32, code: u32) -> impl FnMut() -> io::Result<()> {
        let mut left = turns;
        move || match left.checked_sub(1) {
            None => Ok(()),
            Some(rest) => {
                left = rest;
                Err(io::Error::from_raw_os_error(code.cast_signed()))
            }
        }
    }

    #[test]
    fn s6_1_what_others_hold_open_is_tried_again_and_what_never_works_is_not() {
        assert!(rename(&mut refusing(4, ERROR_SHARING_VIOLATION), &|| true).is_ok());
        assert!(rename(&mut refusing(4, ERROR_ACCESS_DENIED), &|| false).is_ok());
        assert!(rename(&mut refusing(1, ERROR_ACCESS_DENIED), &|| true).is_err());
        assert!(rename(&mut refusing(1, 2), &|| false).is_err());
        assert!(open(&mut refusing(4, ERROR_ACCESS_DENIED)).is_ok());
    }
}
