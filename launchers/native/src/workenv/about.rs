//! workenv §4.6: an attempt in words, for people and for cleaning.

use crate::format::quoted::quoted;
use serde_json::Value;
use std::path::Path;

#[derive(Clone, Debug)]
pub struct About<'a> {
    pub name: &'a str,
    pub version: &'a str,
    /// Hex content hash.
    pub content: &'a str,
    /// Path of the package file when it was unpacked.
    pub package: &'a Path,
    /// Tree hashes of the shared slots that it links to.
    pub shares: Vec<&'a str>,
}

pub fn format_about(about: &About) -> String {
    let shares: Vec<String> = about.shares.iter().map(|tree| quoted(tree)).collect();
    format!(
        "{{\"name\":{},\"version\":{},\"content\":{},\"package\":{},\"shares\":[{}]}}\n",
        quoted(about.name),
        quoted(about.version),
        quoted(about.content),
        quoted(&about.package.to_string_lossy()),
        shares.join(",")
    )
}

/// What cleaning needs of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutRead {
    pub name: String,
    /// Tree hashes of the shared slots that it links to.
    pub shares: Vec<String>,
}

/// `None` for what says nothing that can be read.
pub fn read_about(path: &Path) -> Option<AboutRead> {
    parse_about(&std::fs::read(path).ok()?)
}

fn parse_about(text: &[u8]) -> Option<AboutRead> {
    let value: Value = serde_json::from_slice(text).ok()?;
    let is_text = |key: &str| value.get(key).is_some_and(Value::is_string);
    if !["version", "content", "package"].into_iter().all(is_text) {
        return None;
    }
    let shares: Option<_> =
        value.get("shares")?.as_array()?.iter().map(|tree| Some(tree.as_str()?.to_string())).collect();
    Some(AboutRead { name: value.get("name")?.as_str()?.to_string(), shares: shares? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_6_reads_what_it_writes_and_other_keys_too() {
        let about =
            About { name: "a\"b\n", version: "1", content: "c", package: Path::new("/p q"), shares: vec!["t", "u"] };
        let text = format_about(&about);
        assert_eq!(text.matches('\n').count(), 1);
        let shares = vec!["t".to_string(), "u".to_string()];
        assert_eq!(parse_about(text.as_bytes()), Some(AboutRead { name: "a\"b\n".to_string(), shares }));
        let more = r#"{"later":1,"name":"n","version":"1","content":"c","package":"p","shares":[]}"#;
        let about = AboutRead { name: "n".to_string(), shares: Vec::new() };
        assert_eq!(parse_about(more.as_bytes()), Some(about));
    }

    #[test]
    fn s4_6_takes_nothing_from_what_was_cut_or_is_of_another_form() {
        let whole = r#"{"name":"n","version":"1","content":"c","package":"p","shares":["t"]}"#;
        assert!(parse_about(whole.as_bytes()).is_some());
        for text in ["", &whole[..20], "[]", "null", &whole.replace("\"1\"", "1"), &whole.replace("[\"t\"]", "[1]")] {
            assert_eq!(parse_about(text.as_bytes()), None, "{text}");
        }
    }
}
