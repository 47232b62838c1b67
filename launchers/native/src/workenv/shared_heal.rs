//! workenv §7.2 and §7.6, for shared slots.

use super::boot_id::checked_text;
use super::cache_layout::SharedLayout;
use super::expected_tree::expected_slot;
use super::put_right::{RepairPlan, put_right};
use super::rung_failure::Outcome;
use super::shared_state::read_shared_listing;
use super::slot_paths::base_name;
use super::staging::Staging;
use super::tree_check::{Damage, TreeCheckOptions, check_tree, entries};
use super::wait_for_lock::{Wait, under_lock};
use super::workenv_plan::shared_tree;
use super::workenv_request::SiteRequest;
use super::write_file::{make_directory, write_new_file};
use crate::error::{Code, Error};
use crate::format::platform::Os;
use crate::format::quoted::quoted;
use crate::format::tree_listing::parse_listing;
use crate::log::Level;
use crate::package::extract::{ExtractOptions, extract_slot};
use crate::package::package_slot::PackageSlot;
use std::path::Path;

const WAIT_SECONDS: u64 = 60;

#[derive(Clone, Copy, Debug)]
pub struct SlotCheckOptions {
    pub hash: bool,
    /// Entries that nobody expects are damage too.
    pub extras: bool,
}

/// `None` where its listing is lost, so that nothing can be compared.
pub fn check_shared(
    request: SiteRequest,
    slot: &PackageSlot,
    options: SlotCheckOptions,
) -> Outcome<Option<Vec<Damage>>> {
    let tree = shared_tree(slot)?;
    let shared = request.site.layout.shared(tree);
    let Some(listing) = read_shared_listing(&shared, tree) else { return Ok(None) };
    let expected = expected_slot(slot.index, &parse_listing(&listing)?);
    let is_nobodys = |_: &str| false;
    let options = TreeCheckOptions {
        hash: options.hash,
        has_modes: request.machine.platform != Os::Windows,
        extras: if options.extras { Some(&is_nobodys) } else { None },
    };
    check_tree(&shared.tree(), &expected, &options).map(Some)
}

/// workenv §7.6, for a shared slot whose listing is right and whose lock the caller holds. Marks it as whole in this boot. Errors:
/// TREE_DAMAGED.
pub fn heal_shared(request: SiteRequest, slot: &PackageSlot, options: SlotCheckOptions) -> Outcome<()> {
    let shared = request.site.layout.shared(shared_tree(slot)?);
    let damage = check_shared(request, slot, options)?.unwrap_or_default();
    if !damage.is_empty() {
        repair(request, slot, &shared, &damage)?;
        let rest = check_shared(request, slot, options)?.unwrap_or_default();
        if !rest.is_empty() {
            return Err(still_damaged(&shared.tree(), &rest).into());
        }
        let (name, id, healed) = (request.name(), &slot.metadata.id, entries(damage.len()));
        let message = format!("{name}: healed {healed} of the shared slot {id} in {}", shared.tree().display());
        request.log.log(Level::Info, &message);
    }
    if options.hash { mark_checked(request, slot) } else { Ok(()) }
}

/// The same for a caller without the lock.
pub fn heal_under_lock(request: SiteRequest, slot: &PackageSlot, options: SlotCheckOptions) -> Outcome<()> {
    let lock = request.site.layout.shared(shared_tree(slot)?).lock();
    under_lock(&lock, &Wait::seconds(WAIT_SECONDS), &mut || None, || heal_shared(request, slot, options))
}

/// Below `tree`: of a lazy single file its name, of all others nothing.
pub fn target_in_shared(slot: &PackageSlot) -> &str {
    if slot.is_tree { "" } else { base_name(&slot.target) }
}

fn repair(request: SiteRequest, slot: &PackageSlot, shared: &SharedLayout, damage: &[Damage]) -> Outcome<()> {
    let mut staging = Staging::open(&request.site.layout, &request.site.base)?;
    let copy = staging.path.join("slot");
    make_directory(&copy, 0o700)?;
    let options = ExtractOptions { target: Some(target_in_shared(slot)), read_only: true, on_bytes: None };
    let unpacked = extract_slot(request.pkg, slot, &copy, &options)?;
    let (root, copy_of) = (shared.tree(), |entry: &super::expected_tree::ExpectedEntry| copy.join(&entry.path));
    put_right(&RepairPlan { root: &root, damage, copy_of: &copy_of, last: None }, &mut staging)?;
    // A new listing has a new mtime: every work environment that links here then checks once (workenv §7.6).
    let listing = staging.path.join("listing");
    write_new_file(&listing, &unpacked.listing, request.site.base.file_mode)?;
    staging.put_in_place(&listing, &shared.listing())
}

/// workenv §7.3: found whole in this boot.
pub fn mark_checked(request: SiteRequest, slot: &PackageSlot) -> Outcome<()> {
    let site = request.site;
    let mut staging = Staging::open(&site.layout, &site.base)?;
    let mark = staging.path.join("checked");
    write_new_file(&mark, checked_text(request.machine.platform).as_bytes(), site.base.file_mode)?;
    staging.put_in_place(&mark, &site.layout.shared(shared_tree(slot)?).checked())
}

pub fn still_damaged(root: &Path, damage: &[Damage]) -> Error {
    let (path, kind) = damage.first().map_or(("", "content"), |one| (&one.path, one.kind.name()));
    let message = format!(
        "{}: {} damaged again after healing, the first {} ({kind}), expected what was signed (workenv §7.6)",
        root.display(),
        entries(damage.len()),
        quoted(path)
    );
    Error::new(Code::TreeDamaged, message)
        .with("file", root.join(path).to_string_lossy())
        .with("got", kind)
        .hint("another program changes the cache, or its device fails; FLAVOR_CACHE names another place")
}

/// workenv §7.6: one line at level `info`, as for what was healed entry by entry.
pub fn log_made_anew(request: SiteRequest, slot: &PackageSlot, shared: &SharedLayout) {
    let (name, id, tree) = (request.name(), &slot.metadata.id, shared.tree());
    request.log.log(Level::Info, &format!("{name}: made the shared slot {id} anew in {}", tree.display()));
}
