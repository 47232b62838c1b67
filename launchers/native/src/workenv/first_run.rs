//! workenv §1.1: publishes on the first rung that can hold it.

use super::base_directory::{BaseState, inspect_base, make_base, nearest_ancestor};
use super::cache_layout::CacheLayout;
use super::find_workenv::{key_at, site_of};
use super::ladder::Rung;
use super::publish::{PublishResult, publish};
use super::rung_failure::{RungFailure, Stop};
use super::workenv_request::{SiteRequest, WorkenvRequest};
use crate::error::{Code, Error, Result};
use crate::log::Level;
use std::fs::{remove_dir, remove_file};
use std::path::{Path, PathBuf};

struct FailedRung {
    rung: Rung,
    failure: RungFailure,
}

impl FailedRung {
    fn text(&self) -> String {
        format!("{} {}: {}", self.rung.name.text(), self.rung.path.display(), self.failure.reason)
    }
}

/// Errors: CACHE_UNUSABLE, CACHE_FULL, WORKENV_PLACE; those of the package and of its setup commands.
pub fn publish_on_ladder(request: &WorkenvRequest, rungs: impl Iterator<Item = Rung>) -> Result<PublishResult> {
    let mut failed: Vec<FailedRung> = Vec::new();
    for rung in rungs {
        let standing = standing_part(&rung, request);
        let base = make_base(&rung, request.machine);
        let is_ours = base.is_ok();
        let result = base
            .map(|base| site_of(base, request.pkg, request.plan))
            .and_then(|site| publish(SiteRequest { request, site: &site }));
        match result {
            Ok(result) => {
                announce(request, &rung, &failed);
                return Ok(result);
            }
            Err(Stop::Fatal(error)) => return Err(error),
            Err(Stop::Rung(failure)) => {
                remove_empty(&rung, request, &standing, is_ours);
                failed.push(FailedRung { rung, failure });
            }
        }
    }
    Err(ladder_error(&failed))
}

/// workenv §1.1: one line, where the cache is not where the user would look for it, or will not last.
fn announce(request: &WorkenvRequest, rung: &Rung, failed: &[FailedRung]) {
    if !rung.is_private() && failed.is_empty() {
        return;
    }
    let reasons = if failed.is_empty() { "no variable names a cache directory".to_string() } else { all(failed) };
    let (name, path) = (request.name(), rung.path.display());
    request.log.log(Level::Warn, &format!("{name}: unpacked to {path} ({}): {reasons}", rung.name.text()));
}

fn all(failed: &[FailedRung]) -> String {
    failed.iter().map(FailedRung::text).collect::<Vec<_>>().join("; ")
}

/// workenv §1.3: a rung that failed is left as it was found. Directories that hold anything stay, and on a read-only file system nothing
/// was made; nor in a base that was refused, which may be somebody's link to anywhere.
fn remove_empty(rung: &Rung, request: &WorkenvRequest, standing: &Path, is_ours: bool) {
    if is_ours {
        let layout = CacheLayout::new(&rung.path);
        let _ = remove_file(layout.key_lock(&key_at(&rung.path, request.pkg, request.plan)));
        for directory in [layout.staging(), layout.slots(), layout.envs()] {
            let _ = remove_dir(directory);
        }
    }
    let _ = rung.path.ancestors().take_while(|made| *made != standing).try_for_each(remove_dir);
}

/// Of a rung's path, what is there before the rung is tried.
fn standing_part(rung: &Rung, request: &WorkenvRequest) -> PathBuf {
    match inspect_base(rung, request.machine) {
        BaseState::Absent => nearest_ancestor(&rung.path).map_or_else(|_| rung.path.clone(), Path::to_path_buf),
        _ => rung.path.clone(),
    }
}

/// One message that names each rung and its cause.
fn ladder_error(failed: &[FailedRung]) -> Error {
    let (code, what) = if failed.iter().any(|one| one.failure.is_for_space) {
        (Code::CacheFull, "there is no space for the work environment")
    } else {
        (Code::CacheUnusable, "no directory can hold the work environment")
    };
    Error::new(code, format!("{what}: {} (workenv §1.1)", all(failed)))
        .hint("set FLAVOR_CACHE to a directory of yours that has space, can be written to and may run programs")
}
