//! What is to be done of a slot next, what is being done, and what has failed.

use super::chunk::Chunk;
use super::content_sink::ContentSink;
use super::file_jobs::Job;
use super::slot_chunks::{Frames, SlotChunks, Step};
use crate::error::{Error, Result};
use std::collections::VecDeque;

pub struct Queue<'a> {
    /// Absent while a thread has it, and when the stream has ended.
    chunks: Option<Box<SlotChunks<'a>>>,
    undecoded: VecDeque<Undecoded>,
    /// Of the next chunks in their order, those that are there.
    decoded: VecDeque<Option<Decoded>>,
    /// Number of the first of `decoded`.
    next: u64,
    /// Absent while a thread has it.
    pub sink: Option<Box<ContentSink<'a>>>,
    jobs: VecDeque<Job>,
    pub failure: Option<(u64, Error)>,
    /// Threads that do something, those of them that write files, and threads that wait for something to do.
    pub busy: usize,
    writing: usize,
    pub waiting: usize,
}

pub struct Undecoded {
    pub number: u64,
    pub frames: Frames,
}

pub enum Decoded {
    /// What was right of it, where something was wrong behind that.
    Chunk(Chunk, Option<Error>),
    Failed(Error),
    End,
}

pub enum Task<'a> {
    Push(Box<ContentSink<'a>>, Decoded),
    Job(Job),
    Decode(Undecoded),
    Cut(Box<SlotChunks<'a>>),
}

pub enum Done<'a> {
    Pushed(Box<ContentSink<'a>>, Vec<Job>, Result<()>),
    Job(std::result::Result<(), (u64, Error)>),
    Decoded(u64, Result<(Chunk, Option<Error>)>),
    Cut(Box<SlotChunks<'a>>, Result<Step>),
}

impl<'a> Queue<'a> {
    pub fn new(chunks: SlotChunks<'a>, sink: ContentSink<'a>) -> Self {
        Queue {
            chunks: Some(Box::new(chunks)),
            undecoded: VecDeque::new(),
            decoded: VecDeque::new(),
            next: 0,
            sink: Some(Box::new(sink)),
            jobs: VecDeque::new(),
            failure: None,
            busy: 0,
            writing: 0,
            waiting: 0,
        }
    }

    /// What is nearest to the end of its way first: that frees memory, and keeps what is worked on in the processor's cache.
    pub fn next_task(&mut self, may_cut: bool, max_writing: usize) -> Option<Task<'a>> {
        if self.sink.is_some() && matches!(self.decoded.front(), Some(Some(_))) {
            let decoded = self.decoded.pop_front().flatten();
            self.next += 1;
            return self.sink.take().zip(decoded).map(|(sink, decoded)| Task::Push(sink, decoded));
        }
        let is_other_work = !self.undecoded.is_empty() || (may_cut && self.chunks.is_some());
        if (self.writing < max_writing || !is_other_work)
            && let Some(job) = self.jobs.pop_front()
        {
            self.writing += 1;
            return Some(Task::Job(job));
        }
        if let Some(undecoded) = self.undecoded.pop_front() {
            return Some(Task::Decode(undecoded));
        }
        if may_cut { self.chunks.take().map(Task::Cut) } else { None }
    }

    /// What begins here or behind it in the archive need not be done.
    pub fn limit(&self) -> u64 {
        self.failure.as_ref().map_or(u64::MAX, |(offset, _)| *offset)
    }

    pub fn take(&mut self, done: Done<'a>) {
        match done {
            Done::Pushed(sink, jobs, outcome) => {
                self.jobs.extend(jobs);
                let offset = sink.offset();
                self.sink = Some(sink);
                if let Err(error) = outcome {
                    self.fail(offset.saturating_add(1), error);
                }
            }
            Done::Job(outcome) => {
                self.writing -= 1;
                if let Err((offset, error)) = outcome {
                    self.fail(offset, error);
                }
            }
            Done::Decoded(number, outcome) => {
                let at = usize::try_from(number.wrapping_sub(self.next)).unwrap_or(usize::MAX);
                if let Some(place) = self.decoded.get_mut(at) {
                    *place =
                        Some(outcome.map_or_else(Decoded::Failed, |(chunk, failure)| Decoded::Chunk(chunk, failure)));
                }
            }
            Done::Cut(chunks, step) => self.take_step(chunks, step),
        }
    }

    fn take_step(&mut self, chunks: Box<SlotChunks<'a>>, step: Result<Step>) {
        if self.failure.is_some() {
            return;
        }
        let (decoded, is_over) = match step {
            Ok(Step::Frames(frames)) => {
                let number = self.next + self.decoded.len() as u64;
                self.undecoded.push_back(Undecoded { number, frames });
                (None, false)
            }
            Ok(Step::Chunk(chunk)) => (Some(Decoded::Chunk(chunk, None)), false),
            Ok(Step::End) => (Some(Decoded::End), true),
            Err(error) => (Some(Decoded::Failed(error)), true),
        };
        self.decoded.push_back(decoded);
        if !is_over {
            self.chunks = Some(chunks);
        }
    }

    /// Nothing behind the first failure is begun any more.
    fn fail(&mut self, offset: u64, error: Error) {
        if offset < self.limit() {
            self.failure = Some((offset, error));
        }
        self.chunks = None;
        self.undecoded.clear();
        self.decoded.clear();
    }
}
