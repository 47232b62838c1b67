//! PSPF bytes to values. Pure: no files, no clock, no environment.

pub mod index_block;
pub mod layout;
pub mod limits;
pub mod metadata;
pub mod operations;
pub mod platform;
pub mod quoted;
pub mod slot_descriptor;
pub mod slot_enumerations;
pub mod target_path;
pub mod tree_listing;
