//! Unpacks a slot on all cores. Every thread takes whatever is to be done next: cut the stored bytes into frames (one thread at a
//! time, which also hashes them), decode a frame, judge the entries of the next chunk (one at a time, in order), write files. So
//! no thread waits for another one as long as there is anything to do, and with one thread the same steps follow each other.
//!
//! The outcome does not depend on who was faster: each failure has its offset in the archive, the first one counts, and what lies
//! before it is still done, because it may hold an earlier one.

use super::chunk::{Buffers, Chunk};
use super::content_sink::ContentSink;
use super::file_jobs::{FileHash, FileWriter, Job, Output};
use super::slot_chunks::{SlotChunks, Step};
use crate::codecs::zstd::{decode_frames, new_context};
use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use zstd_safe::DCtx;

pub const MAX_WORKERS: usize = 8;
/// Stored and decoded bytes that may be held at a time: what a first run takes stays far below 64 MiB with eight workers.
const MAX_HELD: usize = 36 * 1024 * 1024;
/// With few workers less of it: fresh memory costs page faults, and what stays in the processor's cache is read faster.
const HELD_PER_WORKER: usize = 4 * 1024 * 1024;
/// Threads take about 20 kB of stack here; the default of 2 MiB is only address space, but some systems limit that.
const STACK: usize = 256 * 1024;

/// What was unpacked, up to `failure`.
pub struct Unpacked<'a> {
    pub sink: Option<Box<ContentSink<'a>>>,
    pub hashes: Vec<FileHash>,
    /// With its offset in the archive.
    pub failure: Option<(u64, Error)>,
}

/// Takes `chunks` to their end or to the first failure; all threads have ended when it returns.
pub fn unpack<'a>(chunks: SlotChunks<'a>, sink: ContentSink<'a>, workers: usize, place: &'a str) -> Unpacked<'a> {
    let output = sink.builder.output();
    let work = Work {
        state: Mutex::new(State::new(chunks, sink)),
        woken: Condvar::new(),
        buffers: Arc::new(Buffers::default()),
        output: output.as_deref(),
        max_held: MAX_HELD.min(HELD_PER_WORKER * (workers + 1)),
        max_writing: workers.div_ceil(2),
        place,
    };
    let mut hashes = thread::scope(|scope| {
        let start = || thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || work.run());
        // A system that gives no more threads makes it slower, nothing else.
        let others: Vec<_> = (1..workers.min(MAX_WORKERS)).map_while(|_| start().ok()).collect();
        let mut hashes = work.run();
        for other in others {
            hashes.extend(other.join().unwrap_or_default());
        }
        hashes
    });
    let state = work.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    hashes.shrink_to_fit();
    Unpacked { sink: state.sink, hashes, failure: state.failure }
}

struct Work<'w, 'a> {
    state: Mutex<State<'a>>,
    woken: Condvar,
    buffers: Arc<Buffers>,
    output: Option<&'w Output>,
    max_held: usize,
    /// Threads that write while there is anything else to do: two that make files at a time wait for each other in the file system,
    /// and one that decodes meanwhile does not; a tenth of the time on two cores.
    max_writing: usize,
    place: &'a str,
}

struct State<'a> {
    /// Absent while a thread has it, and when the stream has ended.
    chunks: Option<Box<SlotChunks<'a>>>,
    undecoded: VecDeque<Undecoded>,
    /// Of the next chunks in their order, those that are there.
    decoded: VecDeque<Option<Decoded>>,
    /// Number of the first of `decoded`.
    next: u64,
    /// Absent while a thread has it.
    sink: Option<Box<ContentSink<'a>>>,
    jobs: VecDeque<Job>,
    failure: Option<(u64, Error)>,
    /// Threads that do something, those of them that write files, and threads that wait for something to do.
    busy: usize,
    writing: usize,
    waiting: usize,
}

struct Undecoded {
    number: u64,
    stored: Vec<u8>,
    content: usize,
}

enum Decoded {
    Chunk(Chunk),
    Failed(Error),
    End,
}

enum Task<'a> {
    Push(Box<ContentSink<'a>>, Decoded),
    Job(Job),
    Decode(Undecoded),
    Cut(Box<SlotChunks<'a>>),
}

enum Done<'a> {
    Pushed(Box<ContentSink<'a>>, Vec<Job>, Result<()>),
    Job(std::result::Result<(), (u64, Error)>),
    Decoded(u64, Result<Chunk>),
    Cut(Box<SlotChunks<'a>>, Result<Step>),
}

impl<'a> Work<'_, 'a> {
    fn run(&self) -> Vec<FileHash> {
        let mut writer = FileWriter::new(self.output);
        let mut context = None;
        let mut state = self.lock();
        loop {
            let may_cut = self.buffers.held() < self.max_held;
            if let Some(task) = state.next_task(may_cut, self.max_writing) {
                let limit = state.limit();
                state.busy += 1;
                drop(state);
                let done = self.do_task(task, limit, &mut writer, &mut context);
                state = self.lock();
                state.busy -= 1;
                state.take(done);
                if state.waiting > 0 {
                    self.woken.notify_all();
                }
            } else if state.busy == 0 {
                self.woken.notify_all();
                return writer.hashes;
            } else {
                state.waiting += 1;
                state = self.woken.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
            }
        }
    }

    fn do_task(
        &self,
        task: Task<'a>,
        limit: u64,
        writer: &mut FileWriter<'_>,
        context: &mut Option<DCtx<'static>>,
    ) -> Done<'a> {
        match task {
            Task::Push(mut sink, decoded) => {
                let (jobs, outcome) = match decoded {
                    Decoded::Chunk(chunk) => sink.push(chunk),
                    Decoded::End => sink.finish(&self.buffers),
                    Decoded::Failed(error) => (Vec::new(), Err(error)),
                };
                Done::Pushed(sink, jobs, outcome)
            }
            Task::Job(job) => Done::Job(writer.run(job, limit)),
            Task::Decode(undecoded) => Done::Decoded(undecoded.number, self.decode(undecoded, context)),
            Task::Cut(mut chunks) => {
                let step = chunks.next(&self.buffers);
                Done::Cut(chunks, step)
            }
        }
    }

    fn decode(&self, undecoded: Undecoded, context: &mut Option<DCtx<'static>>) -> Result<Chunk> {
        let Undecoded { stored, content, .. } = undecoded;
        let mut chunk = Chunk::new(&self.buffers, content);
        if context.is_none() {
            *context = Some(new_context(self.place)?);
        }
        if let Some(context) = context.as_mut() {
            decode_frames(context, &stored, chunk.bytes_mut(), self.place)?;
        }
        self.buffers.release(stored.len());
        self.buffers.give_back(stored);
        Ok(chunk)
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> State<'a> {
    fn new(chunks: SlotChunks<'a>, sink: ContentSink<'a>) -> Self {
        State {
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
    fn next_task(&mut self, may_cut: bool, max_writing: usize) -> Option<Task<'a>> {
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
    fn limit(&self) -> u64 {
        self.failure.as_ref().map_or(u64::MAX, |(offset, _)| *offset)
    }

    fn take(&mut self, done: Done<'a>) {
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
                    *place = Some(outcome.map_or_else(Decoded::Failed, Decoded::Chunk));
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
            Ok(Step::Frames { stored, content }) => {
                let number = self.next + self.decoded.len() as u64;
                self.undecoded.push_back(Undecoded { number, stored, content });
                (None, false)
            }
            Ok(Step::Chunk(chunk)) => (Some(Decoded::Chunk(chunk)), false),
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
