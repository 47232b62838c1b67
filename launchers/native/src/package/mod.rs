//! A package as a file: open, verify, extract. Everything is read through one descriptor.

pub mod package_file;
pub mod package_slot;
