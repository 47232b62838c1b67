//! What a package wants of its work environment; depends on nothing but the signed metadata and the system.

use super::rung_failure::Outcome;
use crate::error::{Code, Error, Result};
use crate::format::command_line::split_command;
use crate::format::metadata::{Execution, WorkenvDirectory};
use crate::format::platform::Os;
use crate::format::quoted::quoted;
use crate::format::slot_enumerations::{Lifecycle, SlotPlatform};
use crate::format::target_path::path_fault;
use crate::package::package_file::PackageFile;
use crate::package::package_slot::PackageSlot;

/// workenv §4.1: where a slot goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotRole {
    Own,
    Shared,
    Init,
    Volatile,
    Persistent,
    Lazy,
    None,
}

#[derive(Clone, Debug)]
pub struct PlannedDirectory {
    /// Relative to `root`.
    pub path: String,
    pub mode: u16,
}

#[derive(Clone, Debug)]
pub struct WorkenvPlan {
    /// workenv §3.1.
    pub is_place_bound: bool,
    pub has_setup: bool,
    /// Role of each slot, by index.
    pub roles: Vec<SlotRole>,
    pub directories: Vec<PlannedDirectory>,
    /// The main executable relative to `root` (workenv §5.3).
    pub executable: Option<String>,
}

/// Errors: WORKENV_PLACE, METADATA_COMMAND.
pub fn plan_workenv(pkg: &PackageFile, system: Os) -> Result<WorkenvPlan> {
    let metadata = &pkg.metadata;
    let has_setup = !metadata.setup_commands.is_empty();
    let roles: Vec<SlotRole> =
        pkg.slots.iter().map(|slot| slot_role(&RoleParts::of(slot), system, has_setup)).collect();
    let targets: Vec<&str> = pkg.slots.iter().map(|slot| slot.target.as_str()).collect();
    let is_shared = |(role, slot): &(&SlotRole, &PackageSlot)| {
        matches!(role, SlotRole::Own | SlotRole::Shared) && slot.metadata.share
    };
    let shared: Vec<&str> =
        roles.iter().zip(&pkg.slots).filter(is_shared).map(|(_, slot)| slot.target.as_str()).collect();
    let mut directories = Vec::new();
    for (at, directory) in metadata.workenv.directories.iter().enumerate() {
        directories.extend(planned_directory(at, directory, &shared)?);
    }
    for (at, file) in metadata.derived.iter().enumerate() {
        check_place(&file.path, &format!("derived[{at}].path"), &shared)?;
    }
    Ok(WorkenvPlan {
        is_place_bound: has_setup || !metadata.derived.is_empty(),
        has_setup,
        directories,
        executable: executable_path(&metadata.execution, &targets, &roles, system)?,
        roles,
    })
}

/// The slots of some roles, by index.
pub fn slots_of<'a>(pkg: &'a PackageFile, plan: &WorkenvPlan, roles: &[SlotRole]) -> Vec<&'a PackageSlot> {
    let is_wanted = |slot: &&PackageSlot| plan.roles.get(slot.index).is_some_and(|role| roles.contains(role));
    pkg.slots.iter().filter(is_wanted).collect()
}

/// The signed tree hash of a shared slot, which is its name. Errors: SLOT_SHARE, though one without is refused when a package is opened.
pub fn shared_tree(slot: &PackageSlot) -> Outcome<&str> {
    let unsigned =
        || Error::new(Code::SlotShare, format!("slot {}: is shared without a tree hash (spec §6.4)", slot.index));
    Ok(slot.metadata.tree.as_deref().ok_or_else(unsigned)?)
}

/// What the role of a slot depends on.
pub struct RoleParts {
    pub is_self: bool,
    pub is_origin: bool,
    pub lifecycle: Lifecycle,
    pub platform: SlotPlatform,
    pub share: bool,
    /// Its tree is signed.
    pub is_signed: bool,
}

impl RoleParts {
    fn of(slot: &PackageSlot) -> Self {
        let PackageSlot { is_self, is_origin, lifecycle, metadata, .. } = slot;
        RoleParts {
            is_self: *is_self,
            is_origin: *is_origin,
            lifecycle: *lifecycle,
            platform: metadata.platform,
            share: metadata.share,
            is_signed: metadata.tree.is_some(),
        }
    }
}

/// workenv §4.1 and §4.2.
pub fn slot_role(slot: &RoleParts, system: Os, has_setup: bool) -> SlotRole {
    let is_for = match slot.platform {
        SlotPlatform::Any => true,
        SlotPlatform::Linux => system == Os::Linux,
        SlotPlatform::Macos => system == Os::Darwin,
        SlotPlatform::Windows => system == Os::Windows,
    };
    match slot.lifecycle {
        _ if slot.is_self || slot.is_origin || !is_for => SlotRole::None,
        Lifecycle::Init if !has_setup => SlotRole::None,
        Lifecycle::Init => SlotRole::Init,
        Lifecycle::Volatile | Lifecycle::Temporary => SlotRole::Volatile,
        Lifecycle::Persistent => SlotRole::Persistent,
        // Its place is named by its tree hash; programs of packages that sign none know of no other way than that it is there.
        Lifecycle::Lazy if slot.is_signed => SlotRole::Lazy,
        // Users of Windows may make no symlinks, and its junctions hold absolute paths.
        _ if slot.share && system != Os::Windows => SlotRole::Shared,
        _ => SlotRole::Own,
    }
}

/// workenv §4.4: `{workenv}` itself is there anyway.
fn planned_directory(at: usize, directory: &WorkenvDirectory, shared: &[&str]) -> Result<Option<PlannedDirectory>> {
    let path = match directory.path.strip_prefix("{workenv}") {
        Some("") => "",
        Some(below) => below.strip_prefix('/').unwrap_or(&directory.path),
        None => &directory.path,
    };
    let path = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
    if path.is_empty() {
        return Ok(None);
    }
    check_place(path, &format!("workenv.directories[{at}].path"), shared)?;
    Ok(Some(PlannedDirectory { path: path.to_string(), mode: directory.mode.unwrap_or(0o700) & 0o777 }))
}

/// workenv §4.3 and §4.4: below a shared slot it would be written through the link, into what other packages use.
fn check_place(path: &str, field: &str, shared: &[&str]) -> Result<()> {
    let rival = shared.iter().find(|target| is_at_or_below(path, target));
    let taken = || rival.map(|target| format!("lies at or below the shared slot at {target}"));
    let Some(fault) = path_fault(path).or_else(taken) else { return Ok(()) };
    let shown = quoted(path);
    let message =
        format!("metadata: {field} {shown} {fault}, expected a place of its own below {{workenv}} (workenv §4.3)");
    Err(Error::new(Code::WorkenvPlace, message)
        .with("field", field)
        .with("got", path)
        .with("want", "a place of its own"))
}

pub fn is_at_or_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// workenv §5.3: where the main executable lies, if the work environment holds it. Errors: METADATA_COMMAND.
pub fn executable_path(
    execution: &Execution,
    targets: &[&str],
    roles: &[SlotRole],
    system: Os,
) -> Result<Option<String>> {
    let first = match &execution.argv {
        Some(argv) => argv.first().cloned(),
        None => split_command(&execution.command, &"execution.command")?.into_iter().next(),
    };
    let template = first.unwrap_or_default();
    let relative = match slot_reference(&template, execution.primary_slot) {
        Some((index, below)) => slot_path(targets, roles, index, below),
        None => own_path(&template),
    };
    let is_plain = |path: &String| path_fault(path).is_none() && !path.contains(['{', '}']);
    Ok(relative.filter(is_plain).map(|path| if system == Os::Windows { with_extension(path) } else { path }))
}

/// Index and rest of `{slot:N}` or `{primary}`, alone or with a path behind it.
fn slot_reference(template: &str, primary: u64) -> Option<(usize, &str)> {
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with('/');
    let (index, rest) = match template.strip_prefix("{primary}").filter(|rest| is_end(rest)) {
        Some(rest) => (usize::try_from(primary).ok()?, rest),
        None => {
            let (number, rest) = template.strip_prefix("{slot:")?.split_once('}')?;
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            (if is_number { number.parse().unwrap_or(usize::MAX) } else { return None }, rest)
        }
    };
    let below = rest.strip_prefix('/').unwrap_or(rest);
    (is_end(rest) && !below.contains(['\n', '\r', '\u{2028}', '\u{2029}'])).then_some((index, below))
}

fn own_path(template: &str) -> Option<String> {
    match template.strip_prefix("{workenv}/") {
        Some(below) => Some(below.to_string()),
        None if template.starts_with('/') => None,
        None if template.contains('/') => Some(template.to_string()),
        None => Some(["bin/", template].concat()),
    }
}

fn slot_path(targets: &[&str], roles: &[SlotRole], index: usize, below: &str) -> Option<String> {
    match roles.get(index) {
        Some(SlotRole::Own | SlotRole::Shared) => {}
        _ => return None,
    }
    let target = *targets.get(index)?;
    Some([target, below].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"))
}

fn with_extension(path: String) -> String {
    let name = path.rsplit('/').next().unwrap_or(&path);
    let has_extension = name.rsplit_once('.').is_some_and(|(_, extension)| !extension.is_empty());
    if has_extension { path } else { path + ".exe" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_4_refuses_directories_that_are_not_plain_or_lie_in_a_shared_slot() {
        let directory = |path: &str| WorkenvDirectory { path: path.to_string(), mode: None };
        let planned = |path: &str| planned_directory(0, &directory(path), &["python"]);
        assert_eq!(planned("{workenv}/tmp/").unwrap().unwrap().path, "tmp");
        assert_eq!(planned("pythons").unwrap().unwrap().mode, 0o700);
        for root in ["{workenv}", "{workenv}/", ""] {
            assert!(planned(root).unwrap().is_none(), "{root}");
        }
        for path in ["../x", "/etc", "a//b", "python", "python/lib", "{workenv}//", "{workenv}/../x"] {
            assert_eq!(planned(path).unwrap_err().code(), Code::WorkenvPlace, "{path}");
        }
    }
}
