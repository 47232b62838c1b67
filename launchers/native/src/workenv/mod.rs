//! The cache: layout, publishing, checking, healing (spec/workenv.md).

pub mod about;
pub mod attempt_builder;
pub mod attempt_parts;
pub mod base_directory;
pub mod boot_id;
pub mod cache_contents;
pub mod cache_directories;
pub mod cache_layout;
pub mod derived_file;
pub mod entry_checks;
pub mod expected_tree;
pub mod file_hash;
pub mod find_workenv;
pub mod first_run;
pub mod free_space;
pub mod key;
pub mod ladder;
pub mod lazy_slot;
pub mod leftovers;
pub mod machine;
pub mod materialise;
pub mod os_lock;
pub mod own_heal;
pub mod plain_path;
pub mod prepare_workenv;
pub mod private_slots;
pub mod processes;
pub mod publish;
pub mod publish_seal;
pub mod put_right;
pub mod remove_shared;
pub mod remove_tree;
pub mod restore;
pub mod rung_failure;
pub mod seal;
pub mod sealed_attempt;
pub mod settle;
pub mod shared_heal;
pub mod shared_slot;
pub mod shared_state;
pub mod slot_paths;
pub mod staging;
#[cfg(test)]
pub mod test_package;
#[cfg(test)]
pub mod test_scratch;
pub mod tree_check;
pub mod unpack_progress;
pub mod wait_for_lock;
#[expect(clippy::module_inception, reason = "the work environment itself, as in src/workenv/workenv.ts")]
pub mod workenv;
pub mod workenv_plan;
pub mod workenv_request;
pub mod write_file;
