//! A package as a file: open, verify, extract. Everything is read through one descriptor.

pub mod file_reading;
pub mod launcher_coverage;
mod metadata_stream;
pub mod package_file;
pub mod package_slot;
pub mod slot_stream;
pub mod verify;
