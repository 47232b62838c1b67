//! What is done with the bodies of files, by any thread and in any order: made, written and hashed.

use super::chunk::Chunk;
use super::directory_maker::write_error;
use super::tree_checker::entry_error;
use crate::crypto::sha256::Sha256;
use crate::crypto::sha256_all::sha256_all;
use crate::error::{Code, Error, Result};
use crate::platform::{TreeRoot, file_mode, set_file_mode};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Where files are written.
pub struct Output {
    pub root: Arc<TreeRoot>,
    /// For messages.
    pub directory: PathBuf,
    /// For messages, such as `slot 2 (app)`.
    pub place: String,
}

impl Output {
    /// What the system said about the entry at `path`.
    pub fn error(&self, path: &str, cause: &io::Error) -> Error {
        if cause.kind() == io::ErrorKind::AlreadyExists {
            return entry_error(&self.place, Code::EntryDuplicate, path, "is taken by another slot", "a free place");
        }
        write_error(&self.directory.join(path), cause)
    }
}

pub enum Job {
    /// Some of a batch's files.
    Files(Arc<FileBatch>, Range<usize>),
    /// Whatever there is of a file that lies in more than one chunk.
    Long(Arc<LongFile>),
}

/// Files that lie in one chunk.
pub struct FileBatch {
    pub chunk: Arc<Chunk>,
    pub files: Vec<ShortFile>,
    /// All paths, one behind the other: one allocation instead of hundreds.
    pub paths: String,
}

impl FileBatch {
    fn body(&self, file: &ShortFile) -> &[u8] {
        self.chunk.get(file.body.clone()).unwrap_or_default()
    }
}

pub struct ShortFile {
    pub entry: usize,
    /// Of its header, in the archive: of several failures the first in the archive counts.
    pub offset: u64,
    pub mode: u16,
    /// In the paths of the batch.
    pub path: Range<usize>,
    /// In the chunk.
    pub body: Range<usize>,
}

/// A file that is written piece by piece, by one thread at a time.
pub struct LongFile {
    pub entry: usize,
    pub offset: u64,
    pub mode: u16,
    pub path: String,
    parts: Mutex<Parts>,
    written: Mutex<Written>,
}

#[derive(Default)]
struct Parts {
    waiting: VecDeque<Part>,
    /// A job is there that will take them.
    has_job: bool,
}

pub struct Part {
    pub chunk: Arc<Chunk>,
    pub range: Range<usize>,
    pub is_last: bool,
}

#[derive(Default)]
struct Written {
    file: Option<File>,
    hash: Sha256,
    size: u64,
}

impl LongFile {
    pub fn new(entry: usize, offset: u64, mode: u16, path: String) -> Self {
        LongFile { entry, offset, mode, path, parts: Mutex::default(), written: Mutex::default() }
    }

    /// Adds a part; true where a job is to be made for it.
    pub fn push(&self, part: Part) -> bool {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.waiting.push_back(part);
        !std::mem::replace(&mut parts.has_job, true)
    }

    fn next(&self) -> Option<Part> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let part = parts.waiting.pop_front();
        parts.has_job = part.is_some();
        part
    }
}

/// Of one file: its entry, its length and its hash.
pub type FileHash = (usize, u64, [u8; 32]);

/// One thread's part of the work.
pub struct FileWriter<'a> {
    /// Absent where files are only hashed.
    output: Option<&'a Output>,
    pub hashes: Vec<FileHash>,
    /// Modes that files have had from their creation on, and those that they have not, because of a umask or an ACL.
    modes: Vec<(u16, bool)>,
}

impl<'a> FileWriter<'a> {
    pub fn new(output: Option<&'a Output>) -> Self {
        FileWriter { output, hashes: Vec::new(), modes: Vec::new() }
    }

    /// Does the job but for what lies behind `limit` in the archive. A failure comes with its offset.
    pub fn run(&mut self, job: Job, limit: u64) -> std::result::Result<(), (u64, Error)> {
        match job {
            Job::Files(batch, range) => {
                let files = batch.files.get(range).unwrap_or_default();
                let due = files.iter().take_while(|file| file.offset < limit);
                for file in due.clone() {
                    self.write_short(&batch, file).map_err(|error| (file.offset, error))?;
                }
                let bodies: Vec<&[u8]> = due.clone().map(|file| batch.body(file)).collect();
                let hashed = due.zip(sha256_all(&bodies));
                self.hashes.extend(hashed.map(|(file, hash)| (file.entry, file.body.len() as u64, hash)));
            }
            Job::Long(file) => {
                while let Some(part) = file.next() {
                    if file.offset < limit {
                        self.write_part(&file, &part).map_err(|error| (file.offset, error))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn write_short(&mut self, batch: &FileBatch, file: &ShortFile) -> Result<()> {
        let Some(output) = self.output else { return Ok(()) };
        let path = batch.paths.get(file.path.clone()).unwrap_or_default();
        let created = self.create(output, path, file.mode, batch.body(file));
        created.map(drop).map_err(|cause| output.error(path, &cause))
    }

    fn write_part(&mut self, file: &LongFile, part: &Part) -> Result<()> {
        let body = part.chunk.get(part.range.clone()).unwrap_or_default();
        let mut written = file.written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(output) = self.output {
            let outcome = match &mut written.file {
                Some(open) => open.write_all(body),
                None => self.create(output, &file.path, file.mode, body).map(|open| written.file = Some(open)),
            };
            outcome.map_err(|cause| output.error(&file.path, &cause))?;
        }
        written.hash.update(body);
        written.size += body.len() as u64;
        if part.is_last {
            let done = std::mem::take(&mut *written);
            self.hashes.push((file.entry, done.size, done.hash.finish()));
        }
        Ok(())
    }

    /// Three system calls for a file: open, write, close. Whether it got its mode at once is looked up once for each mode.
    fn create(&mut self, output: &Output, path: &str, mode: u16, body: &[u8]) -> io::Result<File> {
        let mut file = output.root.create_file(path, mode)?;
        if !body.is_empty() {
            file.write_all(body)?;
        }
        let is_exact = match self.modes.iter().find(|(known, _)| *known == mode) {
            Some((_, is_exact)) => *is_exact,
            None => {
                let is_exact = file_mode(&file)? == mode;
                self.modes.push((mode, is_exact));
                is_exact
            }
        };
        if !is_exact {
            set_file_mode(&file, mode)?;
        }
        Ok(file)
    }
}
