//! workenv §7.6: every entry by itself and by a rename, so that nobody ever reads half of one.

use super::expected_tree::ExpectedEntry;
use super::rung_failure::{At, Outcome};
use super::staging::Staging;
use super::tree_check::Damage;
use crate::format::tree_listing::EntryKind;
use crate::platform::files::{change_mode, make_directory};
use crate::platform::status::{is_directory, is_there};
use std::path::{Path, PathBuf};

pub struct RepairPlan<'a> {
    pub root: &'a Path,
    /// Parents before what lies in them.
    pub damage: &'a [Damage],
    /// Where a right copy of a file or symlink lies, on the same file system.
    pub copy_of: &'a dyn Fn(&ExpectedEntry) -> PathBuf,
    /// Comes last: while the main executable is wrong, no other run takes the tree for whole (workenv §7.6).
    pub last: Option<&'a str>,
}

pub fn put_right(plan: &RepairPlan, staging: &mut Staging) -> Outcome<()> {
    let is_last = |one: &&Damage| plan.last == Some(one.path.as_str());
    let (last, first): (Vec<&Damage>, Vec<&Damage>) = plan.damage.iter().partition(is_last);
    for one in first.into_iter().chain(last) {
        let place = plan.root.join(&one.path);
        match &one.expected {
            None => drop(staging.take_in(&place)?),
            Some(entry) if entry.kind == EntryKind::Directory => put_directory(&place, entry, staging)?,
            Some(entry) => staging.put_in_place(&(plan.copy_of)(entry), &place)?,
        }
    }
    Ok(())
}

fn put_directory(place: &Path, entry: &ExpectedEntry, staging: &mut Staging) -> Outcome<()> {
    if !is_directory(place) {
        if is_there(place) {
            staging.take_in(place)?;
        }
        make_directory(place, 0o700).at("mkdir", place)?;
    }
    change_mode(place, entry.mode.unwrap_or(0o755)).at("chmod", place)
}
