//! workenv §10.3: which shared slots the attempts of a base need.

use super::about::read_shares;
use super::cache_layout::CacheLayout;
use super::leftovers::list_attempts;
use super::os_lock::try_lock;
use crate::platform::lock::LockKind;
use crate::platform::status::is_there;
use std::path::Path;

/// True too where an attempt that somebody owns does not say.
pub fn may_be_needed(layout: &CacheLayout, tree: &str) -> bool {
    list_attempts(&layout.envs()).into_iter().any(|(key, number)| {
        let attempt = layout.attempt(&key, number);
        is_there(&attempt.directory)
            && match read_shares(&attempt.about()) {
                Some(shares) => shares.iter().any(|share| share == tree),
                None => is_owned(&attempt.lock()),
            }
    })
}

fn is_owned(lock: &Path) -> bool {
    is_there(lock) && matches!(try_lock(lock, LockKind::Exclusive), Ok(None))
}
