//! Spec §6.1: judges the entries of a slot. They come in the order of the archive, and each is judged before anything of it is
//! written.

use super::path_index::PathIndex;
use crate::codecs::tar_member::{TarMember, TarMemberType};
use crate::crypto::sha256::sha256;
use crate::error::{Code, Error, Result};
use crate::format::quoted::quoted;
use crate::format::target_path::path_fault;
use crate::format::tree_listing::{EntryKind, ListingEntry, listing_mode};
use std::collections::HashSet;

pub struct TreeChecker<'a> {
    pub place: &'a str,
    /// In the order of the archive. Files have no hash until `settle`.
    entries: Vec<ListingEntry>,
    index: PathIndex,
    /// Directories that stand there only because something lies below them; an entry of their own may follow.
    implied: HashSet<String>,
    /// Positions of hard links and of the entries that they name.
    hard_links: Vec<(usize, usize)>,
}

impl<'a> TreeChecker<'a> {
    pub fn new(place: &'a str) -> Self {
        let (entries, index) = (Vec::new(), PathIndex::default());
        TreeChecker { place, entries, index, implied: HashSet::new(), hard_links: Vec::new() }
    }

    /// The path of the entry. Refuses with ENTRY_PATH, ENTRY_MODE, ENTRY_DUPLICATE, ENTRY_PARENT, ENTRY_LINK.
    pub fn judge<'m>(&self, member: &'m TarMember) -> Result<&'m str> {
        let is_directory = member.kind == TarMemberType::Directory;
        let path = member.path.strip_suffix('/').filter(|_| is_directory).unwrap_or(&member.path);
        if let Some(fault) = path_fault(path) {
            return Err(self.error(Code::EntryPath, &member.path, &fault, "a plain path"));
        }
        if member.mode & !0o777 != 0 {
            let got = format!("has mode 0{:o}", member.mode);
            return Err(self.error(Code::EntryMode, path, &got, "no set-id and no sticky bit"));
        }
        let is_implied = self.implied.contains(path);
        if self.find(path).is_some() || (is_implied && !is_directory) {
            return Err(self.error(Code::EntryDuplicate, path, "is there twice", "each path once"));
        }
        self.judge_parents(path)?;
        match member.kind {
            TarMemberType::Symlink => self.judge_symlink(path, &member.link_target)?,
            TarMemberType::Hardlink => {
                self.linked(path, &member.link_target)?;
            }
            TarMemberType::File | TarMemberType::Directory => {}
        }
        Ok(path)
    }

    /// Adds an entry that was judged; returns its position.
    pub fn record(&mut self, member: &TarMember, path: &str) -> Result<usize> {
        let position = self.entries.len();
        let entry = match member.kind {
            TarMemberType::Directory => self.entry(EntryKind::Directory, member.mode, 0, None, path),
            TarMemberType::File => self.entry(EntryKind::File, member.mode, member.size, None, path),
            TarMemberType::Symlink => {
                let target = member.link_target.as_bytes();
                self.entry(EntryKind::Symlink, 0o777, target.len() as u64, Some(sha256(target)), path)
            }
            TarMemberType::Hardlink => {
                let linked = self.linked(path, &member.link_target)?;
                self.hard_links.push((position, linked));
                let mode = self.entries.get(linked).map_or(0, |file| file.mode);
                self.entry(EntryKind::File, mode, 0, None, path)
            }
        };
        self.entries.push(entry);
        self.index.add_last(&self.entries);
        self.implied.remove(path);
        let mut below = path;
        while let Some(parent) = parent_of(below).filter(|parent| !self.is_known(parent)) {
            self.implied.insert(parent.to_owned());
            below = parent;
        }
        Ok(position)
    }

    /// The entries, with the hashes that files have by position; hard links have those of what they name.
    pub fn settle(self, hashes: impl Iterator<Item = (usize, u64, [u8; 32])>) -> Vec<ListingEntry> {
        let mut entries = self.entries;
        for (position, size, hash) in hashes {
            if let Some(entry) = entries.get_mut(position) {
                (entry.size, entry.sha256) = (size, Some(hash));
            }
        }
        for (position, linked) in self.hard_links {
            let file = entries.get(linked).map(|file| (file.size, file.sha256));
            if let Some((entry, file)) = entries.get_mut(position).zip(file) {
                (entry.size, entry.sha256) = file;
            }
        }
        entries
    }

    pub fn error(&self, code: Code, path: &str, got: &str, want: &str) -> Error {
        entry_error(self.place, code, path, got, want)
    }

    /// The earlier file that a hard link names.
    fn linked(&self, path: &str, target: &str) -> Result<usize> {
        if let Some((position, EntryKind::File)) = self.find(target) {
            return Ok(position);
        }
        let got = format!("is a hard link to {}", quoted(target));
        Err(self.error(Code::EntryLink, path, &got, "an earlier file of the same archive"))
    }

    /// What lies above a directory that is known was judged with it.
    fn judge_parents(&self, path: &str) -> Result<()> {
        let mut below = path;
        while let Some(parent) = parent_of(below) {
            match self.find(parent) {
                Some((_, EntryKind::Directory)) => break,
                Some(_) => {
                    let got = format!("lies below {}", quoted(parent));
                    return Err(self.error(Code::EntryParent, path, &got, "a directory there"));
                }
                None if self.implied.contains(parent) => break,
                None => below = parent,
            }
        }
        Ok(())
    }

    /// A link may climb only at its beginning, and never above the slot's root. Its parents are real directories, so the climb is
    /// exact; behind it the path only descends, through links for which the same holds: it ends inside.
    fn judge_symlink(&self, path: &str, target: &str) -> Result<()> {
        let levels = target.split('/').take_while(|component| *component == "..").count();
        let is_plain = target.split('/').skip(levels).all(|component| !matches!(component, "" | "." | ".."));
        let depth = path.split('/').count() - 1;
        if (is_plain || target == ".") && levels <= depth && !target.contains(['\0', '\\']) {
            return Ok(());
        }
        let got = format!("is a link to {}", quoted(target));
        Err(self.error(Code::EntryLink, path, &got, "a path inside of the slot"))
    }

    fn find(&self, path: &str) -> Option<(usize, EntryKind)> {
        let position = self.index.find(path, &self.entries)?;
        Some((position, self.entries.get(position)?.kind))
    }

    fn is_known(&self, path: &str) -> bool {
        self.find(path).is_some() || self.implied.contains(path)
    }

    fn entry(&self, kind: EntryKind, mode: u16, size: u64, sha256: Option<[u8; 32]>, path: &str) -> ListingEntry {
        ListingEntry { kind, mode: listing_mode(kind, mode), size, sha256, path: path.to_owned() }
    }
}

pub fn entry_error(place: &str, code: Code, path: &str, got: &str, want: &str) -> Error {
    let message = format!("{place}: entry {} {got}, expected {want} (spec §6.1)", quoted(path));
    Error::new(code, message).with("path", path).with("got", got).with("want", want)
}

/// The directory that a path lies in, where that is not the root.
pub fn parent_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

#[cfg(test)]
mod tests;
