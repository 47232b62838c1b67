//! Memory for the first megabytes that a process takes, without a call of the system for each piece: a warm start then takes all of
//! its memory from here. musl gives a lone piece of some kilobytes back to the system as soon as it is free and asks for it again, a hundred
//! times in a warm start of an interpreter with a long environment.

use std::alloc::Layout;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Takes no space in the file, and memory only where it is written to.
const SIZE: usize = 2 * 1024 * 1024;
/// Longer pieces are those of a first run; they may leave again.
const LONGEST: usize = 128 * 1024;

/// Pieces one behind the other. Only the last one can grow, or be given back; the others are never used again.
pub struct Arena {
    bytes: UnsafeCell<[u8; SIZE]>,
    used: AtomicUsize,
}

// SAFETY: every byte belongs to the one caller that `used` was moved over it for; `used` is moved atomically.
unsafe impl Sync for Arena {}

impl Arena {
    pub const fn new() -> Self {
        Arena { bytes: UnsafeCell::new([0; SIZE]), used: AtomicUsize::new(0) }
    }

    /// Nothing where the piece is long or the arena is full. What is in the memory is anything.
    pub fn take(&self, layout: Layout) -> Option<*mut u8> {
        if layout.size() > LONGEST {
            return None;
        }
        let start = self.start();
        let mut used = self.used.load(Ordering::Relaxed);
        loop {
            let at = start.wrapping_add(used).next_multiple_of(layout.align()).wrapping_sub(start);
            let end = at.checked_add(layout.size()).filter(|end| *end <= SIZE)?;
            match self.used.compare_exchange_weak(used, end, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(self.bytes.get().cast::<u8>().wrapping_add(at)),
                Err(now) => used = now,
            }
        }
    }

    /// The offset of a piece, where it is from here.
    pub fn offset(&self, pointer: *mut u8) -> Option<usize> {
        (pointer as usize).checked_sub(self.start()).filter(|at| *at < SIZE)
    }

    /// Makes the piece of `from` bytes at `at` one of `to` bytes. False where it stays as it is, because others lie behind it.
    pub fn resize(&self, at: usize, from: usize, to: usize) -> bool {
        let fits = to <= LONGEST && at.saturating_add(to) <= SIZE;
        fits && self.used.compare_exchange(at + from, at + to, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn start(&self) -> usize {
        self.bytes.get() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Statics: on a stack one of them would be most of it.

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    #[test]
    fn pieces_are_aligned_and_do_not_meet() {
        static ARENA: Arena = Arena::new();
        let mut end = 0;
        for (size, align) in [(1, 1), (8, 8), (3, 1), (64, 64), (1, 1), (100, 4096)] {
            let piece = ARENA.take(layout(size, align)).unwrap();
            let at = ARENA.offset(piece).unwrap();
            assert!(at >= end && (piece as usize).is_multiple_of(align));
            end = at + size;
        }
    }

    #[test]
    fn only_the_last_piece_grows_or_is_given_back() {
        static ARENA: Arena = Arena::new();
        let [first, last] = [10, 20].map(|size| ARENA.offset(ARENA.take(layout(size, 1)).unwrap()).unwrap());
        assert!(!ARENA.resize(first, 10, 0));
        assert!(ARENA.resize(last, 20, 500) && ARENA.resize(last, 500, 0));
        assert_eq!(ARENA.offset(ARENA.take(layout(1, 1)).unwrap()), Some(last));
    }

    #[test]
    fn what_does_not_fit_is_left_to_the_system() {
        static ARENA: Arena = Arena::new();
        assert_eq!(ARENA.take(layout(LONGEST + 1, 1)), None);
        let taken = (0..).take_while(|_| ARENA.take(layout(LONGEST, 1)).is_some()).count();
        assert_eq!(taken, SIZE / LONGEST);
        assert_eq!(ARENA.take(layout(1, 1)), None);
        assert_eq!(ARENA.offset(std::ptr::null_mut()), None);
    }
}
