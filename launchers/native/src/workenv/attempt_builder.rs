//! workenv §6.1, steps 4 and 5: everything in an attempt but its seal.

use super::about::{About, format_about};
use super::attempt_parts::{attempt_parts, is_in_own_directory};
use super::cache_layout::AttemptLayout;
use super::expected_tree::{RenderedFile, TreeParts, below, expected_tree, link_target, parent_of};
use super::lazy_slot::lazy_directories;
use super::rung_failure::{At, Outcome, Stop};
use super::seal::SealedSlot;
use super::slot_paths::slot_paths;
use super::tree_check::list_tree;
use super::unpack_progress::UnpackProgress;
use super::wait_for_lock::{Wait, under_lock};
use super::workenv_plan::{SlotRole, shared_tree, slots_of};
use super::workenv_request::SiteRequest;
use super::write_file::{make_directory, try_write_new_file, write_new_file};
use crate::crypto::hex::hex;
use crate::crypto::sha256::sha256;
use crate::error::{Code, Error};
use crate::format::quoted::quoted;
use crate::format::tree_listing::{ListingEntry, build_listing};
use crate::package::directory_maker::DirectoryMaker;
use crate::package::extract::{ExtractOptions, extract_slot};
use crate::package::package_slot::PackageSlot;
use crate::platform::files::{change_mode, make_symlink};
use crate::platform::status::is_directory;
use std::fs::{remove_dir, remove_file};
use std::io::ErrorKind;
use std::path::Path;

/// For whoever holds the lock of a shared slot (workenv §8.2).
const WAIT_SECONDS: u64 = 60;

pub struct BuiltAttempt {
    pub slots: Vec<SealedSlot>,
    /// Hex SHA-256 of `listing/setup`.
    pub setup: Option<String>,
}

/// Whoever calls removes the attempt when this fails.
pub fn build_attempt(
    request: SiteRequest,
    attempt: &AttemptLayout,
    progress: &UnpackProgress,
) -> Outcome<BuiltAttempt> {
    let (pkg, plan, base) = (request.pkg, request.plan, &request.site.base);
    let root = attempt.root();
    for path in [&attempt.directory, &root, &attempt.listings()] {
        make_directory(path, base.directory_mode)?;
    }
    let shared = slots_of(pkg, plan, &[SlotRole::Shared]);
    write_about(request, attempt)?;
    outlast_cleaning(request, &shared)?;
    let mut directories = DirectoryMaker::new(&root);
    for slot in &shared {
        directories.make(parent_of(&slot.target))?;
        let link = root.join(&slot.target);
        make_symlink(&link_target(&slot.target, shared_tree(slot)?), &link).at("symlink", &link)?;
    }
    let unpacked = unpack_slots(request, attempt, progress)?;
    let parts = attempt_parts(pkg, plan, &root, unpacked.listings)?;
    for directory in &plan.directories {
        directories.make(&directory.path)?;
        let place = root.join(&directory.path);
        change_mode(&place, directory.mode | 0o700).at("chmod", &place)?;
    }
    for (at, file) in parts.derived.iter().enumerate() {
        write_derived(&root, &mut directories, file, at)?;
    }
    let setup = if plan.has_setup { Some(set_up(request, attempt, &parts, &unpacked.init)?) } else { None };
    Ok(BuiltAttempt { slots: unpacked.slots, setup })
}

/// workenv §10.3: a cleaning that looked for whoever needs a slot before `about` was there may have it out of sight for a moment. Later
/// ones find `about`, and leave it where it is.
fn outlast_cleaning(request: SiteRequest, shared: &[&PackageSlot]) -> Outcome<()> {
    for slot in shared {
        let lock = request.site.layout.shared(shared_tree(slot)?).lock();
        under_lock(&lock, &Wait::seconds(WAIT_SECONDS), &mut || None, || Ok(()))?;
    }
    Ok(())
}

/// workenv §4.6.
fn write_about(request: SiteRequest, attempt: &AttemptLayout) -> Outcome<()> {
    let (pkg, mut shares) = (request.pkg, Vec::new());
    for slot in slots_of(pkg, request.plan, &[SlotRole::Shared, SlotRole::Lazy]) {
        shares.push(shared_tree(slot)?);
    }
    let package = &pkg.metadata.package;
    let about = About {
        name: &package.name,
        version: &package.version,
        content: &pkg.content_hash,
        package: &pkg.path,
        shares,
    };
    write_new_file(&attempt.about(), format_about(&about).as_bytes(), request.site.base.file_mode)
}

#[derive(Default)]
struct Unpacked {
    slots: Vec<SealedSlot>,
    /// Entries of each own slot, by index.
    listings: Vec<(usize, Vec<ListingEntry>)>,
    /// Paths that the `init` slots brought.
    init: Vec<String>,
}

/// workenv §4.1: in the order of their index, so that the later of two slots gives a directory its mode.
fn unpack_slots(request: SiteRequest, attempt: &AttemptLayout, progress: &UnpackProgress) -> Outcome<Unpacked> {
    let mut all = Unpacked::default();
    let on_bytes = |bytes| progress.add(bytes);
    for slot in slots_of(request.pkg, request.plan, &[SlotRole::Own, SlotRole::Init]) {
        let options = ExtractOptions { target: None, read_only: true, on_bytes: Some(&on_bytes) };
        let unpacked = extract_slot(request.pkg, slot, &attempt.root(), &options)?;
        if request.plan.roles.get(slot.index) == Some(&SlotRole::Init) {
            let prefix = if slot.is_tree { &slot.target } else { parent_of(&slot.target) };
            all.init.extend(unpacked.entries.iter().map(|entry| below(prefix, &entry.path)));
            continue;
        }
        write_new_file(&attempt.listing(slot.index), &unpacked.listing, request.listing_mode())?;
        all.slots.push(SealedSlot { index: slot.index, tree: unpacked.tree, shared: None });
        all.listings.push((slot.index, unpacked.entries));
    }
    Ok(all)
}

fn write_derived(root: &Path, directories: &mut DirectoryMaker, file: &RenderedFile, at: usize) -> Outcome<()> {
    directories.make(parent_of(file.path))?;
    let place = root.join(file.path);
    match try_write_new_file(&place, &file.content, file.mode & 0o555) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let (field, shown) = (format!("derived[{at}].path"), quoted(file.path));
            let message =
                format!("metadata: {field} {shown} is taken by a slot, expected a place of its own (workenv §4.3)");
            Err(Error::new(Code::WorkenvPlace, message)
                .with("field", field)
                .with("got", file.path)
                .with("want", "a place of its own")
                .into())
        }
        written => written.at("write", &place),
    }
}

/// workenv §6.4. Returns the hash of the listing of what is there afterwards.
fn set_up(request: SiteRequest, attempt: &AttemptLayout, parts: &TreeParts, init: &[String]) -> Outcome<String> {
    let (pkg, plan, root) = (request.pkg, request.plan, attempt.root());
    let before = expected_tree(parts);
    let paths = slot_paths(pkg, attempt, &lazy_directories(pkg, plan, &request.site.layout));
    // An error of the package's own commands: another rung of the ladder would not help.
    request.run_setup.run(&pkg.metadata.setup_commands, &root, &paths).map_err(Stop::Fatal)?;
    let brought: Vec<&str> = init.iter().map(String::as_str).filter(|path| before.get(path).is_none()).collect();
    remove_init(&root, &brought)?;
    let is_programs = |path: &str| is_in_own_directory(plan, path) && before.get(path).is_none();
    let listing = build_listing(&list_tree(&root, &is_programs)?);
    write_new_file(&attempt.setup_listing(), &listing, request.listing_mode())?;
    Ok(hex(&sha256(&listing)))
}

/// What the commands made of it meanwhile may be links: nothing is removed through one.
fn remove_init(root: &Path, paths: &[&str]) -> Outcome<()> {
    for path in paths.iter().rev() {
        if !has_real_parents(root, path) {
            continue;
        }
        let place = root.join(path);
        let removed = if is_directory(&place) { remove_dir(&place) } else { remove_file(&place) };
        match removed {
            Err(error) if matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::NotFound) => {}
            other => other.at("unlink", &place)?,
        }
    }
    Ok(())
}

fn has_real_parents(root: &Path, path: &str) -> bool {
    let mut parent = parent_of(path);
    while !parent.is_empty() {
        if !is_directory(&root.join(parent)) {
            return false;
        }
        parent = parent_of(parent);
    }
    true
}
