//! workenv §10.5: what is done when a package was unpacked.

use super::prepare_launch::LaunchOptions;
use crate::platform::in_background;
use crate::workenv::housekeeping::Housekeeping;
use crate::workenv::machine::this_machine;
use crate::workenv::workenv::Workenv;
use std::path::PathBuf;
use std::sync::Arc;

/// Beside the program; where that cannot be, what some milliseconds are enough for.
pub fn keep_house(workenv: &Workenv, options: &LaunchOptions<'_>) {
    let Some(house) = housekeeping(workenv, options).map(Arc::new) else { return };
    let beside = Arc::clone(&house);
    let is_begun = in_background(move || {
        beside.run();
    });
    if !is_begun {
        house.run_in_line();
    }
}

/// All of it, while whoever asked waits. The paths that were removed.
pub fn clean_after(workenv: &Workenv, options: &LaunchOptions<'_>) -> Vec<PathBuf> {
    housekeeping(workenv, options).map(|house| house.run()).unwrap_or_default()
}

fn housekeeping(workenv: &Workenv, options: &LaunchOptions<'_>) -> Option<Housekeeping> {
    let machine = this_machine(options.environment.to_vec(), options.is_privileged);
    Housekeeping::after(workenv, &machine, options.log)
}
