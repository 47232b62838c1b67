//! Spec §5.5: names in braces that stand for paths and facts.

use super::quoted::quoted;
use crate::error::{Code, Error, Result};
use std::fmt::Display;

/// What a launch puts in place of each name.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Absolute path of the work environment.
    pub workenv: String,
    pub package_name: String,
    pub version: String,
    pub os: String,
    pub arch: String,
    pub platform: String,
    /// Index of the slot that `{primary}` means.
    pub primary_slot: u64,
    /// Absolute path of each slot, by index.
    pub slots: Vec<String>,
}

/// The part of a package that placeholders depend on, known without any work environment.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub slot_count: usize,
    pub primary_slot: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A name that is no placeholder is refused: a launcher that knows it would run another command.
    Command,
    /// It stays as it is: values of the environment and contents of files are written for others to read.
    Text,
}

/// One placeholder where it stands.
struct Found<'a> {
    start: usize,
    end: usize,
    name: &'a str,
    number: Option<&'a str>,
}

/// What it stands for.
enum Meaning {
    Slot(usize),
    Workenv,
    PackageName,
    Version,
    Os,
    Arch,
    Platform,
}

/// Spec §5.5: checks a template without substituting, when a package is opened. `field` is for messages. Errors: METADATA_PLACEHOLDER.
pub fn check_placeholders(template: &str, field: &dyn Display, scope: Scope, place: Place) -> Result<()> {
    let mut from = 0;
    while let Some(found) = next_placeholder(template, from) {
        meaning_of(&found, template, field, scope, place)?;
        from = found.end;
    }
    Ok(())
}

/// Spec §5.5: puts the values in. One pass: a value that looks like a placeholder is not one. Errors: METADATA_PLACEHOLDER.
pub fn substitute(template: &str, field: &dyn Display, values: &Values, place: Place) -> Result<String> {
    let scope = Scope { slot_count: values.slots.len(), primary_slot: values.primary_slot };
    let mut text = String::with_capacity(template.len());
    let mut from = 0;
    while let Some(found) = next_placeholder(template, from) {
        text.push_str(template.get(from..found.start).unwrap_or_default());
        match meaning_of(&found, template, field, scope, place)? {
            Some(meaning) => text.push_str(values.of(&meaning)),
            None => text.push_str(template.get(found.start..found.end).unwrap_or_default()),
        }
        from = found.end;
    }
    text.push_str(template.get(from..).unwrap_or_default());
    Ok(text)
}

impl Values {
    fn of(&self, meaning: &Meaning) -> &str {
        match meaning {
            Meaning::Slot(slot) => self.slots.get(*slot).map_or("", String::as_str),
            Meaning::Workenv => &self.workenv,
            Meaning::PackageName => &self.package_name,
            Meaning::Version => &self.version,
            Meaning::Os => &self.os,
            Meaning::Arch => &self.arch,
            Meaning::Platform => &self.platform,
        }
    }
}

/// Spec §5.5: a lower-case name in braces, perhaps with a number; not after `$`, where it belongs to a shell. Other braces are text.
fn next_placeholder(template: &str, from: usize) -> Option<Found<'_>> {
    let mut at = from;
    loop {
        let start = at.checked_add(template.get(at..)?.find('{')?)?;
        let is_shells = template.get(..start).is_some_and(|before| before.ends_with('$'));
        at = start.checked_add(1)?;
        if !is_shells && let Some((name, number, length)) = name_in_braces(template.get(at..)?) {
            return Some(Found { start, end: at.checked_add(length)?, name, number });
        }
    }
}

/// The name and number at the beginning of `text`, and how long they are with the closing brace.
fn name_in_braces(text: &str) -> Option<(&str, Option<&str>, usize)> {
    let length = text.bytes().position(|byte| !matches!(byte, b'a'..=b'z' | b'_')).filter(|length| *length > 0)?;
    let (name, rest) = text.split_at_checked(length)?;
    if rest.starts_with('}') {
        return Some((name, None, length.checked_add(1)?));
    }
    let (number, _) = rest.strip_prefix(':')?.split_once('}')?;
    if number.contains('{') {
        return None;
    }
    Some((name, Some(number), length.checked_add(number.len())?.checked_add(2)?))
}

/// Nothing for a name of a text that is not ours.
fn meaning_of(
    found: &Found<'_>,
    template: &str,
    field: &dyn Display,
    scope: Scope,
    place: Place,
) -> Result<Option<Meaning>> {
    let whole = template.get(found.start..found.end).unwrap_or_default();
    let meaning = match (found.name, found.number) {
        ("workenv", None) => Meaning::Workenv,
        ("primary", None) => Meaning::Slot(usize::try_from(scope.primary_slot).unwrap_or(usize::MAX)),
        ("slot", number) => Meaning::Slot(slot_number(number.unwrap_or_default())),
        ("package_name", None) => Meaning::PackageName,
        ("version", None) => Meaning::Version,
        ("os", None) => Meaning::Os,
        ("arch", None) => Meaning::Arch,
        ("platform", None) => Meaning::Platform,
        _ if place == Place::Text => return Ok(None),
        _ => {
            let names = "one of {workenv},{package_name},{version},{primary},{os},{arch},{platform} or {slot:N}";
            return Err(placeholder_error(template, field, &format!("has {whole}"), names));
        }
    };
    if matches!(meaning, Meaning::Workenv | Meaning::Slot(_)) {
        let after = template.get(found.end..).and_then(|rest| rest.chars().next());
        if let Some(after) = after.filter(|after| !ends_path(*after, place)) {
            let got = format!("has {} after {whole}", quoted(after.encode_utf8(&mut [0; 4])));
            let want = "its end or a slash, because it stands for a whole path";
            return Err(placeholder_error(template, field, &got, want));
        }
    }
    if let Meaning::Slot(slot) = meaning
        && slot >= scope.slot_count
    {
        let want = match scope.slot_count.checked_sub(1) {
            Some(last) => format!("a slot from 0 to {last}"),
            None => "no slot at all".to_string(),
        };
        return Err(placeholder_error(template, field, &format!("has {whole}"), &want));
    }
    Ok(Some(meaning))
}

/// Spec §5.5: what may stand behind a path. An argument is one path, or ends with one; a text is for others to read, who end a path at
/// a blank, a quote or the separator of a list. Anything else would name something beside it.
fn ends_path(after: char, place: Place) -> bool {
    match place {
        Place::Command => after == '/',
        Place::Text => matches!(after, '/' | '\n' | '\r' | '\t' | ' ' | '"' | '\'' | ':' | ';' | ',' | ')'),
    }
}

/// Decimal without sign, space or leading zero; anything else is no slot.
fn slot_number(digits: &str) -> usize {
    let is_decimal = matches!(digits.len(), 1..=4) && digits.bytes().all(|digit| digit.is_ascii_digit());
    let is_shortest = digits == "0" || !digits.starts_with('0');
    if is_decimal && is_shortest { digits.parse().unwrap_or(usize::MAX) } else { usize::MAX }
}

#[cold]
fn placeholder_error(template: &str, field: &dyn Display, got: &str, want: &str) -> Error {
    let message = format!("metadata: {field} {} {got}, expected {want} (spec §5.5)", quoted(template));
    Error::new(Code::MetadataPlaceholder, message).with("field", field.to_string()).with("got", got).with("want", want)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> Values {
        let text = str::to_string;
        Values {
            workenv: text("/w"),
            package_name: text("app"),
            version: text("{os}"),
            os: text("linux"),
            arch: text("amd64"),
            platform: text("linux_amd64"),
            primary_slot: 1,
            slots: vec![text("/w"), text("/w/data")],
        }
    }

    fn put(template: &str, place: Place) -> std::result::Result<String, Code> {
        substitute(template, &"field", &values(), place).map_err(|error| error.code())
    }

    #[test]
    fn s5_5_puts_every_value_in_once() {
        let template = "{package_name}{version}{arch}-{platform} {os}";
        assert_eq!(put(template, Place::Command).unwrap(), "app{os}amd64-linux_amd64 linux");
        assert_eq!(put("{workenv}/x", Place::Command).unwrap(), "/w/x");
        assert_eq!(put("{slot:1}", Place::Command).unwrap(), "/w/data");
        assert_eq!(put("--x={primary}/y", Place::Command).unwrap(), "--x=/w/data/y");
    }

    #[test]
    fn s5_5_other_braces_are_text() {
        for text in ["{}", "{A}", "{1}", "{", "{a", "{{", "${workenv}x", "{a b}", "{slot:{x", "{\"a\":1}", "{é}"] {
            assert_eq!(put(text, Place::Command).unwrap(), text);
        }
        assert_eq!(put("{{os}}{", Place::Command).unwrap(), "{linux}{");
        assert_eq!(put("{slot:{slot:0}", Place::Command).unwrap(), "{slot:/w");
    }

    #[test]
    fn s5_5_refuses_names_that_another_launcher_may_know() {
        for template in ["{home}", "{workenv:1}", "{os:}", "{_}"] {
            assert_eq!(put(template, Place::Command), Err(Code::MetadataPlaceholder));
            assert_eq!(put(template, Place::Text).unwrap(), template);
        }
    }

    #[test]
    fn s5_5_refuses_slots_that_are_not_there() {
        for template in
            ["{slot:2}", "{slot:01}", "{slot:+1}", "{slot: 1}", "{slot:}", "{slot}", "{slot:99999}", "{slot:1e0}"]
        {
            assert_eq!(put(template, Place::Command), Err(Code::MetadataPlaceholder), "{template}");
            assert_eq!(put(template, Place::Text), Err(Code::MetadataPlaceholder), "{template}");
        }
        let scope = Scope { slot_count: 0, primary_slot: 0 };
        assert!(check_placeholders("{primary}", &"field", scope, Place::Text).is_err());
    }

    #[test]
    fn s5_5_refuses_text_behind_a_path_that_would_name_a_neighbour() {
        for template in ["{workenv}x", "{slot:0}.", "{primary}{os}", "{workenv}\\x", "{workenv}é"] {
            assert_eq!(put(template, Place::Command), Err(Code::MetadataPlaceholder), "{template}");
            assert_eq!(put(template, Place::Text), Err(Code::MetadataPlaceholder), "{template}");
        }
        assert_eq!(put("{workenv}:/usr", Place::Command), Err(Code::MetadataPlaceholder));
        assert_eq!(put("{workenv}:/usr", Place::Text).unwrap(), "/w:/usr");
    }

    proptest! {
        #[test]
        fn s5_5_what_is_checked_can_be_substituted(template in "[{}a-z:0-9$ /é]{0,16}|.{0,8}\\{(workenv|slot:0|os)\\}.{0,4}") {
            for place in [Place::Command, Place::Text] {
                let scope = Scope { slot_count: 2, primary_slot: 1 };
                let checked = check_placeholders(&template, &"field", scope, place).is_ok();
                prop_assert_eq!(checked, put(&template, place).is_ok());
            }
        }
    }
}
