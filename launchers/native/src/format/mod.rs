//! PSPF bytes to values. Pure: no files, no clock, no environment.

pub mod adler32;
pub mod byte_fields;
pub mod command_line;
pub mod execution_rules;
pub mod index_block;
mod json_fields;
pub mod layout;
pub mod limits;
pub mod metadata;
mod metadata_forms;
pub mod metadata_json;
mod metadata_schema;
pub mod operations;
pub mod order;
pub mod placeholders;
pub mod platform;
pub mod quoted;
pub mod slot_agreement;
pub mod slot_descriptor;
pub mod slot_enumerations;
pub mod target_path;
pub mod trailer;
pub mod tree_listing;
pub mod zeros;
