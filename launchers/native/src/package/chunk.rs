//! Decoded bytes of a slot, shared by the files that lie in them. Their memory is used again and again: fresh memory costs a page
//! fault for every 4 KiB, together as much as hashing what is in it.

use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Buffers that are kept for the next chunk; more of them are free only where a slow disk held many back.
const KEPT: usize = 4;

pub type FreeBuffers = Mutex<Vec<Vec<u8>>>;

pub struct Buffers {
    free: &'static FreeBuffers,
    held: AtomicUsize,
}

impl Buffers {
    pub fn new(free: &'static FreeBuffers) -> Self {
        Buffers { free, held: AtomicUsize::new(0) }
    }

    /// Bytes that are counted as in use: of chunks, and what `hold` added.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    pub fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// At least `length` bytes of anything: an earlier buffer that is long enough, else zeros, which cost nothing until they are written to.
    pub fn take(&self, length: usize) -> Vec<u8> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let found = free.iter().rposition(|bytes| bytes.len() >= length);
        found.map_or_else(|| vec![0; length], |at| free.swap_remove(at))
    }

    pub fn give_back(&self, bytes: Vec<u8>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT {
            free.push(bytes);
        }
    }
}

pub struct Chunk {
    /// Longer than `length` where an earlier chunk was.
    bytes: Vec<u8>,
    length: usize,
    buffers: Arc<Buffers>,
}

impl Chunk {
    /// Memory for `length` bytes, which the caller has counted with `hold`.
    pub fn new(buffers: &Arc<Buffers>, length: usize) -> Self {
        Chunk { bytes: buffers.take(length), length, buffers: Arc::clone(buffers) }
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.length).unwrap_or_default()
    }

    /// Leaves the first `length` bytes; what is left over is no longer counted.
    pub fn truncate(&mut self, length: usize) {
        let over = self.length.saturating_sub(length);
        self.buffers.release(over);
        self.length -= over;
    }
}

impl Deref for Chunk {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.buffers.release(self.length);
        self.buffers.give_back(std::mem::take(&mut self.bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffers() -> Arc<Buffers> {
        Arc::new(Buffers::new(Box::leak(Box::default())))
    }

    #[test]
    fn memory_is_used_again_and_counted_while_it_is_in_use() {
        let buffers = buffers();
        buffers.hold(1000);
        let mut chunk = Chunk::new(&buffers, 1000);
        chunk.bytes_mut().fill(7);
        let place = chunk.as_ptr();
        chunk.truncate(10);
        assert_eq!((&chunk[..], buffers.held()), (&[7; 10][..], 10));
        drop(chunk);
        assert_eq!(buffers.held(), 0);
        buffers.hold(500);
        let chunk = Chunk::new(&buffers, 500);
        assert_eq!((chunk.as_ptr(), chunk.len()), (place, 500));
    }

    #[test]
    fn what_a_slow_disk_held_back_is_not_kept() {
        let buffers = buffers();
        let chunks: Vec<Chunk> = (0..20)
            .map(|_| {
                buffers.hold(10);
                Chunk::new(&buffers, 10)
            })
            .collect();
        assert_eq!(buffers.held(), 200);
        drop(chunks);
        assert_eq!((buffers.held(), buffers.free.lock().unwrap().len()), (0, KEPT));
    }
}
