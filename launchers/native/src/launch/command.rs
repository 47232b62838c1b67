//! Spec §8.1: which command runs.

use crate::error::{Code, Error, Result};
use crate::format::command_line::split_command;
use crate::format::execution_rules::check_executable;
use crate::format::metadata::{Argv0, Metadata};
use crate::format::placeholders::{Place, Values, substitute};
use crate::format::platform::Os;
use crate::format::quoted::quoted;
use crate::platform;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;

/// What is asked for: by a variable, and by the name under which the package was started.
pub struct Invocation<'a> {
    /// argv[0] as the user typed it.
    pub invoked: &'a OsStr,
    /// What follows, all of it for the program.
    pub user_arguments: &'a [OsString],
    /// FLAVOR_COMMAND.
    pub requested: Option<&'a OsStr>,
}

/// A program and what it is started with, all of it final.
#[derive(Debug, PartialEq, Eq)]
pub struct ProgramCall {
    /// Absolute path of the executable.
    pub program: OsString,
    /// argv, its first element included.
    pub argv: Vec<OsString>,
    /// False for a program of the system, such as /bin/sh, which the package does not carry.
    pub is_packaged: bool,
}

struct ChosenCommand {
    field: String,
    argv: Vec<String>,
    argv0: Argv0,
}

/// Spec §8.1: which command runs, as an absolute path with arguments. The user's own arguments follow those of the package.
/// Fails with COMMAND_UNKNOWN, METADATA_COMMAND, METADATA_PLACEHOLDER.
pub fn build_command(metadata: &Metadata, values: &Values, invocation: &Invocation<'_>) -> Result<ProgramCall> {
    let chosen = choose_command(metadata, invocation)?;
    let (template, rest) = chosen.argv.split_first().map_or(("", [].as_slice()), |(first, rest)| (first, rest));
    let (program, is_packaged) = resolve_program(template, &format_args!("{}[0]", chosen.field), values)?;
    let name = match chosen.argv0 {
        Argv0::Invoked if is_packaged => invocation.invoked,
        _ => OsStr::new(&program),
    };
    let mut argv = Vec::with_capacity(chosen.argv.len() + invocation.user_arguments.len());
    argv.push(name.to_owned());
    for (at, text) in rest.iter().enumerate() {
        let field = format_args!("{}[{}]", chosen.field, at + 1);
        argv.push(substitute(text, &field, values, Place::Command)?.into());
    }
    argv.extend_from_slice(invocation.user_arguments);
    Ok(ProgramCall { program: program.into(), argv, is_packaged })
}

fn choose_command(metadata: &Metadata, invocation: &Invocation<'_>) -> Result<ChosenCommand> {
    let execution = &metadata.execution;
    let name = invocation.requested.unwrap_or_else(|| command_name(invocation.invoked));
    if let Some((known, named)) = execution.commands.iter().find(|(known, _)| name == known.as_str()) {
        let field = ["execution.commands.", known, ".argv"].concat();
        return Ok(ChosenCommand { field, argv: named.argv.clone(), argv0: named.argv0 });
    }
    if let Some(requested) = invocation.requested {
        return Err(unknown_command(&requested.to_string_lossy(), metadata));
    }
    let (field, argv) = match &execution.argv {
        Some(argv) => ("execution.argv", argv.clone()),
        None => ("execution.command", split_command(&execution.command, &"execution.command")?),
    };
    Ok(ChosenCommand { field: field.to_owned(), argv, argv0: execution.argv0 })
}

fn unknown_command(name: &str, metadata: &Metadata) -> Error {
    let mut known: Vec<&str> = metadata.execution.commands.iter().map(|(name, _)| name.as_str()).collect();
    known.sort_unstable();
    let list = if known.is_empty() { "no other than its default command".to_owned() } else { known.join(", ") };
    let message = ["FLAVOR_COMMAND is ", &quoted(name), ", and the package has ", &list, " (spec §8.1)"].concat();
    let error = Error::new(Code::CommandUnknown, message).with("field", "FLAVOR_COMMAND").with("got", name);
    error.with("want", list).hint("unset FLAVOR_COMMAND for the default command")
}

/// Spec §8.1: the last component of the path that was typed, without `.exe`: a link to a package chooses the command of its name.
pub fn command_name(invoked: &OsStr) -> &OsStr {
    let bytes = invoked.as_encoded_bytes();
    let start = bytes.iter().rposition(|byte| matches!(byte, b'/' | b'\\')).map_or(0, |at| at + 1);
    let name = bytes.get(start..).unwrap_or_default();
    let end = match name.len().checked_sub(4).map(|at| name.split_at(at)) {
        Some((stem, extension)) if extension.eq_ignore_ascii_case(b".exe") => stem,
        _ => name,
    };
    platform::os_str_part(invoked, start, end.len())
}

/// Spec §8.1: a program of the package by its absolute path, never one that PATH or the current directory offers, and whether it is
/// one. An absolute path in the metadata names a program of the system.
pub fn resolve_program(template: &str, field: &dyn Display, values: &Values) -> Result<(String, bool)> {
    check_executable(template, field)?;
    let path = substitute(template, field, values, Place::Command)?;
    if template.starts_with('/') {
        return Ok((path, false));
    }
    if ["{workenv", "{primary", "{slot:"].iter().any(|start| template.starts_with(start)) {
        return Ok((with_extension(path, values), true));
    }
    // A name or a version of the package may have brought in what a template could not hold.
    match path.starts_with('/') {
        true => check_executable(&[".", &path].concat(), field)?,
        false => check_executable(&path, field)?,
    }
    let separator = if values.os == Os::Windows.name() { "\\" } else { "/" };
    let place = if path.contains('/') { separator.to_owned() } else { [separator, "bin", separator].concat() };
    let program = [values.workenv.as_str(), &place, &path.replace('/', separator)].concat();
    Ok((with_extension(program, values), true))
}

/// Windows runs nothing without an extension; packages for several systems leave it out.
fn with_extension(program: String, values: &Values) -> String {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    // A dot at the beginning is part of the name.
    let has_extension = name.char_indices().skip(1).any(|(_, letter)| letter == '.');
    if values.os == Os::Windows.name() && !has_extension { program + ".exe" } else { program }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_typed() {
        let names =
            [("./a/app.psp", "app.psp"), ("C:\\x\\App.EXE", "App"), (".exe", ""), ("a/", ""), ("", ""), ("exe", "exe")];
        for (invoked, name) in names {
            assert_eq!(command_name(OsStr::new(invoked)), name);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_utf8_keeps_its_bytes() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(command_name(OsStr::from_bytes(b"/a/\xff.exe")).as_bytes(), b"\xff");
    }
}
