//! workenv §7.2: what an attempt is made of.

use super::derived_file::render_derived;
use super::expected_tree::{ListedSlot, RenderedFile, TreeParts};
use super::rung_failure::Outcome;
use super::workenv_plan::{SlotRole, WorkenvPlan, is_at_or_below, shared_tree, slots_of};
use crate::format::tree_listing::ListingEntry;
use crate::package::package_file::PackageFile;
use std::path::Path;

/// `listings` holds the entries of each own slot, by index. Errors: METADATA_PLACEHOLDER.
pub fn attempt_parts<'a>(
    pkg: &'a PackageFile,
    plan: &'a WorkenvPlan,
    root: &Path,
    mut listings: Vec<(usize, Vec<ListingEntry>)>,
) -> Outcome<TreeParts<'a>> {
    let mut parts = TreeParts::default();
    for slot in slots_of(pkg, plan, &[SlotRole::Own]) {
        let listed = listings.iter_mut().find(|(index, _)| *index == slot.index);
        let entries = listed.map(|(_, entries)| std::mem::take(entries)).unwrap_or_default();
        parts.slots.push(ListedSlot { index: slot.index, target: &slot.target, is_tree: slot.is_tree, entries });
    }
    for slot in slots_of(pkg, plan, &[SlotRole::Shared]) {
        parts.links.push((&slot.target, shared_tree(slot)?));
    }
    for (at, file) in pkg.metadata.derived.iter().enumerate() {
        let content = render_derived(&file.template, root, &format!("derived[{at}].template"))?;
        parts.derived.push(RenderedFile { path: &file.path, mode: file.mode, content });
    }
    parts.directories = plan.directories.iter().map(|directory| (directory.path.as_str(), directory.mode)).collect();
    Ok(parts)
}

/// workenv §4.4: at or below a directory that the package wants made; what no slot lists there is the program's.
pub fn is_in_own_directory(plan: &WorkenvPlan, path: &str) -> bool {
    plan.directories.iter().any(|directory| is_at_or_below(path, &directory.path))
}
