//! Spec §9.1: what a warm start checks.

use crate::format::metadata::{Metadata, ValidationLevel};
use std::ffi::OsStr;

pub const LEVELS: [(ValidationLevel, &str); 5] = [
    (ValidationLevel::None, "none"),
    (ValidationLevel::Minimal, "minimal"),
    (ValidationLevel::Relaxed, "relaxed"),
    (ValidationLevel::Standard, "standard"),
    (ValidationLevel::Strict, "strict"),
];

pub fn level_name(level: ValidationLevel) -> &'static str {
    LEVELS.iter().find(|(known, _)| *known == level).map_or("standard", |(_, name)| name)
}

/// Spec §9.1: the level of a launch. A variable can make it stricter, and weaker only down to what the package itself has signed:
/// otherwise whoever sets a variable decides what counts as intact. Unknown values mean `standard`, as in the references.
pub fn validation_level(requested: Option<&OsStr>, metadata: &Metadata) -> ValidationLevel {
    let wanted = LEVELS.iter().find(|(_, name)| requested.is_some_and(|text| text == *name)).map(|(level, _)| *level);
    let floor = metadata.minimum_level.unwrap_or(ValidationLevel::Standard);
    wanted.unwrap_or(ValidationLevel::Standard).max(floor)
}
