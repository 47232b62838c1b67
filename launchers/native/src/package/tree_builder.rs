//! Takes the members of an archive in their order: judges them, makes directories and links, and leaves files to `FileWriter`.
//! Without an output it only judges, and files are only hashed.

use super::chunk::Chunk;
use super::directory_maker::DirectoryMaker;
use super::file_jobs::{FileBatch, FileHash, Job, LongFile, Output, Part, ShortFile};
use super::tree_checker::{TreeChecker, parent_of};
use crate::codecs::tar_member::{TarMember, TarMemberType};
use crate::codecs::tar_reader::TarSink;
use crate::error::Result;
use crate::format::tree_listing::{EntryKind, ListingEntry, listing_mode};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Files of one job, and bytes after which it takes no more: a hundred times what handing it over costs.
const JOB_FILES: usize = 16;
const JOB_BYTES: usize = 512 * 1024;

/// Spec §4.7: the mode bits that entries of an encrypted slot lose.
pub const NOT_OWNER: u16 = 0o077;

pub struct TreeBuilder<'a> {
    checker: TreeChecker<'a>,
    target: Option<Target>,
    mode_mask: u16,
    chunk: Option<Arc<Chunk>>,
    /// Files of the chunk so far.
    files: Vec<ShortFile>,
    paths: String,
    current: Option<Current>,
    jobs: Vec<Job>,
    /// Made when all files are there: offset, path, and the path of the file.
    hard_links: Vec<(u64, String, String)>,
}

struct Target {
    output: Arc<Output>,
    directories: DirectoryMaker,
    /// Spec §6.2: files without write bits, as in a work environment.
    read_only: bool,
}

/// The file whose body comes.
struct Current {
    entry: usize,
    offset: u64,
    mode: u16,
    path: String,
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
    long: Option<Arc<LongFile>>,
}

impl<'a> TreeBuilder<'a> {
    pub fn checking(place: &'a str) -> Self {
        TreeBuilder {
            checker: TreeChecker::new(place),
            target: None,
            mode_mask: u16::MAX,
            chunk: None,
            files: Vec::new(),
            paths: String::new(),
            current: None,
            jobs: Vec::new(),
            hard_links: Vec::new(),
        }
    }

    /// Writes below `directory`, which nobody else changes meanwhile.
    pub fn writing(place: &'a str, directory: &Path, read_only: bool) -> Result<Self> {
        let mut directories = DirectoryMaker::new(directory);
        let (root, place_text) = (directories.root()?, place.to_owned());
        let output = Arc::new(Output { root, directory: directory.to_owned(), place: place_text });
        Ok(TreeBuilder { target: Some(Target { output, directories, read_only }), ..TreeBuilder::checking(place) })
    }

    /// Spec §4.7: nobody else sees what was encrypted.
    pub fn for_owner_only(self) -> Self {
        TreeBuilder { mode_mask: !NOT_OWNER, ..self }
    }

    pub fn output(&self) -> Option<Arc<Output>> {
        self.target.as_ref().map(|target| Arc::clone(&target.output))
    }

    /// The parts that come from now on lie in `chunk`.
    pub fn begin_chunk(&mut self, chunk: Arc<Chunk>) {
        self.chunk = Some(chunk);
    }

    /// Hands out what is to be done with the files of the chunk.
    pub fn end_chunk(&mut self) -> Vec<Job> {
        if let Some(chunk) = self.chunk.take().filter(|_| !self.files.is_empty()) {
            let (files, paths) = (std::mem::take(&mut self.files), std::mem::take(&mut self.paths));
            let batch = Arc::new(FileBatch { chunk, files, paths });
            let mut start = 0;
            while start < batch.files.len() {
                let end = end_of_job(&batch.files, start);
                self.jobs.push(Job::Files(Arc::clone(&batch), start..end));
                start = end;
            }
        }
        std::mem::take(&mut self.jobs)
    }

    /// Begins a file whose length is known when it ends; its body comes with `body`, its end with `end_file`.
    pub fn begin_file(&mut self, member: &TarMember) -> Result<()> {
        self.add(member, None)
    }

    pub fn end_file(&mut self) {
        let Some((mut current, chunk)) = self.current.take().zip(self.chunk.clone()) else { return };
        current.left = Some(0);
        self.part(current, chunk, 0..0);
    }

    /// Called when all files before `limit` in the archive are there.
    pub fn make_hard_links(&self, limit: u64) -> Result<()> {
        let Some(Target { output, .. }) = &self.target else { return Ok(()) };
        for (_, path, from) in self.hard_links.iter().take_while(|(offset, _, _)| *offset < limit) {
            output.root.hard_link(from, path).map_err(|cause| output.error(path, &cause))?;
        }
        Ok(())
    }

    /// Spec §6.3: what was unpacked.
    pub fn entries(self, hashes: Vec<FileHash>) -> Vec<ListingEntry> {
        self.checker.settle(hashes.into_iter())
    }

    fn add(&mut self, member: &TarMember, size: Option<u64>) -> Result<()> {
        let path = self.checker.judge(member)?;
        if let Some(target) = &mut self.target {
            target.place(member, path)?;
        }
        let entry = self.checker.record(member, path)?;
        match member.kind {
            TarMemberType::Hardlink => {
                self.hard_links.push((member.offset, path.to_owned(), member.link_target.clone()));
            }
            TarMemberType::File => {
                let read_only = self.target.as_ref().is_some_and(|target| target.read_only);
                let mode = if read_only { listing_mode(EntryKind::File, member.mode) } else { member.mode };
                let current =
                    Current { entry, offset: member.offset, mode, path: path.to_owned(), left: size, long: None };
                if size == Some(0) { self.short(&current, 0..0) } else { self.current = Some(current) }
            }
            TarMemberType::Directory | TarMemberType::Symlink => {}
        }
        Ok(())
    }

    fn short(&mut self, current: &Current, body: Range<usize>) {
        let start = self.paths.len();
        self.paths.push_str(&current.path);
        let path = start..self.paths.len();
        let Current { entry, offset, mode, .. } = *current;
        self.files.push(ShortFile { entry, offset, mode, path, body });
    }

    /// A part of a file that lies in several chunks, or may.
    fn part(&mut self, mut current: Current, chunk: Arc<Chunk>, range: Range<usize>) {
        let is_last = current.left == Some(0);
        let long = current.long.take().unwrap_or_else(|| {
            let path = std::mem::take(&mut current.path);
            Arc::new(LongFile::new(current.entry, current.offset, current.mode, path))
        });
        if long.push(Part { chunk, range, is_last }) {
            self.jobs.push(Job::Long(Arc::clone(&long)));
        }
        if !is_last {
            self.current = Some(Current { long: Some(long), ..current });
        }
    }
}

impl TarSink for TreeBuilder<'_> {
    fn member(&mut self, mut member: TarMember) -> Result<()> {
        member.mode &= self.mode_mask;
        self.add(&member, Some(member.size))
    }

    fn body(&mut self, part: Range<usize>) -> Result<()> {
        let Some((mut current, chunk)) = self.current.take().zip(self.chunk.clone()) else { return Ok(()) };
        current.left = current.left.map(|left| left.saturating_sub(part.len() as u64));
        if current.left == Some(0) && current.long.is_none() {
            self.short(&current, part);
        } else {
            self.part(current, chunk, part);
        }
        Ok(())
    }
}

impl Target {
    /// What is no file is made at once, and for a file the directory that it lies in.
    fn place(&mut self, member: &TarMember, path: &str) -> Result<()> {
        if let Some(parent) = parent_of(path) {
            self.directories.make(parent)?;
        }
        let root = &self.output.root;
        match member.kind {
            TarMemberType::Directory => {
                let mode =
                    if self.read_only { listing_mode(EntryKind::Directory, member.mode) } else { member.mode | 0o700 };
                self.directories.make_with_mode(path, mode)
            }
            TarMemberType::Symlink => {
                root.symlink(&member.link_target, path).map_err(|cause| self.output.error(path, &cause))
            }
            TarMemberType::File | TarMemberType::Hardlink => Ok(()),
        }
    }
}

fn end_of_job(files: &[ShortFile], start: usize) -> usize {
    let mut bytes = 0;
    let rest = files.iter().enumerate().skip(start).take(JOB_FILES);
    let enough = rest.map(|(at, file)| (at, file.body.len())).find(|(_, length)| {
        bytes += length;
        bytes >= JOB_BYTES
    });
    enough.map_or((start + JOB_FILES).min(files.len()), |(at, _)| at + 1)
}
