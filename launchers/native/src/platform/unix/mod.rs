//! What Unix systems have in common, and where Linux and macOS differ.

mod auxiliary;
mod background;
mod descriptors;
mod entry;
mod errno;
mod exec;
#[cfg(all(panic = "abort", any(target_env = "musl", all(target_env = "gnu", target_feature = "crt-static"))))]
mod left_out;
#[cfg(target_os = "linux")]
mod memory_file;
mod output;
mod processors;
mod run;
mod signals;
mod tree_root;

pub use auxiliary::{is_privileged, own_links, started_path};
pub use background::in_background;
pub use descriptors::{is_terminal, occupy_standard_descriptors, open_for_appending, open_for_reading};
pub use entry::Started;
pub use errno::{StartFault, error_name, start_fault};
pub use exec::become_program;
#[cfg(target_os = "linux")]
pub use memory_file::{MemoryProgram, memory_file, seal_program};
pub use output::write_all;
pub use processors::processors;
pub use run::{End, run_captured, run_program};
pub use signals::{FileLimitIsError, die_by, signal_name};
pub use tree_root::{Standing, TreeRoot, file_mode, set_file_mode};
