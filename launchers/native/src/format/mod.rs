//! PSPF bytes to values. Pure: no files, no clock, no environment.

pub mod index_block;
pub mod layout;
pub mod metadata;
pub mod operations;
pub mod platform;
pub mod slot_descriptor;
pub mod slot_enumerations;
