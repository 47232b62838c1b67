//! Spec §8.1: why the system did not start a program, with the cause by name and the next step.

use super::command::ProgramCall;
use crate::error::{Code, Error};
use crate::platform::{self, StartFault};
use std::fs::Metadata;
use std::io::{self, Read};
use std::path::Path;

/// Linux reads less than this much of a script to find its interpreter.
const HEAD_BYTES: u64 = 4096;

pub fn program_fault(call: &ProgramCall, error: &io::Error) -> Error {
    let path = Path::new(&call.program);
    let status = std::fs::metadata(path).ok();
    let fault = match (platform::start_fault(error), status) {
        (StartFault::NotFound, None) => missing(call),
        // Windows has no interpreters.
        (StartFault::NotFound, Some(_)) if cfg!(unix) => interpreter_missing(call),
        (StartFault::Refused, status) => refused(call, status.as_ref()),
        (StartFault::Format, _) => {
            let fault = ["is ", format_of(path), ", expected a program for this system"].concat();
            let hint = "a script needs a first line such as \"#!/bin/sh\"; a binary must be for this processor";
            failure(Code::ProgramFormat, call, &fault).hint(hint)
        }
        (StartFault::TooLong, _) => {
            let fault = "the arguments and the environment are too long together for this system";
            failure(Code::ProgramArguments, call, fault).hint("pass fewer or shorter arguments")
        }
        (StartFault::NotFound | StartFault::Other, _) => {
            failure(Code::ProgramStart, call, &["cannot be started: ", &error.to_string()].concat())
        }
    };
    fault.with("file", call.program.to_string_lossy()).with("got", platform::error_name(error))
}

fn failure(code: Code, call: &ProgramCall, fault: &str) -> Error {
    Error::new(code, [&call.program.to_string_lossy(), ": ", fault, " (spec §8.1)"].concat())
}

fn missing(call: &ProgramCall) -> Error {
    if call.is_packaged {
        let fault = "is not in the package, expected the program that its command names";
        let hint = "tell whoever made the package; `flavor inspect` shows its command";
        return failure(Code::ProgramMissing, call, fault).hint(hint);
    }
    let fault = "is not on this system, expected the program that the package is started with";
    failure(Code::ProgramMissing, call, fault).hint(["install ", &call.program.to_string_lossy()].concat())
}

fn interpreter_missing(call: &ProgramCall) -> Error {
    let interpreter = interpreter_of(Path::new(&call.program));
    let named = match &interpreter {
        Some(path) => ["the interpreter ", path].concat(),
        None => "an interpreter".to_owned(),
    };
    let hint = if interpreter.is_some_and(|path| path.contains("/ld-")) {
        "the program is linked against a C library that this system does not have (glibc or musl)"
    } else {
        "install it, or tell whoever made the package"
    };
    let fault = ["needs ", &named, ", which is not on this system"].concat();
    failure(Code::ProgramInterpreter, call, &fault).hint(hint)
}

fn refused(call: &ProgramCall, status: Option<&Metadata>) -> Error {
    let tell = "tell whoever made the package";
    let (fault, hint) = match status {
        None => ("cannot be reached: permission denied", "check the directories above it"),
        Some(status) if status.is_dir() => ("is a directory, expected a program", tell),
        Some(status) if !has_execute_bit(status) => ("is not executable", tell),
        Some(_) if platform::files::may_execute(Path::new(&call.program)).is_ok() => {
            ("is refused by the system: its security policy forbids it", "ask who runs it")
        }
        // access(2) answers EACCES for a file with x bits where its file system is mounted noexec, and for files of others.
        Some(_) => (
            "may not be run here: its file system is mounted noexec, or it belongs to another user",
            match call.is_packaged {
                true => "set FLAVOR_CACHE to a directory on a file system that lets programs run",
                false => "check its permissions and its mount",
            },
        ),
    };
    failure(Code::ProgramRefused, call, fault).hint(hint)
}

#[cfg(unix)]
fn has_execute_bit(status: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&status.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn has_execute_bit(_status: &Metadata) -> bool {
    true
}

/// What a file that cannot be run seems to be.
fn format_of(program: &Path) -> &'static str {
    match read_head(program).as_deref() {
        None => "a file that cannot be read",
        Some([]) => "empty",
        Some([0x7f, b'E', b'L', b'F', ..]) => "a binary for another processor or system",
        Some([b'M', b'Z', ..]) => "a program for Windows",
        Some([0xfe, 0xed, 0xfa, 0xcf, ..] | [0xcf, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..]) => {
            "a program for macOS"
        }
        Some(_) => "neither a binary nor a script with an interpreter",
    }
}

/// The interpreter that a script names in its first line, or an ELF file in PT_INTERP.
fn interpreter_of(program: &Path) -> Option<String> {
    let head = read_head(program)?;
    match head.strip_prefix(b"#!") {
        Some(line) => {
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
            let start = line.iter().position(|byte| !is_blank(byte))?;
            let name = line.get(start..)?;
            let end = name.iter().position(|byte| is_blank(byte) || matches!(byte, b'\n' | 0)).unwrap_or(name.len());
            (end > 0).then(|| String::from_utf8_lossy(name.get(..end).unwrap_or_default()).into_owned())
        }
        None => elf_interpreter(&head),
    }
}

/// Only 64-bit little-endian files, which is all that packages are for; only what lies in the head.
fn elf_interpreter(head: &[u8]) -> Option<String> {
    const PT_INTERP: u64 = 3;
    if !head.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let number = |at: usize, size: usize| -> Option<u64> {
        let bytes = head.get(at..at.checked_add(size)?)?;
        Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    let (table, entry_size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
    for entry in 0..count {
        let at = usize::try_from(table.checked_add(entry.checked_mul(entry_size)?)?).ok()?;
        if number(at, 4)? != PT_INTERP {
            continue;
        }
        let offset = usize::try_from(number(at.checked_add(8)?, 8)?).ok()?;
        let size = usize::try_from(number(at.checked_add(32)?, 8)?).ok()?;
        let name = head.get(offset..offset.checked_add(size.checked_sub(1)?)?)?;
        return (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned());
    }
    None
}

fn read_head(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    platform::open_for_reading(path).ok()?.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    Some(head)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// What starting a file of this content and mode comes to.
    fn fault_of(name: &str, content: &[u8], mode: u32) -> (Code, String) {
        let path = std::env::temp_dir().join(format!("flavor-fault-{name}-{}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let call = ProgramCall { program: path.clone().into(), argv: vec!["x".into()], is_packaged: true };
        let error = platform::become_program(&call.program, &call.argv, &[]);
        let fault = program_fault(&call, &error);
        std::fs::remove_file(&path).unwrap();
        (fault.code(), fault.message().replace(&*path.to_string_lossy(), "PROGRAM"))
    }

    #[test]
    fn what_is_no_program() {
        let format = |content: &[u8]| fault_of("format", content, 0o755);
        assert_eq!(format(b"").0, Code::ProgramFormat);
        assert!(format(b"echo\n").1.contains("neither a binary nor a script"));
        assert!(format(b"MZ123").1.contains("for Windows"));
        assert!(format(b"\x7fELF\x02\x01").1.contains("another processor"));
        assert!(format(&[0xcf, 0xfa, 0xed, 0xfe, 0]).1.contains("for macOS"));
    }

    #[test]
    fn an_interpreter_that_is_not_there_is_named() {
        let (code, message) = fault_of("shebang", b"#! /nowhere/python -E\n", 0o755);
        assert_eq!(code, Code::ProgramInterpreter);
        assert_eq!(message, "PROGRAM: needs the interpreter /nowhere/python, which is not on this system (spec §8.1)");
    }

    #[test]
    fn an_elf_interpreter_and_headers_that_lead_nowhere() {
        let mut head = vec![0; 200];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        head[32] = 64;
        head[54] = 56;
        head[56] = 1;
        head[64] = 3;
        head[72] = 120;
        head[96] = 9;
        head[120..129].copy_from_slice(b"/lib/ld-\0");
        assert_eq!(elf_interpreter(&head).unwrap(), "/lib/ld-");
        for at in [32, 72, 96] {
            let mut bad = head.clone();
            bad[at..at + 8].fill(0xff);
            assert_eq!(elf_interpreter(&bad), None);
        }
    }

    #[test]
    fn what_may_not_run() {
        let (code, message) = fault_of("mode", b"#!/bin/sh\n", 0o644);
        assert_eq!(code, Code::ProgramRefused);
        assert!(message.contains("is not executable"));
        let directory = ProgramCall { program: "/etc".into(), argv: vec![], is_packaged: false };
        let error = platform::become_program(&directory.program, &[], &[]);
        assert!(program_fault(&directory, &error).message().contains("is a directory"));
    }

    #[test]
    fn what_is_not_there_and_what_is_too_long() {
        let call = |is_packaged| ProgramCall { program: "/nowhere/x".into(), argv: vec![], is_packaged };
        let absent = io::Error::from_raw_os_error(2);
        assert!(program_fault(&call(true), &absent).message().contains("is not in the package"));
        assert!(program_fault(&call(false), &absent).message().contains("is not on this system"));
        let long = platform::become_program("/bin/true".as_ref(), &["x".repeat(4 << 20).into()], &[]);
        assert_eq!(program_fault(&call(true), &long).code(), Code::ProgramArguments);
    }
}
