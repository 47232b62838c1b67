//! Spec §7.5: setup commands. No shell has a part in them, and executables are found as the program itself is.

use super::command::{ProgramCall, resolve_program};
use super::name_pattern::matches_pattern;
use super::program_fault::program_fault;
use super::setup_paths::{setup_file, setup_path};
use super::variables::Variable;
use crate::error::{Code, Error, Result};
use crate::format::command_line::split_command;
use crate::format::metadata::SetupCommand;
use crate::format::placeholders::{Place, Values, substitute};
use crate::log::{Level, Log};
use crate::platform::{self, End, files};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes of arguments that one call gets at most, far below what any system takes.
const MAX_ARGUMENT_BYTES: usize = 96 * 1024;
const DEFAULT_FILE_MODE: u64 = 0o644;

pub struct SetupContext<'a> {
    pub values: &'a Values,
    /// That of the program itself (spec §7.5).
    pub variables: &'a [Variable],
    pub log: &'a dyn Log,
}

/// Runs the setup commands of a package in their order. The first failure ends it: SETUP_FAILED, SETUP_PATH, SETUP_MODE and those of
/// starting a program; METADATA_COMMAND, METADATA_PLACEHOLDER.
pub fn run_setup(commands: &[SetupCommand], context: &SetupContext<'_>) -> Result<()> {
    for (at, command) in commands.iter().enumerate() {
        let field = ["setup_commands[", &at.to_string(), "]"].concat();
        context.log.log(Level::Debug, &[&field, ": ", kind_of(command)].concat());
        match command {
            SetupCommand::Execute { command } => execute(command, &field, &[], context)?,
            SetupCommand::EnumerateAndExecute { command, path, pattern } => {
                enumerate(command, path, pattern, &field, context)?;
            }
            SetupCommand::WriteFile { path, content, mode } => {
                write_setup_file(path, content, mode.unwrap_or(DEFAULT_FILE_MODE), &field, context)?;
            }
            SetupCommand::Chmod { path, mode } => change_modes(path, *mode, &field, context)?,
        }
    }
    Ok(())
}

fn kind_of(command: &SetupCommand) -> &'static str {
    match command {
        SetupCommand::Execute { .. } => "execute",
        SetupCommand::EnumerateAndExecute { .. } => "enumerate_and_execute",
        SetupCommand::WriteFile { .. } => "write_file",
        SetupCommand::Chmod { .. } => "chmod",
    }
}

fn execute(command: &str, field: &str, extra: &[PathBuf], context: &SetupContext<'_>) -> Result<()> {
    let words = split_command(command, &field)?;
    let (template, rest) = words.split_first().map_or(("", [].as_slice()), |(first, rest)| (first, rest));
    let (program, is_packaged) = resolve_program(template, &field, context.values)?;
    let mut argv = vec![OsString::from(&program)];
    for text in rest {
        argv.push(substitute(text, &field, context.values, Place::Command)?.into());
    }
    argv.extend(extra.iter().map(OsString::from));
    run_to_end(&ProgramCall { program: program.into(), argv, is_packaged }, field, context)
}

/// All names that match go behind the command, in as few calls as their length allows; without a match nothing runs.
fn enumerate(command: &str, path: &str, pattern: &str, field: &str, context: &SetupContext<'_>) -> Result<()> {
    let place = [field, ".enumerate.path"].concat();
    let path = substitute(path, &place, context.values, Place::Command)?;
    let root = Path::new(&context.values.workenv);
    let is_root = Path::new(&path) == root;
    let directory = if is_root { root.to_path_buf() } else { setup_path(&path, root, &place)? };
    let paths: Vec<_> = names_in(&directory, pattern, &place)?.iter().map(|name| directory.join(name)).collect();
    let mut rest = paths.as_slice();
    while !rest.is_empty() {
        let (batch, behind) = rest.split_at(batch_length(rest));
        execute(command, &[field, ".command"].concat(), batch, context)?;
        rest = behind;
    }
    Ok(())
}

/// At least one.
fn batch_length(paths: &[PathBuf]) -> usize {
    let mut bytes = 0;
    let fits = |path: &&PathBuf| {
        bytes += path.as_os_str().len() + 1;
        bytes <= MAX_ARGUMENT_BYTES
    };
    paths.iter().take_while(fits).count().max(1)
}

/// Sorted by their bytes, so that a setup does the same everywhere.
fn names_in(directory: &Path, pattern: &str, field: &str) -> Result<Vec<OsString>> {
    let list = || -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory)? {
            let name = entry?.file_name();
            if matches_pattern(name.as_encoded_bytes(), pattern) {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    };
    list().map_err(|error| broken(field, directory, "cannot be listed", &error))
}

/// The content as it is. A former file is replaced, never written through: it may be a link, or one file with another.
fn write_setup_file(path: &str, content: &str, mode: u64, field: &str, context: &SetupContext<'_>) -> Result<()> {
    let place = [field, ".path"].concat();
    let path = substitute(path, &place, context.values, Place::Command)?;
    let file = setup_file(&path, Path::new(&context.values.workenv), &place)?;
    let text = substitute(content, &format_args!("{field}.content"), context.values, Place::Text)?;
    let mode = plain_mode(mode, field)?;
    let write = || -> io::Result<()> {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut made = files::create_new(&file)?;
        made.write_all(text.as_bytes())?;
        files::change_mode_of(&made, mode)
    };
    write().map_err(|error| broken(field, &file, "cannot be written", &error))
}

/// A pattern in the last component means all files there that match it. Links are left alone.
fn change_modes(path: &str, mode: u16, field: &str, context: &SetupContext<'_>) -> Result<()> {
    let place = [field, ".path"].concat();
    let mode = plain_mode(mode.into(), field)?;
    let path = substitute(path, &place, context.values, Place::Command)?;
    let target = setup_path(&path, Path::new(&context.values.workenv), &place)?;
    let (directory, name) = (target.parent().unwrap_or(&target), target.file_name().unwrap_or_default());
    let pattern = name.to_str().filter(|name| name.contains(['*', '?', '[']));
    let names = match pattern {
        Some(pattern) => names_in(directory, pattern, &place)?,
        None => vec![name.to_owned()],
    };
    for name in names {
        let file = directory.join(name);
        let change = || -> io::Result<()> {
            let kind = fs::symlink_metadata(&file)?.file_type();
            let is_meant = if pattern.is_some() { kind.is_file() } else { !kind.is_symlink() };
            if is_meant { files::change_mode(&file, mode) } else { Ok(()) }
        };
        change().map_err(|error| broken(field, &file, "has a mode that cannot be changed", &error))?;
    }
    Ok(())
}

fn plain_mode(mode: u64, field: &str) -> Result<u16> {
    // A number may be a whole st_mode.
    let permissions = (mode & 0o7777) as u16;
    if permissions & 0o7000 == 0 {
        return Ok(permissions);
    }
    let got = format!("0{permissions:o}");
    let message = ["metadata: ", field, ".mode is ", &got, ", expected at most 0777 (spec §7.5)"].concat();
    let error = Error::new(Code::SetupMode, message).with("field", [field, ".mode"].concat());
    Err(error.with("got", got).with("want", "0777"))
}

fn run_to_end(call: &ProgramCall, field: &str, context: &SetupContext<'_>) -> Result<()> {
    let (end, output) = platform::run_captured(&call.program, &call.argv, context.variables, true)
        .map_err(|error| program_fault(call, &error))?;
    let how = match end {
        End::Exit(0) => return Ok(()),
        End::Exit(status) => ["exited with ", &status.to_string()].concat(),
        End::Signal(signal) => ["was ended by ", &platform::signal_name(signal)].concat(),
    };
    let output = String::from_utf8_lossy(&output);
    let said = match output.trim() {
        "" => String::new(),
        some => [":\n", some].concat(),
    };
    Err(setup_error(field, &[&call.program.to_string_lossy(), " ", &how, &said].concat()))
}

fn broken(field: &str, path: &Path, what: &str, error: &io::Error) -> Error {
    let fault = [&path.to_string_lossy(), " ", what, ": ", &error.to_string()].concat();
    setup_error(field, &fault).caused_by(error)
}

fn setup_error(field: &str, fault: &str) -> Error {
    let hint = "nothing was started; the next run tries again";
    Error::new(Code::SetupFailed, [field, ": ", fault, " (spec §7.5)"].concat()).with("field", field).hint(hint)
}
