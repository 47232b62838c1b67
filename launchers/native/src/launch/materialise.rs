//! Spec §8.4, `materialise`: the place of a lazy slot, filled.

use super::environment::slot_variable;
use super::own_file::OwnFile;
use super::prepare_launch::{LaunchOptions, open_launch};
use super::variables::lookup;
use crate::error::Result;
use crate::workenv::materialise::{AskingProgram, check_same_package, lazy_slot, materialise_slot};
use crate::workenv::prepare_workenv::published_workenv;
use crate::workenv::workenv_plan::plan_workenv;
use std::path::PathBuf;

/// The program that asks runs from the published work environment, so that FLAVOR_WORKENV_CACHE, which it inherited, makes no other one.
/// Errors: SLOT_NOT_LAZY, PACKAGE_REPLACED, CACHE_UNUSABLE, CACHE_FULL, TREE_DAMAGED, and as `prepare_launch`.
pub fn materialise(own: OwnFile, options: &LaunchOptions<'_>, id: &str) -> Result<PathBuf> {
    let mut environment = options.environment.to_vec();
    environment.retain(|(name, _)| name != "FLAVOR_WORKENV_CACHE");
    let options = LaunchOptions { environment: &environment, ..*options };
    let mut place = PathBuf::new();
    open_launch(own, &options, &mut |pkg, prepare| {
        let slot = lazy_slot(pkg, &plan_workenv(pkg, prepare.machine.platform)?, id)?;
        let name = slot_variable(id);
        let asking = AskingProgram {
            package_file: lookup(&environment, "FLAVOR_PACKAGE_FILE"),
            place: lookup(&environment, &name),
        };
        check_same_package(&pkg.path, slot, &asking)?;
        published_workenv(pkg, prepare, &mut |request, workenv, _| {
            place = materialise_slot(request, &workenv, slot)?;
            Ok(())
        })
    })?;
    Ok(place)
}
