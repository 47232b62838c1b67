//! Counts the stored bytes of several slots as one piece of work.

use crate::log::{OnProgress, Progress};
use crate::package::package_slot::PackageSlot;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct UnpackProgress<'a> {
    on_progress: Option<&'a dyn OnProgress>,
    total: u64,
    done: AtomicU64,
}

impl<'a> UnpackProgress<'a> {
    pub fn new(on_progress: Option<&'a dyn OnProgress>, slots: &[&PackageSlot]) -> Self {
        let total = slots.iter().map(|slot| slot.descriptor.size).fold(0, u64::saturating_add);
        UnpackProgress { on_progress, total, done: AtomicU64::new(0) }
    }

    /// From any thread.
    pub fn add(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if let Some(on_progress) = self.on_progress {
            on_progress.progress(Progress { done, total: self.total });
        }
    }
}
