//! What CreateProcessW takes: the program's path, all arguments in one line, all variables in one block.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use windows_sys::Win32::Foundation::{ERROR_BAD_EXE_FORMAT, ERROR_FILENAME_EXCED_RANGE, ERROR_INVALID_PARAMETER};
use windows_sys::Win32::Globalization::{CSTR_LESS_THAN, CompareStringOrdinal};

/// Of a line, its NUL included.
const MAX_LINE: usize = 32_767;
/// What a path may have before it needs the prefix that says that it may have more: MAX_PATH less a name of 8.3.
const MAX_PLAIN_PATH: usize = 247;

const QUOTE: u16 = b'"' as u16;
const BACKSLASH: u16 = b'\\' as u16;
const SPACE: u16 = b' ' as u16;
const EQUALS: u16 = b'=' as u16;

/// A program and what it is started with, in UTF-16 and with a NUL at each end.
pub(super) struct Image {
    pub(super) program: Vec<u16>,
    pub(super) line: Vec<u16>,
    pub(super) environment: Vec<u16>,
}

impl Image {
    pub(super) fn new(program: &OsStr, argv: &[OsString], environment: &[(OsString, OsString)]) -> io::Result<Self> {
        let path = Path::new(program);
        // cmd.exe would run it, and take arguments for commands.
        let is_batch =
            |extension: &OsStr| extension.eq_ignore_ascii_case("bat") || extension.eq_ignore_ascii_case("cmd");
        if path.extension().is_some_and(is_batch) {
            return Err(failure(ERROR_BAD_EXE_FORMAT));
        }
        Ok(Image {
            program: ended(wide_path(path)?),
            line: command_line(program, argv)?,
            environment: environment_block(environment)?,
        })
    }
}

/// Absolute, with backslashes, and without a limit to its length.
fn wide_path(path: &Path) -> io::Result<Vec<u16>> {
    let absolute = std::path::absolute(path)?;
    let text = wide(absolute.as_os_str())?;
    let prefix = match text.as_slice() {
        text if text.len() <= MAX_PLAIN_PATH => return Ok(text.to_vec()),
        [BACKSLASH, BACKSLASH, third, BACKSLASH, ..] if [u16::from(b'?'), u16::from(b'.')].contains(third) => "",
        [BACKSLASH, BACKSLASH, rest @ ..] => {
            return Ok("\\\\?\\UNC\\".encode_utf16().chain(rest.iter().copied()).collect());
        }
        _ => "\\\\?\\",
    };
    Ok(prefix.encode_utf16().chain(text).collect())
}

/// The line that the C library of Microsoft splits into `argv` again.
fn command_line(program: &OsStr, argv: &[OsString]) -> io::Result<Vec<u16>> {
    let (first, rest) = argv.split_first().map_or((program, [].as_slice()), |(first, rest)| (first.as_os_str(), rest));
    let mut name = wide(first)?;
    // The first element has no way to hold a quote: what a caller put there, no file is called.
    if name.contains(&QUOTE) {
        name = wide(program)?;
    }
    let mut line = vec![QUOTE];
    line.append(&mut name);
    line.push(QUOTE);
    for argument in rest {
        line.push(SPACE);
        append_argument(&mut line, &wide(argument)?);
    }
    let line = ended(line);
    if line.len() > MAX_LINE { Err(failure(ERROR_FILENAME_EXCED_RANGE)) } else { Ok(line) }
}

/// Backslashes mean themselves but in front of a quote, where two mean one.
fn append_argument(line: &mut Vec<u16>, argument: &[u16]) {
    let is_special = |unit: &u16| *unit <= SPACE || *unit == QUOTE;
    if !argument.is_empty() && !argument.iter().any(is_special) {
        line.extend_from_slice(argument);
        return;
    }
    line.push(QUOTE);
    let mut backslashes: usize = 0;
    for &unit in argument {
        if unit == QUOTE {
            line.extend(std::iter::repeat_n(BACKSLASH, backslashes.saturating_add(1)));
        }
        backslashes = if unit == BACKSLASH { backslashes.saturating_add(1) } else { 0 };
        line.push(unit);
    }
    line.extend(std::iter::repeat_n(BACKSLASH, backslashes));
    line.push(QUOTE);
}

/// Sorted as Windows itself sorts it, which its own lookups rely on. An empty one ends with two NULs as well.
fn environment_block(variables: &[(OsString, OsString)]) -> io::Result<Vec<u16>> {
    let mut pairs = Vec::with_capacity(variables.len());
    for (name, value) in variables {
        pairs.push((wide(name)?, wide(value)?));
    }
    pairs.sort_by(|(one, _), (other, _)| compare_names(one, other));
    let mut block = Vec::new();
    for (name, value) in pairs {
        block.extend(name);
        block.push(EQUALS);
        block.extend(value);
        block.push(0);
    }
    if block.is_empty() {
        block.push(0);
    }
    Ok(ended(block))
}

/// By UTF-16 and without case, as the system's own tables have it.
fn compare_names(one: &[u16], other: &[u16]) -> Ordering {
    let length = |text: &[u16]| i32::try_from(text.len()).unwrap_or(i32::MAX);
    // SAFETY: pointers and lengths are those of slices.
    let order = unsafe { CompareStringOrdinal(one.as_ptr(), length(one), other.as_ptr(), length(other), 1) };
    match order {
        0 => one.cmp(other),
        order => order.cmp(&(CSTR_LESS_THAN + 1)),
    }
}

/// A NUL would cut a text short, and what follows would be another.
fn wide(text: &OsStr) -> io::Result<Vec<u16>> {
    let units: Vec<u16> = text.encode_wide().collect();
    if units.contains(&0) { Err(failure(ERROR_INVALID_PARAMETER)) } else { Ok(units) }
}

fn ended(mut text: Vec<u16>) -> Vec<u16> {
    text.push(0);
    text
}

fn failure(code: u32) -> io::Error {
    io::Error::from_raw_os_error(code.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(argv: &[&str]) -> io::Result<String> {
        let argv: Vec<OsString> = argv.iter().map(OsString::from).collect();
        let line = command_line(OsStr::new("C:\\p.exe"), &argv)?;
        Ok(String::from_utf16(line.split_last().unwrap().1).unwrap())
    }

    #[test]
    fn arguments_are_quoted_as_the_c_library_splits_them() {
        let quoted = |argument: &str| line(&["p", argument]).unwrap().split_off(4);
        for (argument, text) in [
            ("", r#""""#),
            ("plain", "plain"),
            (r"C:\a\", r"C:\a\"),
            ("a b", r#""a b""#),
            ("a\tb", "\"a\tb\""),
            (r#"say "x""#, r#""say \"x\"""#),
            (r#"\"#, r#"\"#),
            (r#"a \"#, r#""a \\""#),
            (r#"a\"b"#, r#""a\\\"b""#),
            ("é 日", "\"é 日\""),
            ("%PATH% & ^", "\"%PATH% & ^\""),
        ] {
            assert_eq!(quoted(argument), text, "{argument}");
        }
    }

    #[test]
    fn the_first_element_is_quoted_as_it_is() {
        assert_eq!(line(&[r"C:\a b\c\"]).unwrap(), r#""C:\a b\c\""#);
        assert_eq!(line(&["a\"b"]).unwrap(), r#""C:\p.exe""#);
        assert_eq!(line(&[]).unwrap(), r#""C:\p.exe""#);
    }

    #[test]
    fn what_no_line_can_hold_is_refused_and_not_cut() {
        let long = "x".repeat(MAX_LINE);
        assert_eq!(line(&["p", &long]).unwrap_err().raw_os_error(), Some(ERROR_FILENAME_EXCED_RANGE.cast_signed()));
        assert!(line(&["p", "a\0b"]).is_err());
        for name in ["C:\\x.bat", "C:\\x.CMD"] {
            assert!(Image::new(OsStr::new(name), &[], &[]).is_err());
        }
    }

    #[test]
    fn variables_are_sorted_without_case() {
        let pairs = [("b", "1"), ("Ä", "2"), ("A_", "3"), ("a", "4"), ("=C:", "C:\\x")];
        let block = environment_block(&pairs.map(|(name, value)| (name.into(), value.into()))).unwrap();
        let text = String::from_utf16(&block).unwrap();
        assert_eq!(text, "=C:=C:\\x\0a=4\0A_=3\0b=1\0Ä=2\0\0");
        assert_eq!(environment_block(&[]).unwrap(), [0, 0]);
    }

    #[test]
    fn long_paths_have_the_prefix_that_allows_them() {
        let text = |path: &str| String::from_utf16(&wide_path(Path::new(path)).unwrap()).unwrap();
        let long = "\\x".repeat(200);
        assert_eq!(text("C:/a/b"), "C:\\a\\b");
        assert_eq!(text(&format!("C:{long}")), format!("\\\\?\\C:{long}"));
        assert_eq!(text(&format!("\\\\s\\h{long}")), format!("\\\\?\\UNC\\s\\h{long}"));
        assert_eq!(text(&format!("\\\\?\\C:{long}")), format!("\\\\?\\C:{long}"));
    }
}
