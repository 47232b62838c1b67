//! Windows: no execve, so that the launcher stays and waits; arguments are one line, variables one block.

mod auxiliary;
mod background;
mod descriptors;
mod entry;
mod errno;
mod exec;
mod output;
pub(super) mod patience;
mod processors;
mod run;
mod signals;
mod tree_root;

pub use auxiliary::{is_privileged, own_links, started_path};
pub use background::in_background;
pub use descriptors::{is_terminal, open_for_appending, open_for_reading};
pub use entry::Started;
pub use errno::{StartFault, error_name, start_fault};
pub use output::write_all;
pub use processors::processors;
pub use run::{End, run_captured, run_program};
pub use signals::{FileLimitIsError, die_by, signal_name};
pub use tree_root::{Standing, TreeRoot, file_mode, set_file_mode};
