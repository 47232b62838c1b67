//! Spec §4.5: what extension headers say about the entry behind them.

use super::tar_header::{TarHeader, TarPosition, decode_name, tar_error};
use crate::error::{Code, Error, Result};
use crate::format::limits::MAX_FILE_SIZE;
use crate::format::order::sort_by;
use crate::format::quoted::quoted;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TarExtensions {
    pub path: Option<String>,
    pub link_path: Option<String>,
    pub size: Option<u64>,
}

/// Records of pax that change what an entry is in ways that we do not follow.
const REFUSED_FAMILY: &str = "GNU.sparse.";
const REFUSED_KEYS: [&str; 2] = ["SCHILY.realsize", "SCHILY.filetype"];
const UTF8_CHARSETS: [&str; 2] = ["ISO-IR 10646 2000 UTF-8", ""];

impl TarExtensions {
    pub fn is_empty(&self) -> bool {
        self.path.is_none() && self.link_path.is_none() && self.size.is_none()
    }

    /// Spec §4.5: joins what several extension headers of one entry say. Refuses with TAR_EXTENSION where two of them name the same
    /// thing.
    pub fn merge(&mut self, more: TarExtensions, position: TarPosition<'_>) -> Result<()> {
        merge_field(&mut self.path, more.path, "path", position)?;
        merge_field(&mut self.link_path, more.link_path, "linkPath", position)?;
        merge_field(&mut self.size, more.size, "size", position)
    }

    pub fn apply(self, header: &mut TarHeader) {
        header.path = self.path.unwrap_or(std::mem::take(&mut header.path));
        header.link_path = self.link_path.unwrap_or(std::mem::take(&mut header.link_path));
        header.size = self.size.unwrap_or(header.size);
    }
}

/// Spec §4.5: the records of a pax header, `LENGTH KEY=VALUE\n` each. Path, link path and size count, times, owners and attributes
/// do not; a key that is there twice is refused, because readers differ on which one counts.
/// Refuses with TAR_EXTENSION, TAR_NAME.
pub fn parse_pax(bytes: &[u8], position: TarPosition<'_>) -> Result<TarExtensions> {
    let mut records = Vec::new();
    let mut rest = bytes;
    let mut outcome = Ok(());
    while !rest.is_empty() && outcome.is_ok() {
        match read_record(rest, position) {
            Ok((key, value, behind)) => {
                records.push((key, value));
                rest = behind;
            }
            Err(error) => outcome = Err(error),
        }
    }
    // Sorted, so that a header of 1 MiB with a record every few bytes takes no time that grows with its square.
    sort_by(&mut records, |(one, _), (other, _)| one.cmp(other));
    if let Some([(key, _), _]) = records.array_windows().find(|[(one, _), (other, _)]| one == other) {
        return Err(extension_error(position, &format!("{} twice", quoted(key)), "each key once"));
    }
    outcome.and_then(|()| interpret(&records, position))
}

/// Spec §4.5: a pax header for the whole archive, as `git archive` writes one for its commit. It may say nothing about entries.
/// Refuses with TAR_EXTENSION, TAR_NAME.
pub fn parse_global_pax(bytes: &[u8], position: TarPosition<'_>) -> Result<()> {
    if parse_pax(bytes, position)?.is_empty() {
        return Ok(());
    }
    Err(extension_error(position, "a path or size for all entries", "none"))
}

/// Spec §4.5: the content of GNU tar's `L` and `K` headers: a name, with one NUL behind it or none.
pub fn parse_gnu_name(bytes: &[u8], field: &str, position: TarPosition<'_>) -> Result<String> {
    decode_name(bytes.strip_suffix(b"\0").unwrap_or(bytes), field, position).map(str::to_owned)
}

fn merge_field<T>(known: &mut Option<T>, more: Option<T>, name: &str, position: TarPosition<'_>) -> Result<()> {
    if more.is_none() {
        return Ok(());
    }
    if known.is_some() {
        return Err(extension_error(position, &format!("a second {name} for one entry"), "one"));
    }
    *known = more;
    Ok(())
}

fn interpret(records: &[(&str, &[u8])], position: TarPosition<'_>) -> Result<TarExtensions> {
    if let Some((key, _)) =
        records.iter().find(|(key, _)| key.starts_with(REFUSED_FAMILY) || REFUSED_KEYS.contains(key))
    {
        return Err(extension_error(position, &quoted(key), "no sparse files"));
    }
    let text = |key: &str, field: &str| {
        let found = records.binary_search_by_key(&key, |(key, _)| key).ok().and_then(|at| records.get(at));
        found.map(|(_, value)| decode_name(value, field, position)).transpose()
    };
    let charset = text("hdrcharset", "pax hdrcharset")?.unwrap_or_default();
    if !UTF8_CHARSETS.contains(&charset) {
        return Err(extension_error(position, &format!("charset {}", quoted(charset)), "UTF-8"));
    }
    let (path, link_path) = (text("path", "pax path")?, text("linkpath", "pax linkpath")?);
    let size = text("size", "pax size")?.map(|size| parse_size(size, position)).transpose()?;
    if path == Some("") || link_path == Some("") {
        return Err(extension_error(position, "an empty path", "a path"));
    }
    Ok(TarExtensions { path: path.map(str::to_owned), link_path: link_path.map(str::to_owned), size })
}

/// Decimal digits without a zero in front.
fn parse_size(text: &str, position: TarPosition<'_>) -> Result<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    match text.parse() {
        Ok(size) if is_plain && size <= MAX_FILE_SIZE => Ok(size),
        _ => {
            let got = format!("size {}", quoted(text));
            Err(extension_error(position, &got, &format!("a number up to {MAX_FILE_SIZE}")))
        }
    }
}

/// Key and value of the first record, and what is behind it.
fn read_record<'b>(bytes: &'b [u8], position: TarPosition<'_>) -> Result<(&'b str, &'b [u8], &'b [u8])> {
    let record = split_record(bytes);
    let Some((key, value, rest)) = record.filter(|(key, _, _)| !key.is_empty()) else {
        return Err(extension_error(position, "a malformed record", "LENGTH KEY=VALUE and a line feed"));
    };
    Ok((decode_name(key, "pax key", position)?, value, rest))
}

fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    // The longest extension has seven digits.
    let space = bytes.iter().take(9).position(|byte| *byte == b' ')?;
    let digits = bytes.get(..space)?;
    if !digits.iter().all(u8::is_ascii_digit) || matches!(digits.first(), None | Some(b'0')) {
        return None;
    }
    let length: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some((record.get(..equals)?, record.get(equals + 1..)?, rest))
}

fn extension_error(position: TarPosition<'_>, got: &str, want: &str) -> Error {
    tar_error(Code::TarExtension, position, "extension header", got, want)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: TarPosition<'static> = TarPosition { place: "it", offset: 0 };

    fn pax(records: &str) -> std::result::Result<TarExtensions, Code> {
        parse_pax(records.as_bytes(), AT).map_err(|error| error.code())
    }

    #[test]
    fn s4_5_reads_path_link_path_and_size_and_nothing_else() {
        let found = pax("10 path=a\n14 linkpath=b\n12 size=700\n20 mtime=1234567890\n18 GNU.whatever=a=b\n");
        assert_eq!(found, Err(Code::TarExtension), "a record whose length is wrong");
        let found = pax("10 path=a\n14 linkpath=b\n12 size=700\n20 mtime=123456789.\n").unwrap();
        let want = TarExtensions { path: Some("a".into()), link_path: Some("b".into()), size: Some(700) };
        assert_eq!(found, want);
        assert_eq!(pax(""), Ok(TarExtensions::default()));
        assert_eq!(pax("14 comment==\n\n").unwrap_or_default(), TarExtensions::default());
    }

    #[test]
    fn s4_5_refuses_malformed_records() {
        for records in
            ["x", "10", " path=a\n", "010 path=a\n", "8 path=a\n", "11 path=a\n", "10 path=ab", "6 path\n", "4 =\n"]
        {
            assert_eq!(pax(records), Err(Code::TarExtension), "{records:?}");
        }
        for records in ["+10 path=a\n", "99999999999999999999 path=a\n", "4 \n\n", "3 \n", "1 "] {
            assert_eq!(pax(records), Err(Code::TarExtension), "{records:?}");
        }
    }

    #[test]
    fn s4_5_refuses_what_readers_differ_on() {
        assert_eq!(pax("10 path=a\n10 path=a\n"), Err(Code::TarExtension));
        assert_eq!(pax("22 GNU.sparse.major=1\n"), Err(Code::TarExtension));
        assert_eq!(pax("21 SCHILY.realsize=1\n"), Err(Code::TarExtension));
        assert_eq!(pax("21 hdrcharset=BINARY\n"), Err(Code::TarExtension));
        assert_eq!(pax("9 path=\n"), Err(Code::TarExtension));
        assert_eq!(pax("10 path=\0\n"), Err(Code::TarName));
        for size in ["01", "-1", "1.0", "", "9007199254740992", "99999999999999999999", "1 "] {
            let length = size.len() + if size.len() > 2 { 9 } else { 8 };
            assert_eq!(pax(&format!("{length} size={size}\n")), Err(Code::TarExtension), "{size:?}");
        }
        assert_eq!(pax("24 size=9007199254740991\n"), Err(Code::TarExtension));
        assert_eq!(pax("25 size=9007199254740991\n").map(|found| found.size), Ok(Some(MAX_FILE_SIZE)));
    }

    #[test]
    fn s4_5_a_global_header_says_nothing_about_entries() {
        let code = |records: &str| parse_global_pax(records.as_bytes(), AT).map_err(|error| error.code());
        assert_eq!(code("16 comment=abcd\n"), Ok(()));
        assert_eq!(code("10 path=a\n"), Err(Code::TarExtension));
        assert_eq!(code("10 size=1\n"), Err(Code::TarExtension));
    }

    #[test]
    fn s4_5_two_headers_for_one_thing() {
        let path = TarExtensions { path: Some("a".into()), ..TarExtensions::default() };
        let mut known = path.clone();
        assert!(known.merge(TarExtensions { size: Some(1), ..TarExtensions::default() }, AT).is_ok());
        assert_eq!(known.merge(path, AT).map_err(|error| error.code()), Err(Code::TarExtension));
    }
}
