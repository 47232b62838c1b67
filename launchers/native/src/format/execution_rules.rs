//! Spec §5.5, §5.6 and §8.1: what a launch will split or substitute.

use super::command_line::split_command;
use super::metadata::{Metadata, SetupCommand};
use super::placeholders::{Place, Scope, check_placeholders};
use super::quoted::quoted;
use super::target_path::path_fault;
use crate::error::{Code, Error, Result};
use std::fmt::Display;

/// Spec §5.5, §5.6 and §8.1: everything in the metadata that a launch will split or substitute, checked before anybody runs it. Errors:
/// METADATA_COMMAND, METADATA_PLACEHOLDER.
pub fn check_execution(metadata: &Metadata) -> Result<()> {
    let execution = &metadata.execution;
    let scope = Scope { slot_count: metadata.slots.len(), primary_slot: execution.primary_slot };
    check_primary_slot(scope)?;
    match &execution.argv {
        Some(argv) => check_argv(argv, &"execution.argv", scope)?,
        None => check_argv(&split_command(&execution.command, &"execution.command")?, &"execution.command", scope)?,
    }
    for (name, command) in &execution.commands {
        check_argv(&command.argv, &format_args!("execution.commands.{name}.argv"), scope)?;
    }
    for (field, pairs) in [
        ("workenv.env", &metadata.workenv.env),
        ("execution.env", &execution.env),
        ("execution.environment", &execution.environment),
    ] {
        for (name, value) in pairs {
            check_placeholders(value, &format_args!("{field}.{name}"), scope, Place::Text)?;
        }
    }
    for (at, directory) in metadata.workenv.directories.iter().enumerate() {
        let field = format_args!("workenv.directories[{at}].path");
        check_placeholders(&directory.path, &field, scope, Place::Command)?;
    }
    for (at, setup) in metadata.setup_commands.iter().enumerate() {
        check_setup(setup, &format_args!("setup_commands[{at}]"), scope)?;
    }
    Ok(())
}

/// Spec §8.1: the executable is an absolute path, a path of the work environment, or a bare name that lies in `{workenv}/bin`. A path
/// that climbs would leave the work environment, where nothing was signed. Errors: METADATA_COMMAND.
pub fn check_executable(executable: &str, field: &dyn Display) -> Result<()> {
    if executable.starts_with('/') {
        return Ok(());
    }
    let fault = match strip_place(executable) {
        Some(Below::Slot("")) => None,
        Some(Below::Slot(relative) | Below::Workenv(relative)) => path_fault(relative),
        None => path_fault(executable),
    };
    let Some(fault) = fault else { return Ok(()) };
    let want = "a program in {workenv} or an absolute path";
    let message = format!("metadata: {field} {} {fault}, expected {want} (spec §8.1)", quoted(executable));
    Err(command_error(message, field, executable, "a program"))
}

/// What an executable begins with, and what stands behind it and its slash.
enum Below<'a> {
    Workenv(&'a str),
    Slot(&'a str),
}

fn strip_place(executable: &str) -> Option<Below<'_>> {
    let (name, rest) = executable.strip_prefix('{')?.split_once('}')?;
    let relative = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    match name {
        "workenv" => Some(Below::Workenv(relative)),
        "primary" => Some(Below::Slot(relative)),
        slot if slot.strip_prefix("slot:").is_some_and(is_number) => Some(Below::Slot(relative)),
        _ => None,
    }
}

fn check_argv(argv: &[String], field: &dyn Display, scope: Scope) -> Result<()> {
    check_executable(argv.first().map_or("", String::as_str), &format_args!("{field}[0]"))?;
    for (at, argument) in argv.iter().enumerate() {
        check_placeholders(argument, &format_args!("{field}[{at}]"), scope, Place::Command)?;
    }
    Ok(())
}

fn check_primary_slot(scope: Scope) -> Result<()> {
    let Scope { slot_count, primary_slot } = scope;
    if primary_slot < slot_count as u64 || (primary_slot == 0 && slot_count == 0) {
        return Ok(());
    }
    let want = format!("below {slot_count}, the number of slots");
    let message = format!("metadata: execution.primary_slot is {primary_slot}, expected {want} (spec §5.5)");
    Err(Error::new(Code::MetadataPlaceholder, message)
        .with("field", "execution.primary_slot")
        .with("got", primary_slot.to_string())
        .with("want", want))
}

fn check_setup(setup: &SetupCommand, field: &dyn Display, scope: Scope) -> Result<()> {
    match setup {
        SetupCommand::Execute { command } => check_setup_command(command, field, scope),
        SetupCommand::EnumerateAndExecute { command, path, pattern } => {
            check_setup_command(command, &format_args!("{field}.command"), scope)?;
            check_placeholders(path, &format_args!("{field}.enumerate.path"), scope, Place::Command)?;
            check_pattern(pattern, &format_args!("{field}.enumerate.pattern"))
        }
        SetupCommand::WriteFile { path, content, .. } => {
            check_placeholders(path, &format_args!("{field}.path"), scope, Place::Command)?;
            check_placeholders(content, &format_args!("{field}.content"), scope, Place::Text)
        }
        SetupCommand::Chmod { path, .. } => {
            check_placeholders(path, &format_args!("{field}.path"), scope, Place::Command)
        }
    }
}

fn check_setup_command(command: &str, field: &dyn Display, scope: Scope) -> Result<()> {
    check_argv(&split_command(command, field)?, field, scope)
}

/// Spec §7.5: a pattern is for names in one directory; below it nothing is searched.
fn check_pattern(pattern: &str, field: &dyn Display) -> Result<()> {
    if !pattern.is_empty() && !pattern.contains('/') {
        return Ok(());
    }
    let shown = quoted(pattern);
    let message = format!("metadata: {field} is {shown}, expected a pattern for names, without \"/\" (spec §7.5)");
    Err(command_error(message, field, pattern, "a pattern for names"))
}

#[cold]
fn command_error(message: String, field: &dyn Display, got: &str, want: &str) -> Error {
    Error::new(Code::MetadataCommand, message).with("field", field.to_string()).with("got", got).with("want", want)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(changes: Value) -> Option<Code> {
        let mut whole = json!({
            "format": "PSPF/2025",
            "package": { "name": "app", "version": "1" },
            "slots": [{ "slot": 0, "id": "a", "target": "a", "size": 1, "checksum": "", "operations": "raw" }],
            "execution": { "command": "app" },
        });
        for (key, value) in changes.as_object().unwrap() {
            whole[key] = value.clone();
        }
        let metadata = Metadata::parse(whole.to_string().as_bytes()).unwrap();
        check_execution(&metadata).err().map(|error| error.code())
    }

    #[test]
    fn s8_1_takes_every_way_to_name_a_program() {
        for program in [
            "app",
            "bin/app",
            "/usr/bin/env",
            "/",
            "{workenv}/app",
            "{slot:0}",
            "{slot:0}/app",
            "{primary}",
            "{primary}/app",
            "a b",
        ] {
            assert_eq!(check(json!({ "execution": { "command": "", "argv": [program] } })), None, "{program}");
        }
    }

    #[test]
    fn s8_1_refuses_programs_outside_of_the_work_environment_and_the_work_environment_itself() {
        for program in [
            "",
            "../app",
            "./app",
            "a/../b",
            "{workenv}",
            "{workenv}/",
            "{workenv}/../app",
            "{workenv}//a",
            "{primary}/..",
            "a\\b",
            "con",
        ] {
            let found = check(json!({ "execution": { "command": "", "argv": [program] } }));
            assert_eq!(found, Some(Code::MetadataCommand), "{program}");
        }
        for program in ["{slot:1}", "{slot:0}x", "{home}/app"] {
            let found = check(json!({ "execution": { "command": "", "argv": [program] } }));
            assert_eq!(found, Some(Code::MetadataPlaceholder), "{program}");
        }
    }

    #[test]
    fn s5_6_a_command_counts_only_where_there_is_no_argv() {
        assert_eq!(check(json!({ "execution": { "command": "'" } })), Some(Code::MetadataCommand));
        assert_eq!(check(json!({ "execution": { "command": "'", "argv": ["app"] } })), None);
    }

    #[test]
    fn s5_5_checks_every_place_where_placeholders_count() {
        let broken = "{workenv}x";
        for changes in [
            json!({ "execution": { "command": "app {workenv}x" } }),
            json!({ "execution": { "command": "app", "argv": ["app", broken] } }),
            json!({ "execution": { "command": "app", "commands": { "b": { "argv": ["b", broken] } } } }),
            json!({ "execution": { "command": "app", "env": { "A": broken } } }),
            json!({ "execution": { "command": "app", "environment": { "A": broken } } }),
            json!({ "execution": { "command": "app", "primary_slot": 1 } }),
            json!({ "workenv": { "env": { "A": broken } } }),
            json!({ "workenv": { "directories": [{ "path": broken }] } }),
            json!({ "setup_commands": ["app {workenv}x"] }),
            json!({ "setup_commands": [{ "type": "execute", "command": "app {workenv}x" }] }),
            json!({ "setup_commands": [{ "type": "enumerate_and_execute", "command": "app", "enumerate": { "path": broken, "pattern": "*" } }] }),
            json!({ "setup_commands": [{ "type": "write_file", "path": broken, "content": "" }] }),
            json!({ "setup_commands": [{ "type": "write_file", "path": "a", "content": broken }] }),
            json!({ "setup_commands": [{ "type": "chmod", "path": broken }] }),
        ] {
            assert_eq!(check(changes.clone()), Some(Code::MetadataPlaceholder), "{changes}");
        }
    }

    #[test]
    fn s7_5_refuses_patterns_that_search_and_setup_that_climbs() {
        for pattern in ["", "a/*", "/"] {
            let setup = json!([{ "type": "enumerate_and_execute", "command": "a", "enumerate": { "path": "a", "pattern": pattern } }]);
            assert_eq!(check(json!({ "setup_commands": setup })), Some(Code::MetadataCommand), "{pattern}");
        }
        assert_eq!(check(json!({ "setup_commands": ["../a"] })), Some(Code::MetadataCommand));
        assert_eq!(check(json!({ "setup_commands": [""] })), Some(Code::MetadataCommand));
    }
}
