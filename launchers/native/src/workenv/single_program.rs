//! workenv §1.4: which packages are one program that needs no place of its own.

use super::workenv_plan::{SlotRole, WorkenvPlan};
use crate::format::metadata::{Argv0, Metadata};
use crate::package::package_file::PackageFile;
use crate::package::package_slot::PackageSlot;

/// What only a work environment has: its place, and those of slots.
const PLACES: [&str; 3] = ["{workenv}", "{slot:", "{primary}"];

/// What the rule asks of the only slot.
pub struct OnlySlot<'a> {
    pub is_tree: bool,
    pub role: SlotRole,
    pub target: &'a str,
    pub permissions: u16,
}

/// The slot that is the program, where the package is nothing else.
pub fn single_program<'a>(pkg: &'a PackageFile, plan: &WorkenvPlan) -> Option<&'a PackageSlot> {
    let ([slot], [role]) = (pkg.slots.as_slice(), plan.roles.as_slice()) else { return None };
    let (is_tree, permissions) = (slot.is_tree, slot.descriptor.permissions);
    let only = OnlySlot { is_tree, role: *role, target: &slot.target, permissions };
    is_single_program(&pkg.metadata, &only, plan.executable.as_deref()).then_some(slot)
}

pub fn is_single_program(metadata: &Metadata, slot: &OnlySlot, executable: Option<&str>) -> bool {
    let execution = &metadata.execution;
    let is_program = !slot.is_tree
        && slot.role == SlotRole::Own
        && slot.permissions & 0o100 != 0
        && executable == Some(slot.target)
        && execution.argv0 == Argv0::Invoked;
    let is_alone = metadata.derived.is_empty()
        && metadata.setup_commands.is_empty()
        && metadata.workenv.directories.is_empty()
        && execution.commands.is_empty();
    // The first word of a command is the program itself, which may be named by its place.
    let named = |text: &String| PLACES.iter().map(|place| text.matches(place).count()).sum::<usize>();
    let is_free = match &execution.argv {
        Some(argv) => argv.iter().skip(1).all(|text| named(text) == 0),
        None => named(&execution.command) <= 1,
    };
    let mut values = [&metadata.workenv.env, &execution.env, &execution.environment].into_iter().flatten();
    is_program && is_alone && is_free && values.all(|(_, value)| named(value) == 0)
}
