//! Answers for texts.

use crate::answers::answer;
use crate::inputs::text;
use flavor_launcher::format::command_line::split_command;
use flavor_launcher::format::placeholders::{Place, Values, substitute};
use flavor_launcher::format::target_path::parse_target;
use flavor_launcher::launch::name_pattern::matches_pattern;
use flavor_launcher::workenv::seal::{format_seal, parse_seal};

/// Nothing, or what formats to the same bytes.
pub fn seal(bytes: &[u8]) -> String {
    let Some(seal) = parse_seal(bytes) else { return "none".to_owned() };
    let again = format_seal(&seal);
    assert_eq!(again.as_bytes(), bytes, "a seal that is accepted is written alike");
    again
}

pub fn command_line(bytes: &[u8]) -> String {
    text(bytes, |command| answer(split_command(command, &"command")))
}

pub fn target_path(bytes: &[u8]) -> String {
    text(bytes, |target| answer(parse_target(target, 0).map(|path| vec![path])))
}

/// As a command and as a text.
pub fn placeholder(bytes: &[u8]) -> String {
    text(bytes, |template| {
        let values = values();
        let filled = |place| answer(substitute(template, &"template", &values, place).map(|text| vec![text]));
        format!("{} {}", filled(Place::Command), filled(Place::Text))
    })
}

fn values() -> Values {
    let text = str::to_owned;
    Values {
        workenv: text("/w"),
        package_name: text("app"),
        version: text("1.2"),
        os: text("linux"),
        arch: text("amd64"),
        platform: text("linux_amd64"),
        primary_slot: 1,
        slots: vec![text("/w"), text("/w/data")],
    }
}

/// A pattern, a line feed, a name.
pub fn name_pattern(bytes: &[u8]) -> String {
    text(bytes, |text| {
        let (pattern, name) = text.split_once('\n').unwrap_or((text, ""));
        matches_pattern(name.as_bytes(), pattern).to_string()
    })
}
