//! A package as a file: open, verify, extract. Everything is read through one descriptor.

mod chunk;
mod content_sink;
pub mod directory_maker;
pub mod extract;
mod file_jobs;
pub mod file_reading;
pub mod launcher_coverage;
pub mod metadata_stream;
pub mod package_file;
pub mod package_slot;
mod path_index;
#[cfg(test)]
mod scratch;
mod slot_chunks;
mod slot_key;
pub mod slot_stream;
mod tree_builder;
pub mod tree_checker;
mod unpacking;
pub mod verify;
mod work_queue;
