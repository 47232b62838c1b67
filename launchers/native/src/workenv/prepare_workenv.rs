//! The work environment of a package: the published one where it holds (workenv §7.1), else healed or unpacked.

use super::base_directory::{BaseState, inspect_base};
use super::find_workenv::{Finding, Published, Suspicion, find_workenv, site_of};
use super::first_run::publish_on_ladder;
use super::ladder::cache_rungs;
use super::lazy_slot::place_lazy_slots;
use super::machine::Machine;
use super::private_slots::make_private_slots;
use super::publish::{PublishResult, check_executable};
use super::restore::restore;
use super::rung_failure::{Outcome, Stop};
use super::workenv::Workenv;
use super::workenv_plan::plan_workenv;
use super::workenv_request::{Rejected, RunSetup, SiteRequest, WorkenvRequest};
use crate::error::{Code, Error, Result};
use crate::format::metadata::ValidationLevel;
use crate::log::{Level, Log, OnProgress};
use crate::package::package_file::PackageFile;
use std::path::PathBuf;
use std::time::Duration;

/// workenv §8.2: how long to wait for somebody who is about to remove what was found. Then it is used as it is.
const REMOVAL_TURNS: usize = 50;
const REMOVAL_POLL: Duration = Duration::from_millis(10);

pub struct PrepareOptions<'a> {
    pub machine: &'a Machine,
    /// Spec §9.1; `strict` hashes every file.
    pub level: ValidationLevel,
    /// workenv §7.8: its program did not start, so that nothing published is believed without a tree check.
    pub is_doubted: bool,
    pub log: &'a dyn Log,
    pub run_setup: &'a dyn RunSetup,
    pub on_progress: Option<&'a dyn OnProgress>,
}

/// Errors: CACHE_UNUSABLE, CACHE_FULL, TREE_DAMAGED, WORKENV_PLACE, PERSISTENT_UNUSABLE; those of a slot that does not unpack to what was
/// signed; whatever `run_setup` returns.
pub fn prepare_workenv(pkg: &PackageFile, options: &PrepareOptions) -> Result<Workenv> {
    let mut prepared = None;
    published_workenv(pkg, options, &mut |request, mut workenv, _| {
        if workenv.needs_private_slots() {
            make_private_slots(&mut workenv, request)?;
        }
        prepared = Some(workenv);
        Ok(())
    })?;
    prepared.ok_or_else(|| Error::new(Code::LaunchInternal, "no work environment was made"))
}

/// What is done with a work environment as all runs share it, without what only one run or one user has (workenv §9.1, §9.2).
pub type UsePublished<'a> = &'a mut dyn FnMut(&WorkenvRequest, Workenv, &Published) -> Result<()>;

/// As `prepare_workenv`, for who does not run the program.
pub fn published_workenv(pkg: &PackageFile, options: &PrepareOptions, work: UsePublished) -> Result<()> {
    let plan = plan_workenv(pkg, options.machine.platform)?;
    let is_cache_off = is_off(options.machine);
    let request = WorkenvRequest {
        pkg,
        plan: &plan,
        level: options.level,
        is_doubted: options.is_doubted,
        machine: options.machine,
        log: options.log,
        run_setup: options.run_setup,
        on_progress: options.on_progress,
        rejected: if is_cache_off { Rejected::Everything } else { Rejected::Roots(Vec::new()) },
    };
    let mut found = found_workenv(&request, is_cache_off)?;
    for turn in 0..REMOVAL_TURNS {
        if found.0.hold(turn > 0) {
            break;
        }
        std::thread::sleep(REMOVAL_POLL);
        found = found_workenv(&request, is_cache_off)?;
    }
    let (mut workenv, published) = found;
    if workenv.has_lazy_slots() {
        place_lazy_slots(&mut workenv, &request);
    }
    work(&request, workenv, &published)
}

fn found_workenv(request: &WorkenvRequest, is_cache_off: bool) -> Result<(Workenv, Published)> {
    let found = if is_cache_off { make(request)? } else { find_or_make(request)? };
    let published = found.published.clone();
    Ok((Workenv::new(request.plan.clone(), found), published))
}

/// workenv §6.5. Of a caller without our rights, no FLAVOR_* variable counts.
fn is_off(machine: &Machine) -> bool {
    let wish = machine.variable("FLAVOR_WORKENV_CACHE").filter(|_| !machine.is_privileged);
    wish.is_some_and(|value| value == "0" || value.eq_ignore_ascii_case("false"))
}

fn find_or_make(request: &WorkenvRequest) -> Result<PublishResult> {
    let mut rejected: Vec<PathBuf> = Vec::new();
    for rung in cache_rungs(request.machine) {
        let BaseState::Usable(base) = inspect_base(&rung, request.machine) else { continue };
        let site = site_of(base, request.pkg, request.plan);
        let system = request.machine.platform;
        let mut found = find_workenv(&site, request.pkg, request.plan, request.level, system);
        if request.is_doubted {
            found = found.doubted();
        }
        let published = match found {
            Finding::Ready(published) => return Ok(PublishResult { published, is_fresh: false }),
            Finding::Suspect(published, suspicion) => match restore_at(request, &published, suspicion) {
                Ok(Some(published)) => return Ok(PublishResult { published, is_fresh: false }),
                Ok(None) => {
                    let (name, root) = (request.name(), published.attempt.root());
                    let message = format!("{name}: {} cannot be healed: it is unpacked anew", root.display());
                    request.log.log(Level::Info, &message);
                    published
                }
                Err(Stop::Fatal(error)) => return Err(error),
                Err(Stop::Rung(failure)) => {
                    let (name, root) = (request.name(), published.attempt.root());
                    let message = format!("{name}: {} cannot be healed: {}", root.display(), failure.reason);
                    request.log.log(Level::Info, &message);
                    published
                }
            },
            Finding::Unsound(reason) => {
                let (name, base) = (request.name(), rung.path.display());
                let message = format!("{name}: the work environment in {base} cannot be used: {reason}");
                request.log.log(Level::Info, &message);
                continue;
            }
            Finding::Absent => continue,
        };
        rejected.push(published.attempt.root());
    }
    make(&WorkenvRequest { rejected: Rejected::Roots(rejected), ..request.clone() })
}

fn make(request: &WorkenvRequest) -> Result<PublishResult> {
    let made = publish_on_ladder(request, cache_rungs(request.machine))?;
    if made.is_fresh || request.level != ValidationLevel::Strict {
        return Ok(made);
    }
    // Unpacked by another run a moment ago, which is no reason to believe it.
    match restore_at(request, &made.published, Suspicion::Strict) {
        Ok(Some(published)) => Ok(PublishResult { published, is_fresh: false }),
        Err(Stop::Fatal(error)) => Err(error),
        Ok(None) | Err(Stop::Rung(_)) => Err(changed_meanwhile(&made.published)),
    }
}

fn restore_at(request: &WorkenvRequest, published: &Published, suspicion: Suspicion) -> Outcome<Option<Published>> {
    if request.is_doubted && !published.site.base.is_read_only {
        check_executable(&published.site.layout.key_lock(&published.site.key))?;
    }
    restore(SiteRequest { request, site: &published.site }, published, suspicion)
}

fn changed_meanwhile(published: &Published) -> Error {
    let root = published.attempt.root().display().to_string();
    let message = format!("{root}: was changed while it was made, expected what was signed (workenv §7.6)");
    Error::new(Code::TreeDamaged, message)
        .with("file", root)
        .hint("another program changes the cache; FLAVOR_CACHE names another place")
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
