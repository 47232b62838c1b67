use super::{PackageFile, open_package};
use crate::error::Result;
use std::fs::{File, OpenOptions, remove_file, write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Launcher to 17, metadata to 0x383, table at 0x388, slot at 0x3c8, trailer at 0x3d8.
pub const OWN: &[u8] = include_bytes!("../../../../../spec/vectors/own/raw.psp");

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A file that is gone with its value.
pub struct Sample(PathBuf);

impl Sample {
    pub fn new(bytes: &[u8]) -> Self {
        let name = format!("flavor-sample-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        write(&path, bytes).unwrap();
        Sample(path)
    }

    pub fn open(&self) -> Result<PackageFile> {
        open_package(&self.0, File::open(&self.0).unwrap())
    }

    pub fn path(&self) -> PathBuf {
        self.0.clone()
    }

    pub fn cut(&self, length: u64) {
        OpenOptions::new().write(true).open(&self.0).unwrap().set_len(length).unwrap();
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        let _ = remove_file(&self.0);
    }
}
