//! Spec §8.4: `FLAVOR_LAUNCHER_CLI=1 FILE COMMAND`. Everything that it prints was checked.

use super::after_first_run::clean_after;
use super::command::ProgramCall;
use super::extract_to::extract_to;
use super::json_text::{JsonObject, array};
use super::launch_package::{hand_over, launch_package};
use super::materialise::materialise as materialise_for;
use super::own_file::OwnFile;
use super::prepare_for_all::prepare_for_all;
use super::prepare_launch::{LaunchOptions, open_for_launch, prepare_launch};
use super::variables::{Variable, lookup};
use crate::error::{Code, Error, Result};
use crate::format::quoted::quoted;
use crate::package::package_file::{PackageFile, open_package};
use crate::package::package_slot::PackageSlot;
use crate::package::verify::{VerifiedSlot, VerifyReport, verify_package};
use crate::platform::End;
use crate::trust::keyring::check_pinned_keys;
use crate::workenv::machine::this_machine;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

const FORMAT: &str = "PSPF/2025";

struct CliCommand {
    name: &'static str,
    usage: &'static str,
    summary: &'static str,
    run: fn(CliCall<'_>) -> Result<End>,
}

const COMMANDS: [CliCommand; 10] = [
    CliCommand { name: "info", usage: "info", summary: "what the file holds (also without a command)", run: info },
    CliCommand {
        name: "verify",
        usage: "verify [--deep]",
        summary: "hash everything in the file; --deep also decodes it",
        run: verify,
    },
    CliCommand { name: "metadata", usage: "metadata", summary: "the signed metadata, as it is", run: metadata },
    CliCommand {
        name: "extract",
        usage: "extract INDEX DIR",
        summary: "unpack one slot into a directory",
        run: extract,
    },
    CliCommand {
        name: "prepare",
        usage: "prepare [--lazy]",
        summary: "unpack and write to disk; --lazy also lazy slots",
        run: prepare,
    },
    CliCommand {
        name: "materialise",
        usage: "materialise ID",
        summary: "unpack a lazy slot, and say where it is",
        run: materialise,
    },
    CliCommand {
        name: "clean",
        usage: "clean",
        summary: "remove what a first run of it removes: old versions, and what exceeds the limits",
        run: clean,
    },
    CliCommand { name: "run", usage: "run [ARGUMENT...]", summary: "run the program", run },
    CliCommand {
        name: "python",
        usage: "python [ARGUMENT...]",
        summary: "run the Python that the file holds",
        run: python,
    },
    CliCommand { name: "help", usage: "help", summary: "this list", run: help },
];

struct CliCall<'a> {
    command: &'static CliCommand,
    /// Taken by what opens the package.
    own: Option<OwnFile>,
    options: &'a LaunchOptions<'a>,
    /// After the command, without --json.
    words: Vec<OsString>,
    is_json: bool,
}

/// Whether FLAVOR_LAUNCHER_CLI asks for the launcher itself and not for the program.
pub fn is_launcher_cli(environment: &[Variable]) -> bool {
    let wish = lookup(environment, "FLAVOR_LAUNCHER_CLI").unwrap_or_default();
    ["1", "t", "true", "on", "yes"].iter().any(|yes| wish.eq_ignore_ascii_case(yes))
}

/// Fails with LAUNCHER_CLI_UNKNOWN, LAUNCHER_CLI_USAGE, and as the command does.
pub fn run_launcher_cli(own: OwnFile, options: &LaunchOptions<'_>) -> Result<End> {
    let (name, rest) = match options.arguments.split_first() {
        Some((name, rest)) => (name.as_os_str(), rest),
        None => (OsStr::new("info"), [].as_slice()),
    };
    let known = if name == "--help" || name == "-h" { OsStr::new("help") } else { name };
    let Some(command) = COMMANDS.iter().find(|command| known == command.name) else {
        let name = name.to_string_lossy();
        let message = ["there is no launcher command ", &quoted(&name), " (spec §8.4)"].concat();
        let names: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
        let hint = ["the commands are ", &names.join(", ")].concat();
        return Err(Error::new(Code::LauncherCliUnknown, message).with("got", name).hint(hint));
    };
    let is_for_program = command.name == "run" || command.name == "python";
    let is_flag = |word: &OsString| !is_for_program && word == "--json";
    let words = rest.iter().filter(|word| !is_flag(word)).cloned().collect();
    let is_json = rest.iter().any(is_flag);
    (command.run)(CliCall { command, own: Some(own), options, words, is_json })
}

impl CliCall<'_> {
    /// One object with --json, else text for people.
    fn answer(&self, object: JsonObject, text: &str) -> Result<End> {
        let io = self.options.io;
        match self.is_json {
            true => io.stdout((object.finish() + "\n").as_bytes()),
            false => io.stdout(text.as_bytes()),
        }
        Ok(End::Exit(0))
    }

    /// Once: everything is read through the one descriptor.
    fn take_own(&mut self) -> Result<OwnFile> {
        self.own.take().ok_or_else(|| Error::new(Code::LaunchInternal, "the package was opened before"))
    }

    fn expect_words(&self, allowed: &[&str]) -> Result<()> {
        match self.words.iter().find(|word| !allowed.iter().any(|known| *word == known)) {
            Some(extra) => Err(self.usage_error(&["does not take ", &quoted(&extra.to_string_lossy())].concat())),
            None => Ok(()),
        }
    }

    fn usage_error(&self, fault: &str) -> Error {
        let CliCommand { name, usage, .. } = self.command;
        let error =
            Error::new(Code::LauncherCliUsage, [name, " ", fault, " (spec §8.4)"].concat()).with("field", *name);
        error.hint(["usage: FLAVOR_LAUNCHER_CLI=1 FILE ", usage].concat())
    }
}

fn open(call: &mut CliCall<'_>) -> Result<PackageFile> {
    let own = call.take_own()?;
    open_package(&own.path, own.file)
}

/// With a key that no keyring speaks against (trust §9).
fn open_pinned(call: &mut CliCall<'_>) -> Result<PackageFile> {
    let pkg = open(call)?;
    let machine = this_machine(call.options.environment.to_vec(), call.options.is_privileged);
    check_pinned_keys(&pkg, &machine)?;
    Ok(pkg)
}

fn info(mut call: CliCall<'_>) -> Result<End> {
    call.expect_words(&[])?;
    let pkg = open(&mut call)?;
    let report = verify_package(&pkg, false)?;
    let execution = &pkg.metadata.execution;
    let command = execution.argv.as_ref().map_or_else(|| execution.command.clone(), |argv| argv.join(" "));
    let built_with = built_with(&pkg);
    let object =
        identity("info", &report).text("format", FORMAT).text("built_with", &built_with).text("command", &command);
    let (size, coverage) = (report.size.to_string(), coverage(&report));
    let lines = [
        [&report.name, " ", &report.version, " (", FORMAT, ")"].concat(),
        ["size: ", &size, " bytes"].concat(),
        ["built with: ", &built_with].concat(),
        ["key: ", &report.key_id].concat(),
        ["verified: signature, ", &coverage].concat(),
        ["command: ", &command].concat(),
        "slots:".to_owned(),
    ];
    let slot_line = |slot: &PackageSlot| {
        let operations = match slot.metadata.operations.as_str() {
            "" => "raw",
            some => some,
        };
        ["  ", &slot.index.to_string(), " ", &slot.metadata.id, " (", operations, ")"].concat()
    };
    let text: String = lines.into_iter().chain(pkg.slots.iter().map(slot_line)).map(|line| line + "\n").collect();
    call.answer(object, &text)
}

fn verify(mut call: CliCall<'_>) -> Result<End> {
    call.expect_words(&["--deep"])?;
    let is_deep = call.words.iter().any(|word| word == "--deep");
    let report = verify_package(&open_pinned(&mut call)?, is_deep)?;
    let (name, version, coverage) = (&report.name, &report.version, coverage(&report));
    let text = [name, " ", version, ": verified signature, ", &coverage, "; key ", &report.key_id, "\n"].concat();
    call.answer(identity("verify", &report), &text)
}

fn identity(kind: &str, report: &VerifyReport) -> JsonObject {
    let slot = |slot: &VerifiedSlot| {
        let mut object =
            JsonObject::inner().number("index", slot.index as u64).text("id", &slot.id).number("size", slot.size);
        if let (Some(files), Some(bytes)) = (slot.files, slot.bytes) {
            object = object.number("files", files).number("bytes", bytes);
        }
        object.finish()
    };
    JsonObject::new(kind)
        .text("name", &report.name)
        .text("version", &report.version)
        .text("key_id", &report.key_id)
        .number("size", report.size)
        .boolean("verified", true)
        .boolean("launcher_covered", report.launcher_covered)
        .boolean("deep", report.deep)
        .raw("slots", &array(&report.slots.iter().map(slot).collect::<Vec<_>>()))
}

/// What was checked, and what is not covered (spec §9.2).
fn coverage(report: &VerifyReport) -> String {
    let launcher = if report.launcher_covered { "launcher" } else { "launcher not covered by the signature" };
    let decoded = if report.deep { ", decoded" } else { "" };
    [launcher, ", ", &report.slots.len().to_string(), " slots", decoded].concat()
}

fn built_with(pkg: &PackageFile) -> String {
    let build = &pkg.metadata.build;
    let tool = build.tool.as_deref().unwrap_or("unknown");
    match build.tool_version.as_deref() {
        Some(version) if !version.is_empty() => [tool, " ", version].concat(),
        _ => tool.to_owned(),
    }
}

fn metadata(mut call: CliCall<'_>) -> Result<End> {
    call.expect_words(&[])?;
    let pkg = open(&mut call)?;
    call.options.io.stdout(&pkg.metadata_bytes);
    Ok(End::Exit(0))
}

fn extract(mut call: CliCall<'_>) -> Result<End> {
    let [index, directory] = call.words.as_slice() else {
        return Err(call.usage_error("takes an index and a directory"));
    };
    let (index, directory) = (index.clone(), PathBuf::from(directory));
    let pkg = open_pinned(&mut call)?;
    let Some(slot) = pkg.slots.iter().find(|slot| *index == *slot.index.to_string()) else {
        let names = quoted(&index.to_string_lossy());
        let fault = match pkg.slots.len().checked_sub(1) {
            Some(last) => ["names ", &names, ", expected 0 to ", &last.to_string()].concat(),
            None => ["names ", &names, ", and there are no slots"].concat(),
        };
        return Err(call.usage_error(&fault));
    };
    let (path, extracted) = extract_to(&pkg, slot, &directory)?;
    let path = path.to_string_lossy();
    let (files, bytes) = (extracted.files.to_string(), extracted.bytes.to_string());
    let object = JsonObject::new("extract").text("path", &path).number("files", extracted.files);
    let object = object.number("bytes", extracted.bytes).text("tree", &extracted.tree);
    call.answer(object, &[&path, ": ", &files, " files, ", &bytes, " bytes\n"].concat())
}

fn prepare(mut call: CliCall<'_>) -> Result<End> {
    call.expect_words(&["--lazy"])?;
    let with_lazy_slots = call.words.iter().any(|word| word == "--lazy");
    let prepared = prepare_for_all(call.take_own()?, call.options, with_lazy_slots)?;
    let root = prepared.root.to_string_lossy();
    let object = JsonObject::new("prepare").text("root", &root).text("key", &prepared.key);
    let object = object.boolean("fresh", prepared.fresh).boolean("settled", prepared.settled);
    call.answer(object, &[&root, "\n"].concat())
}

fn materialise(mut call: CliCall<'_>) -> Result<End> {
    let [id] = call.words.as_slice() else { return Err(call.usage_error("takes the id of a lazy slot")) };
    let id = id.to_string_lossy().into_owned();
    let path = materialise_for(call.take_own()?, call.options, &id)?;
    let path = path.to_string_lossy();
    let object = JsonObject::new("materialise").text("id", &id).text("path", &path);
    call.answer(object, &[&path, "\n"].concat())
}

fn clean(mut call: CliCall<'_>) -> Result<End> {
    call.expect_words(&[])?;
    let pkg = open_for_launch(call.take_own()?, call.options)?;
    let prepared = prepare_launch(&pkg, call.options, false)?;
    let paths = clean_after(&prepared.workenv, call.options);
    let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    let quoted: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
    let text: String = paths.iter().map(|path| [path, "\n"].concat()).collect();
    call.answer(JsonObject::new("clean").raw("removed", &array(&quoted)), &text)
}

fn run(mut call: CliCall<'_>) -> Result<End> {
    let own = call.take_own()?;
    launch_package(own, &LaunchOptions { arguments: &call.words, ..*call.options })
}

/// The Python of the package under its own name, which it needs to find its libraries.
fn python(mut call: CliCall<'_>) -> Result<End> {
    let pkg = open_for_launch(call.take_own()?, call.options)?;
    let name = if cfg!(windows) { "bin/python.exe" } else { "bin/python3" };
    hand_over(&pkg, call.options, &|prepared| {
        let program = prepared.workenv.root.join(name).into_os_string();
        let argv = [program.clone()].into_iter().chain(call.words.iter().cloned()).collect();
        Ok(ProgramCall { program, argv, is_packaged: true })
    })
}

fn help(call: CliCall<'_>) -> Result<End> {
    let mut text = String::from("usage: FLAVOR_LAUNCHER_CLI=1 FILE [COMMAND] [--json]\n\n");
    let mut commands = Vec::new();
    for CliCommand { usage, summary, .. } in &COMMANDS {
        let blanks = " ".repeat(22_usize.saturating_sub(usage.len()));
        text.push_str(&["  ", usage, &blanks, " ", summary, "\n"].concat());
        commands.push(JsonObject::inner().text("usage", usage).text("summary", summary).finish());
    }
    call.answer(JsonObject::new("help").raw("commands", &array(&commands)), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_as_yes() {
        let is_asked = |value: &str| is_launcher_cli(&[("FLAVOR_LAUNCHER_CLI".into(), value.into())]);
        for yes in ["1", "t", "TRUE", "On", "yes"] {
            assert!(is_asked(yes), "{yes}");
        }
        for no in ["", "0", "2", "true ", "y"] {
            assert!(!is_asked(no), "{no}");
        }
        assert!(!is_launcher_cli(&[]));
    }
}
