//! Unpacks a slot on all cores. Every thread takes whatever is to be done next: cut the stored bytes into frames (one thread at a
//! time, which also hashes them), decode a frame, judge the entries of the next chunk (one at a time, in order), write files. So
//! no thread waits for another one as long as there is anything to do, and with one thread the same steps follow each other.
//!
//! The outcome does not depend on who was faster: each failure has its offset in the archive, the first one counts, and what lies
//! before it is still done, because it may hold an earlier one.

use super::chunk::{Buffers, Chunk, FreeBuffers};
use super::content_sink::ContentSink;
use super::file_jobs::{FileHash, FileWriter, Output};
use super::slot_chunks::{Frames, SlotChunks};
use super::work_queue::{Decoded, Done, Queue, Task, Undecoded};
use crate::codecs::byte_source::{SliceSource, read_up_to};
use crate::codecs::zstd::{ZstdDecoder, decode_frames, new_context};
use crate::error::{Error, Result};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use zstd_safe::DCtx;

pub const MAX_WORKERS: usize = 8;
/// Stored and decoded bytes that may be held at a time: what a first run takes stays far below 64 MiB with eight workers.
const MAX_HELD: usize = 36 * 1024 * 1024;
/// With few workers less of it: fresh memory costs page faults, and what stays in the processor's cache is read faster.
const HELD_PER_WORKER: usize = 2 * 1024 * 1024;
/// Threads take about 20 kB of stack here; the default of 2 MiB is only address space, but some systems limit that.
const STACK: usize = 256 * 1024;
/// What one slot leaves, the next one uses.
static FREE: FreeBuffers = FreeBuffers::new(Vec::new());

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
        queue: Mutex::new(Queue::new(chunks, sink)),
        woken: Condvar::new(),
        buffers: Arc::new(Buffers::new(&FREE)),
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
    let queue = work.queue.into_inner().unwrap_or_else(PoisonError::into_inner);
    hashes.shrink_to_fit();
    Unpacked { sink: queue.sink, hashes, failure: queue.failure }
}

struct Work<'w, 'a> {
    queue: Mutex<Queue<'a>>,
    woken: Condvar,
    buffers: Arc<Buffers>,
    output: Option<&'w Output>,
    max_held: usize,
    /// Threads that write while there is anything else to do: two that make files at a time wait for each other in the file system,
    /// and one that decodes meanwhile does not; a tenth of the time on two cores.
    max_writing: usize,
    place: &'a str,
}

impl<'a> Work<'_, 'a> {
    fn run(&self) -> Vec<FileHash> {
        let mut writer = FileWriter::new(self.output);
        let mut context = None;
        let mut queue = self.lock();
        loop {
            let may_cut = self.buffers.held() < self.max_held;
            if let Some(task) = queue.next_task(may_cut, self.max_writing) {
                let limit = queue.limit();
                queue.busy += 1;
                drop(queue);
                let done = self.do_task(task, limit, &mut writer, &mut context);
                queue = self.lock();
                queue.busy -= 1;
                queue.take(done);
                if queue.waiting > 0 {
                    self.woken.notify_all();
                }
            } else if queue.busy == 0 {
                self.woken.notify_all();
                return writer.hashes;
            } else {
                queue.waiting += 1;
                queue = self.woken.wait(queue).unwrap_or_else(PoisonError::into_inner);
                queue.waiting -= 1;
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
                    Decoded::Chunk(chunk, failure) => {
                        let (jobs, outcome) = sink.push(chunk);
                        (jobs, outcome.and_then(|()| failure.map_or(Ok(()), Err)))
                    }
                    Decoded::End => (sink.finish(&self.buffers), Ok(())),
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

    /// Spec §4.6: gives what decoding one frame after the other gives, up to a failure.
    fn decode(&self, undecoded: Undecoded, context: &mut Option<DCtx<'static>>) -> Result<(Chunk, Option<Error>)> {
        let Frames { stored: room, length, content } = undecoded.frames;
        let stored = room.get(..length).unwrap_or_default();
        let mut chunk = Chunk::new(&self.buffers, content);
        if context.is_none() {
            *context = Some(new_context(self.place)?);
        }
        let outcome = match context.as_mut() {
            Some(context) => decode_frames(context, stored, chunk.bytes_mut(), self.place),
            None => Ok(()),
        };
        let failure = outcome.err().map(|error| {
            let mut serial = ZstdDecoder::new(Box::new(SliceSource(stored)), self.place);
            let (filled, failure) = read_up_to(&mut serial, chunk.bytes_mut());
            chunk.truncate(filled);
            failure.unwrap_or(error)
        });
        self.buffers.release(length);
        self.buffers.give_back(room);
        Ok((chunk, failure))
    }

    fn lock(&self) -> MutexGuard<'_, Queue<'a>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
