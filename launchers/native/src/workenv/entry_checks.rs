//! Entries of a tree on all cores: opening, reading and hashing files is what a check spends its time on.

use super::expected_tree::ExpectedEntry;
use super::file_hash::FileHasher;
use super::rung_failure::Outcome;
use super::tree_check::DamageKind;
use crate::platform::processors;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many entries a thread takes at a time, so that none is left with much when the others have ended.
const BLOCK: usize = 32;
/// Below that, a second thread costs more than it spares.
const WORTH_A_THREAD: usize = 4 * BLOCK;
const MAX_WORKERS: usize = 8;
const STACK: usize = 256 * 1024;

/// What is damaged, by its place in `entries`, in no order. Of several errors any is returned.
pub fn check_entries<C>(entries: &[&ExpectedEntry], check: C) -> Outcome<Vec<(usize, DamageKind)>>
where
    C: Fn(&ExpectedEntry, &mut FileHasher) -> Outcome<Option<DamageKind>> + Sync,
{
    let next = AtomicUsize::new(0);
    let run = || -> Outcome<Vec<(usize, DamageKind)>> {
        let (mut found, mut hasher) = (Vec::new(), FileHasher::new());
        loop {
            let start = next.fetch_add(BLOCK, Ordering::Relaxed);
            let block = entries.iter().enumerate().skip(start).take(BLOCK);
            if block.len() == 0 {
                return Ok(found);
            }
            for (at, entry) in block {
                found.extend(check(entry, &mut hasher)?.map(|kind| (at, kind)));
            }
        }
    };
    let workers = workers_for(entries.len());
    thread::scope(|scope| {
        let start = || thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        // A system that gives no more threads makes it slower, nothing else.
        let others: Vec<_> = (1..workers).map_while(|_| start().ok()).collect();
        let mut all = run();
        for other in others {
            // A thread that panics ends the process before this sees it.
            let Ok(outcome) = other.join() else { continue };
            all = all.and_then(|mut found| {
                found.extend(outcome?);
                Ok(found)
            });
        }
        all
    })
}

fn workers_for(entries: usize) -> usize {
    if entries < WORTH_A_THREAD { 1 } else { processors().min(MAX_WORKERS) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tree_listing::EntryKind;
    use crate::workenv::expected_tree::Origin;
    use crate::workenv::rung_failure::{RungFailure, Stop};

    fn entries(count: usize) -> Vec<ExpectedEntry> {
        let entry = |at: usize| ExpectedEntry {
            kind: EntryKind::File,
            mode: None,
            size: at as u64,
            sha256: None,
            path: at.to_string(),
            origin: Origin::Slot(0),
        };
        (0..count).map(entry).collect()
    }

    #[test]
    fn s7_2_every_entry_is_checked_once_whatever_thread_has_it() {
        for count in [0, 1, BLOCK, WORTH_A_THREAD - 1, WORTH_A_THREAD, 3001] {
            let all = entries(count);
            let checked = AtomicUsize::new(0);
            let mut found = check_entries(&all.iter().collect::<Vec<_>>(), |entry, _| {
                checked.fetch_add(1, Ordering::Relaxed);
                Ok((entry.size % 3 == 0).then_some(DamageKind::Size))
            })
            .unwrap();
            found.sort_by_key(|(at, _)| *at);
            let expected: Vec<_> = (0..count).step_by(3).map(|at| (at, DamageKind::Size)).collect();
            assert_eq!((found, checked.into_inner()), (expected, count));
        }
    }

    #[test]
    fn s7_2_an_error_of_any_thread_is_the_outcome() {
        let all = entries(1000);
        for wrong in [0, 500, 999] {
            let outcome = check_entries(&all.iter().collect::<Vec<_>>(), |entry, _| {
                if entry.size == wrong { Err(RungFailure::new("no".to_string()).into()) } else { Ok(None) }
            });
            assert!(matches!(outcome, Err(Stop::Rung(_))), "{wrong}");
        }
    }
}
