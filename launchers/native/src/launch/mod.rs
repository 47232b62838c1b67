//! What a launcher does: command, environment, handing over.

pub mod after_first_run;
pub mod bare_launcher;
pub mod command;
pub mod environment;
pub mod exec;
pub mod extract_to;
pub mod first_run_progress;
pub mod json_text;
pub mod launch_io;
pub mod launch_package;
pub mod launcher_cli;
pub mod levels;
pub mod libc;
pub mod log;
pub mod materialise;
#[cfg(target_os = "linux")]
mod memory_program;
pub mod name_pattern;
pub mod own_file;
pub mod platform_check;
pub mod prepare_for_all;
pub mod prepare_launch;
pub mod privilege;
pub mod process_end;
pub mod program_fault;
pub mod run_launcher;
pub mod setup;
pub mod setup_paths;
pub mod variables;
