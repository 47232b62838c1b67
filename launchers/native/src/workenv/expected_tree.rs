//! workenv §7.2: everything that belongs below `root`.

use crate::crypto::sha256::sha256;
use crate::format::order::{compare_bytes, sort_by};
use crate::format::tree_listing::{EntryKind, ListingEntry};
use std::cmp::Ordering;

/// What put an entry there, and so what can put it right again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// By index.
    Slot(usize),
    Link,
    Derived,
    Directory,
    Setup,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedEntry {
    pub kind: EntryKind,
    /// `None` for a directory that is there only because something lies below it.
    pub mode: Option<u16>,
    pub size: u64,
    pub sha256: Option<[u8; 32]>,
    pub path: String,
    pub origin: Origin,
}

impl ExpectedEntry {
    fn listed(entry: &ListingEntry, path: String, origin: Origin) -> Self {
        ExpectedEntry { kind: entry.kind, mode: Some(entry.mode), size: entry.size, sha256: entry.sha256, path, origin }
    }

    fn directory(path: &str, mode: Option<u16>, origin: Origin) -> Self {
        ExpectedEntry { kind: EntryKind::Directory, mode, size: 0, sha256: None, path: path.to_string(), origin }
    }
}

/// By path relative to `root`, sorted by its bytes, so that parents come before what lies in them.
#[derive(Debug, Default)]
pub struct ExpectedTree(Vec<ExpectedEntry>);

impl ExpectedTree {
    pub fn entries(&self) -> &[ExpectedEntry] {
        &self.0
    }

    pub fn get(&self, path: &str) -> Option<&ExpectedEntry> {
        let at = self.0.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.0.get(at)
    }
}

#[derive(Debug)]
pub struct ListedSlot<'a> {
    pub index: usize,
    pub target: &'a str,
    pub is_tree: bool,
    pub entries: Vec<ListingEntry>,
}

#[derive(Debug)]
pub struct RenderedFile<'a> {
    pub path: &'a str,
    /// As in the metadata.
    pub mode: u16,
    pub content: Vec<u8>,
}

#[derive(Debug, Default)]
pub struct TreeParts<'a> {
    /// Sorted by index: where two name a directory, the later one gives its mode.
    pub slots: Vec<ListedSlot<'a>>,
    /// Shared slots: target and tree hash.
    pub links: Vec<(&'a str, &'a str)>,
    pub derived: Vec<RenderedFile<'a>>,
    /// Path and mode.
    pub directories: Vec<(&'a str, u16)>,
}

pub fn expected_tree(parts: &TreeParts) -> ExpectedTree {
    let mut entries = Vec::new();
    for ListedSlot { index, target, is_tree, entries: listed } in &parts.slots {
        let origin = Origin::Slot(*index);
        let prefix = if *is_tree { target } else { parent_of(target) };
        if *is_tree && !target.is_empty() {
            entries.push(ExpectedEntry::directory(target, None, origin));
        }
        entries.extend(listed.iter().map(|entry| ExpectedEntry::listed(entry, below(prefix, &entry.path), origin)));
    }
    for (path, tree) in &parts.links {
        let target = link_target(path, tree);
        entries.push(ExpectedEntry {
            kind: EntryKind::Symlink,
            mode: Some(0o777),
            size: target.len() as u64,
            sha256: Some(sha256(target.as_bytes())),
            path: (*path).to_string(),
            origin: Origin::Link,
        });
    }
    for RenderedFile { path, mode, content } in &parts.derived {
        entries.push(ExpectedEntry {
            kind: EntryKind::File,
            mode: Some(mode & 0o555),
            size: content.len() as u64,
            sha256: Some(sha256(content)),
            path: (*path).to_string(),
            origin: Origin::Derived,
        });
    }
    for (path, mode) in &parts.directories {
        entries.push(ExpectedEntry::directory(path, Some(mode | 0o700), Origin::Directory));
    }
    with_parents(entries)
}

/// workenv §6.4: after setup, its listing is all that there is to expect.
pub fn expected_after_setup(listed: &[ListingEntry], parts: &TreeParts) -> ExpectedTree {
    let before = expected_tree(parts);
    // What setup left as it was can be healed from where it came; the rest only by another setup.
    let origin = |entry: &ListingEntry| match before.get(&entry.path) {
        Some(was) if was.kind == entry.kind && was.sha256 == entry.sha256 && was.mode == Some(entry.mode) => was.origin,
        _ => Origin::Setup,
    };
    with_parents(listed.iter().map(|entry| ExpectedEntry::listed(entry, entry.path.clone(), origin(entry))).collect())
}

/// workenv §7.2: what a shared slot holds, below its own root.
pub fn expected_slot(index: usize, listed: &[ListingEntry]) -> ExpectedTree {
    let entry = |entry: &ListingEntry| ExpectedEntry::listed(entry, entry.path.clone(), Origin::Slot(index));
    with_parents(listed.iter().map(entry).collect())
}

/// workenv §4.2: from the target up to the base, and down into the slot.
pub fn link_target(target: &str, tree: &str) -> String {
    let up = "../".repeat(target.split('/').count().saturating_add(2));
    [&up, "slots/", tree, "/tree"].concat()
}

/// A symlink in the place of a directory that no listing names must be seen too.
fn with_parents(entries: Vec<ExpectedEntry>) -> ExpectedTree {
    let explicit = last_of_each(entries);
    let mut implied: Vec<(usize, ExpectedEntry)> = Vec::new();
    for (order, entry) in &explicit {
        let mut parent = parent_of(&entry.path);
        let is_known = |path: &str| explicit.binary_search_by(|(_, one)| one.path.as_str().cmp(path)).is_ok();
        while !parent.is_empty() && !is_known(parent) {
            implied.push((*order, ExpectedEntry::directory(parent, None, entry.origin)));
            parent = parent_of(parent);
        }
    }
    // The first one that needs a directory gives it its origin.
    sort_by(&mut implied, |(a, one), (b, other)| by_path(one, other).then(a.cmp(b)));
    implied.dedup_by(|(_, later), (_, first)| later.path == first.path);
    let mut all: Vec<ExpectedEntry> = explicit.into_iter().chain(implied).map(|(_, entry)| entry).collect();
    sort_by(&mut all, by_path);
    ExpectedTree(all)
}

/// Of entries for one path the last, with the position of the first; sorted by path.
fn last_of_each(entries: Vec<ExpectedEntry>) -> Vec<(usize, ExpectedEntry)> {
    let mut ordered: Vec<(usize, ExpectedEntry)> = entries.into_iter().enumerate().collect();
    sort_by(&mut ordered, |(_, a), (_, b)| by_path(a, b));
    ordered.dedup_by(|(_, later), (_, kept)| {
        let is_same = later.path == kept.path;
        if is_same {
            std::mem::swap(later, kept);
        }
        is_same
    });
    ordered
}

fn by_path(one: &ExpectedEntry, other: &ExpectedEntry) -> Ordering {
    compare_bytes(one.path.as_bytes(), other.path.as_bytes())
}

/// The parent of a plain path; empty for one without.
pub fn parent_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// `name` in `directory`, where the empty one is the root.
pub fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_string() } else { [directory, "/", name].concat() }
}
