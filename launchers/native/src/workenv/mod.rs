//! The cache: layout, publishing, checking, healing (spec/workenv.md).

pub mod about;
pub mod attempt_parts;
pub mod base_directory;
pub mod boot_id;
pub mod cache_layout;
pub mod derived_file;
pub mod expected_tree;
pub mod file_hash;
pub mod free_space;
pub mod key;
pub mod ladder;
pub mod machine;
pub mod os_lock;
pub mod plain_path;
pub mod processes;
pub mod remove_tree;
pub mod rung_failure;
pub mod seal;
pub mod sealed_attempt;
pub mod slot_paths;
pub mod staging;
#[cfg(test)]
pub mod test_scratch;
pub mod tree_check;
pub mod unpack_progress;
pub mod wait_for_lock;
pub mod workenv_plan;
pub mod write_file;
