//! Entries of a tree by their paths. It holds positions, not texts: a map with paths of its own took half of the memory that a
//! tree of 100,000 files may have.

use crate::format::tree_listing::ListingEntry;
use std::hash::{BuildHasher, RandomState};

#[derive(Default)]
pub struct PathIndex {
    /// Keyed anew in each process: nobody can pack paths that all fall into one place.
    hasher: RandomState,
    /// Positions of entries plus one, 0 for free places; at most half of them are taken.
    places: Vec<u32>,
    taken: usize,
}

impl PathIndex {
    pub fn find(&self, path: &str, entries: &[ListingEntry]) -> Option<usize> {
        self.probe(path).map_while(|at| self.places.get(at)?.checked_sub(1)).find_map(|position| {
            let position = position as usize;
            (entries.get(position)?.path == path).then_some(position)
        })
    }

    /// Adds the last of `entries`, whose path is not there yet.
    pub fn add_last(&mut self, entries: &[ListingEntry]) {
        if self.places.len() < 2 * entries.len() {
            self.grow(entries);
        } else {
            self.place(entries.len(), entries);
        }
    }

    fn grow(&mut self, entries: &[ListingEntry]) {
        self.places = vec![0; (4 * entries.len()).next_power_of_two().max(64)];
        self.taken = 0;
        for count in 1..=entries.len() {
            self.place(count, entries);
        }
    }

    fn place(&mut self, count: usize, entries: &[ListingEntry]) {
        let Some(entry) = entries.get(count - 1) else { return };
        let free = self.probe(&entry.path).find(|at| self.places.get(*at) == Some(&0));
        if let Some(place) = free.and_then(|at| self.places.get_mut(at)) {
            *place = u32::try_from(count).unwrap_or(u32::MAX);
            self.taken += 1;
        }
    }

    /// Where `path` may stand, in the order in which to look.
    fn probe(&self, path: &str) -> impl Iterator<Item = usize> + use<> {
        let mask = self.places.len().wrapping_sub(1);
        let start = self.hasher.hash_one(path) as usize;
        (0..self.places.len()).map(move |step| start.wrapping_add(step) & mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tree_listing::EntryKind;

    #[test]
    fn finds_what_was_added_and_nothing_else() {
        let (mut index, mut entries) = (PathIndex::default(), Vec::new());
        assert_eq!(index.find("0", &entries), None);
        for position in 0..5000 {
            let (kind, path) = (EntryKind::File, position.to_string());
            entries.push(ListingEntry { kind, mode: 0, size: 0, sha256: None, path });
            index.add_last(&entries);
            assert_eq!(index.taken, entries.len());
        }
        for position in 0..5000 {
            assert_eq!(index.find(&position.to_string(), &entries), Some(position));
            assert_eq!(index.find(&format!("{position}a"), &entries), None);
        }
    }
}
