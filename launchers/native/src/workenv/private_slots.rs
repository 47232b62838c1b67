//! workenv §9.1 and §9.2: the slots that every run, or every user, has a copy of.

use super::base_directory::{Base, BaseState, inspect_base, make_base};
use super::cache_layout::CacheLayout;
use super::key::plain_name;
use super::ladder::{Rung, RungName, absolute, cache_rungs};
use super::leftovers::{remove_leftovers, remove_old_runs};
use super::machine::Machine;
use super::plain_path::joined;
use super::rung_failure::{At, Outcome, Stop};
use super::slot_paths::base_name;
use super::staging::Staging;
use super::workenv::Workenv;
use super::workenv_plan::{SlotRole, slots_of};
use super::workenv_request::WorkenvRequest;
use super::write_file::ensure_directory;
use crate::error::{Code, Error, Result};
use crate::format::platform::Os;
use crate::package::extract::{ExtractOptions, extract_slot};
use crate::package::package_file::PackageFile;
use crate::package::package_slot::PackageSlot;
use crate::platform::files::{make_directory, may_write_in, rename};
use crate::platform::status::is_directory;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const NO_CUT: usize = 100;

/// Errors: PERSISTENT_UNUSABLE, CACHE_UNUSABLE; those of the package.
pub fn make_private_slots(workenv: &mut Workenv, request: &WorkenvRequest) -> Result<()> {
    let (pkg, plan, machine) = (request.pkg, request.plan, request.machine);
    let persistent = slots_of(pkg, plan, &[SlotRole::Persistent]);
    if workenv.fresh && !persistent.is_empty() {
        sweep_data(machine);
    }
    for slot in persistent {
        workenv.place(slot.index, make_persistent(pkg, slot, machine)?);
    }
    let volatile = slots_of(pkg, plan, &[SlotRole::Volatile]);
    if volatile.is_empty() {
        return Ok(());
    }
    let base = if workenv.base.is_read_only { writable_base(machine)? } else { workenv.base.clone() };
    let layout = CacheLayout::new(&base.path);
    remove_old_runs(&layout, machine);
    let runs = layout.runs();
    let made = Staging::claim(&runs, base.directory_mode).and_then(|run| {
        let mut places = Vec::new();
        for slot in volatile {
            let directory = run.path.join(slot.index.to_string());
            unpack_into(pkg, slot, &directory)?;
            places.push((slot.index, directory));
        }
        Ok((run, places))
    });
    let (run, places) = made.map_err(|stop| unusable_here(stop, &runs, "this run's slots", "workenv §9.1"))?;
    workenv.keep_run(run);
    for (index, directory) in places {
        workenv.place(index, directory);
    }
    Ok(())
}

/// What a place cannot hold, and by which section.
pub fn unusable_here(stop: Stop, place: &Path, what: &str, section: &str) -> Error {
    match stop {
        Stop::Fatal(error) => error,
        Stop::Rung(failure) => {
            let code = if failure.is_for_space { Code::CacheFull } else { Code::CacheUnusable };
            let message = format!("{}: cannot hold {what}: {} ({section})", place.display(), failure.reason);
            Error::new(code, message)
                .hint("set FLAVOR_CACHE to a directory of yours that has space and can be written to")
        }
    }
}

/// workenv §1.1: the first base that can be written to, made where it is not there. Errors: CACHE_UNUSABLE.
pub fn writable_base(machine: &Machine) -> Result<Base> {
    let mut reasons = Vec::new();
    for rung in cache_rungs(machine) {
        let made =
            make_base(&rung, machine).and_then(|base| may_write_in(&base.path).at("access", &base.path).map(|()| base));
        match made {
            Ok(base) => return Ok(base),
            Err(Stop::Fatal(error)) => return Err(error),
            Err(Stop::Rung(failure)) => {
                reasons.push(format!("{} {}: {}", rung.name.text(), rung.path.display(), failure.reason));
            }
        }
    }
    let message = format!("no directory can hold a cache: {} (workenv §1.1)", reasons.join("; "));
    Err(Error::new(Code::CacheUnusable, message)
        .hint("set FLAVOR_CACHE to a directory of yours that can be written to"))
}

/// A directory of its own: the tree itself, or the single file in it. With write bits: it belongs to the program.
pub fn unpack_into(pkg: &PackageFile, slot: &PackageSlot, directory: &Path) -> Outcome<()> {
    make_directory(directory, 0o700).at("mkdir", directory)?;
    let target = if slot.is_tree { "" } else { base_name(&slot.target) };
    extract_slot(pkg, slot, directory, &ExtractOptions { target: Some(target), read_only: false, on_bytes: None })?;
    Ok(())
}

/// workenv §9.2: there already, or unpacked beside it and moved in.
fn make_persistent(pkg: &PackageFile, slot: &PackageSlot, machine: &Machine) -> Result<PathBuf> {
    let Some(rung) = data_rung(machine) else {
        return Err(unusable(slot, "no variable names a directory for data"));
    };
    let owner = rung.path.join("persistent").join(owner_name(pkg));
    let place = owner.join(plain_name(&slot.metadata.id, NO_CUT));
    if matches!(inspect_base(&rung, machine), BaseState::Usable(_)) && is_directory(&place) {
        return Ok(place);
    }
    let make = || -> Outcome<()> {
        let base = make_base(&rung, machine)?;
        let layout = CacheLayout::new(&base.path);
        remove_leftovers(&layout, machine);
        ensure_directory(&owner, 0o700)?;
        let staging = Staging::open(&layout, &base)?;
        let copy = staging.path.join("slot");
        unpack_into(pkg, slot, &copy)?;
        move_once(&copy, &place)
    };
    match make() {
        Ok(()) => Ok(place),
        Err(Stop::Fatal(error)) => Err(error),
        Err(Stop::Rung(failure)) => Err(unusable(slot, &format!("{}: {}", rung.path.display(), failure.reason))),
    }
}

/// workenv §9.2: a first run removes what dead processes left beside data that is there already.
fn sweep_data(machine: &Machine) {
    let Some(rung) = data_rung(machine) else { return };
    if let BaseState::Usable(base) = inspect_base(&rung, machine)
        && !base.is_read_only
    {
        remove_leftovers(&CacheLayout::new(&base.path), machine);
    }
}

/// Whoever comes second leaves what is there.
pub fn move_once(from: &Path, to: &Path) -> Outcome<()> {
    let Err(error) = rename(from, to) else { return Ok(()) };
    let kinds = [ErrorKind::DirectoryNotEmpty, ErrorKind::AlreadyExists, ErrorKind::PermissionDenied];
    if kinds.contains(&error.kind()) && is_directory(to) { Ok(()) } else { Err(error).at("rename", to) }
}

/// workenv §9.2: by the signer as well, so that another publisher's package of the same name has data of its own.
fn owner_name(pkg: &PackageFile) -> String {
    let name = plain_name(&pkg.metadata.package.name, NO_CUT);
    match &pkg.metadata.key_id {
        Some(key_id) if !pkg.metadata.ephemeral => [&name, "-", key_id].concat(),
        _ => name,
    }
}

fn data_rung(machine: &Machine) -> Option<Rung> {
    let (variable, below) = match machine.platform {
        Os::Windows => ("LOCALAPPDATA", "flavor"),
        Os::Darwin => ("HOME", "Library/Application Support/flavor"),
        Os::Linux if absolute(machine, "XDG_DATA_HOME").is_some() => ("XDG_DATA_HOME", "flavor"),
        Os::Linux => ("HOME", ".local/share/flavor"),
    };
    let path = joined(absolute(machine, variable)?, below, machine.platform);
    Some(Rung { name: RungName::Cache, path })
}

fn unusable(slot: &PackageSlot, reason: &str) -> Error {
    let id = &slot.metadata.id;
    let message = format!("slot {} ({id}): no place for its data: {reason} (workenv §9.2)", slot.index);
    Error::new(Code::PersistentUnusable, message)
        .with("slot", slot.index.to_string())
        .hint("set XDG_DATA_HOME or HOME to a directory of yours that can be written to")
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
