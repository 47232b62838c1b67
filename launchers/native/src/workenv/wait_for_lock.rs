//! workenv §6.1: work under a lock that only spares double work.

use super::os_lock::{OsLock, try_lock};
use super::rung_failure::{At, Outcome};
use crate::platform::lock::LockKind;
use std::path::Path;
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(10);

pub struct Wait<'a> {
    /// How long to wait before the work is done without the lock (workenv §8.2).
    pub limit: Duration,
    pub on_wait: &'a dyn Fn(),
}

impl Wait<'_> {
    pub fn seconds(seconds: u64) -> Self {
        Wait { limit: Duration::from_secs(seconds), on_wait: &|| {} }
    }
}

/// Does the work under an exclusive lock, or takes what its holder made: `look` looks for that before and while waiting, and once more
/// under the lock.
pub fn under_lock<T>(
    path: &Path,
    wait: &Wait,
    look: &mut dyn FnMut() -> Option<T>,
    work: impl FnOnce() -> Outcome<T>,
) -> Outcome<T> {
    let mut found = None;
    let lock = wait_for(path, wait, &mut || {
        found = look();
        found.is_some()
    })?;
    if lock.is_some() {
        found = found.or_else(look);
    }
    match found {
        Some(found) => Ok(found),
        None => work(),
    }
}

/// `None` where it was found, or where waiting has had its time.
fn wait_for(path: &Path, wait: &Wait, is_found: &mut dyn FnMut() -> bool) -> Outcome<Option<OsLock>> {
    let start = Instant::now();
    let mut is_first = true;
    loop {
        if is_found() {
            return Ok(None);
        }
        if let Some(lock) = try_lock(path, LockKind::Exclusive).at("open", path)? {
            return Ok(Some(lock));
        }
        if start.elapsed() >= wait.limit {
            return Ok(None);
        }
        if is_first {
            (wait.on_wait)();
            is_first = false;
        }
        std::thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workenv::test_scratch::scratch;
    use std::cell::Cell;

    #[test]
    fn s6_1_takes_what_the_holder_made_while_it_waits() {
        let path = scratch("wait").join("lock");
        let held = try_lock(&path, LockKind::Exclusive).unwrap().unwrap();
        let (looks, waits) = (Cell::new(0), Cell::new(0));
        let mut look = || {
            looks.set(looks.get() + 1);
            (looks.get() == 3).then_some("theirs")
        };
        let on_wait = || waits.set(waits.get() + 1);
        let wait = Wait { limit: Duration::from_secs(60), on_wait: &on_wait };
        assert_eq!(under_lock(&path, &wait, &mut look, || Ok("ours")).unwrap(), "theirs");
        assert_eq!(waits.get(), 1);
        drop(held);
        assert_eq!(under_lock(&path, &wait, &mut || None, || Ok("ours")).unwrap(), "ours");
    }

    #[test]
    fn s8_2_works_for_itself_when_waiting_has_had_its_time() {
        let path = scratch("limit").join("lock");
        let _held = try_lock(&path, LockKind::Exclusive).unwrap().unwrap();
        assert_eq!(under_lock(&path, &Wait::seconds(0), &mut || None, || Ok(1)).unwrap(), 1);
    }
}
