//! Spec §4.7: where the key of an encrypted slot comes from. It is asked for when the slot is decoded and at no other time.

use super::package_slot::PackageSlot;
use crate::codecs::aes256_gcm::Secret;
use crate::crypto::hex::hash_of_hex;
use crate::error::{Code, Error, Result};
use crate::format::command_line::split_command;
use crate::platform::{self, End};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A key with a line feed behind it is 66 bytes at most; who points at a disk should not wait for it.
const MAX_FILE: u64 = 4096;

/// The key of a slot, where it is encrypted. Refuses with SLOT_KEY_UNAVAILABLE.
pub fn slot_secret(slot: &PackageSlot, place: &str) -> Result<Option<Secret>> {
    match slot.metadata.key_source.as_deref().filter(|_| slot.is_encrypted()) {
        None => Ok(None),
        Some(source) => read_key(source).map(Some).map_err(|fault| {
            let message = [place, ": its key comes from ", source, ", ", &fault, " (spec §4.7)"].concat();
            let error = Error::new(Code::SlotKeyUnavailable, message).with("field", "key_source").with("got", source);
            error.hint("the slot is encrypted: give its key, 64 hex digits, in that place")
        }),
    }
}

/// What is wrong, where nothing can be had; never a part of what was found.
fn read_key(source: &str) -> std::result::Result<Secret, String> {
    let (kind, rest) = source.split_once(':').unwrap_or_default();
    let text = match kind {
        // Who starts a program with more rights than its own would steer it (spec §7.4).
        "env" if rest.starts_with("FLAVOR_") => return Err("a name that is kept for launchers".into()),
        "env" => std::env::var_os(rest).ok_or("which is not set")?.into_encoded_bytes(),
        "file" => read_file(Path::new(rest))?,
        _ => run(rest)?,
    };
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let digits = str::from_utf8(line).unwrap_or_default().to_ascii_lowercase();
    hash_of_hex(&digits).ok_or_else(|| "which gave something else than 64 hex digits".into())
}

fn read_file(path: &Path) -> std::result::Result<Vec<u8>, String> {
    if !path.is_absolute() {
        return Err("expected an absolute path".into());
    }
    let read = || -> io::Result<Option<Vec<u8>>> {
        let file = platform::files::open_without_waiting(path)?;
        if !is_private(&file)? {
            return Ok(None);
        }
        let mut text = Vec::new();
        file.take(MAX_FILE).read_to_end(&mut text)?;
        Ok(Some(text))
    };
    let text = read().map_err(|error| ["which cannot be read: ", &error.to_string()].concat())?;
    text.ok_or_else(|| "which others can read or write too: expected a file of yours with mode 0600".into())
}

/// A regular file of the user or of root, that group and others have no part in.
fn is_private(file: &File) -> io::Result<bool> {
    let metadata = file.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let owners = [Some(0), platform::user::effective_user()];
        if !owners.contains(&Some(metadata.uid())) || metadata.mode() & 0o077 != 0 {
            return Ok(false);
        }
    }
    Ok(metadata.is_file())
}

/// With the caller's rights and variables; no shell has a part in it, and PATH does not choose the program.
fn run(command: &str) -> std::result::Result<Vec<u8>, String> {
    let words = split_command(command, &"key_source").map_err(|error| error.message().to_owned())?;
    let argv: Vec<OsString> = words.iter().map(OsString::from).collect();
    let Some(program) = argv.first().filter(|program| Path::new(program).is_absolute()) else {
        return Err("expected an absolute path of a program".into());
    };
    let variables: Vec<_> = std::env::vars_os().collect();
    match platform::run_captured(program, &argv, &variables, false) {
        Ok((End::Exit(0), output)) => Ok(output),
        Ok(_) => Err("which failed".into()),
        Err(error) => Err(["which did not start: ", &error.to_string()].concat()),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs::{Permissions, remove_file, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeFF";

    fn secret() -> Secret {
        hash_of_hex(&KEY.to_ascii_lowercase()).unwrap()
    }

    #[test]
    fn s4_7_a_file_is_private_or_refused() {
        let path = std::env::temp_dir().join(format!("flavor-slot-key-{}", std::process::id()));
        let source = format!("file:{}", path.display());
        write(&path, format!("  {KEY}\r\nmore")).unwrap();
        for (mode, is_taken) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)] {
            set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert_eq!(read_key(&source).ok(), is_taken.then(secret), "{mode:o}");
        }
        remove_file(&path).unwrap();
        assert!(read_key(&source).unwrap_err().starts_with("which cannot be read"));
        assert_eq!(read_key("file:key").unwrap_err(), "expected an absolute path");
        // A pipe that somebody put there holds nobody.
        assert!(std::process::Command::new("mkfifo").arg("-m600").arg(&path).status().unwrap().success());
        assert!(read_key(&source).unwrap_err().starts_with("which others can read"));
        remove_file(&path).unwrap();
    }

    #[test]
    fn s4_7_a_command_gives_its_first_line_and_no_shell_reads_it() {
        let command = |script: &str| read_key(&format!("command:/bin/sh -c '{script}'"));
        assert_eq!(command(&format!("echo noise >&2; echo {KEY}; echo more")), Ok(secret()));
        assert_eq!(command(&format!("echo {KEY}; exit 3")), Err("which failed".into()));
        assert_eq!(read_key("command:sh -c x").unwrap_err(), "expected an absolute path of a program");
        assert!(read_key("command:/nowhere/x").unwrap_err().starts_with("which did not start"));
        assert_eq!(read_key(&format!("command:/bin/echo {KEY} $HOME")), read_key("command:/bin/echo x"));
    }

    #[test]
    fn s4_7_a_variable_and_what_is_none() {
        assert_eq!(read_key("env:FLAVOR_KEY").unwrap_err(), "a name that is kept for launchers");
        assert_eq!(read_key("env:NO_SUCH_VARIABLE_AT_ALL").unwrap_err(), "which is not set");
        assert_eq!(read_key("env:PATH").unwrap_err(), "which gave something else than 64 hex digits");
    }
}
