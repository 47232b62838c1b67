//! Runs every vector of spec/vectors (docs/vectors.md says what they are) but those of workenv, which are a table of their own.
//! `FLAVOR_VECTORS` names the directory where it is not the repository's, as on another machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod codecs;
mod format;
mod launch;
mod package;
#[cfg(unix)]
mod setup;
mod trust;
mod vector;
mod workenv;

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use vector::{Outcome, Reader, Vector, load_vectors};

/// What reads each kind, by the room that it is for.
const ROOMS: &[&[(&str, Reader)]] =
    &[format::READERS, codecs::READERS, launch::READERS, package::READERS, trust::READERS];

/// What needs a symlink of another slot, which a user of Windows may not make, and wine says that it made.
const NEEDS_LINKS: &[&str] = &["archive/through-the-link-of-another-slot"];

fn reader_of(kind: &str) -> Option<Reader> {
    ROOMS.iter().flat_map(|room| room.iter()).find(|(known, _)| *known == kind).map(|(_, read)| *read)
}

#[test]
fn every_vector_has_its_outcome() {
    let mut counts: BTreeMap<&str, usize> =
        ROOMS.iter().flat_map(|room| room.iter()).map(|(kind, _)| (*kind, 0)).collect();
    let mut faults = Vec::new();
    let mut vectors = load_vectors();
    if cfg!(windows) {
        println!("left out, for there are no symlinks: {}", NEEDS_LINKS.join(", "));
        vectors.retain(|vector| !NEEDS_LINKS.contains(&vector.id.as_str()));
    }
    for vector in &vectors {
        match reader_of(&vector.kind) {
            Some(read) => {
                *counts.get_mut(vector.kind.as_str()).unwrap() += 1;
                faults.extend(fault_of(vector, read));
            }
            None if launch::UNREAD.contains(&vector.kind.as_str()) => {}
            None if trust::UNREAD.contains(&vector.kind.as_str()) => {}
            None => faults.push(format!("{}: nothing reads {}", vector.id, vector.kind)),
        }
    }
    for (kind, count) in &counts {
        println!("{count:4} {kind}");
        if *count == 0 {
            faults.push(format!("no vector is of kind {kind}"));
        }
    }
    assert!(faults.is_empty(), "{} of {} vectors:\n{}", faults.len(), vectors.len(), faults.join("\n"));
}

fn fault_of(vector: &Vector, read: Reader) -> Option<String> {
    let Ok(outcome) = catch_unwind(|| Outcome::of(vector, read)) else {
        return Some(format!("{}: panics", vector.id));
    };
    if outcome == vector.expected() {
        return None;
    }
    Some(format!("{} ({}): found {outcome:?}, expected {:?}", vector.id, vector.comment, vector.expected()))
}
