//! Spec §8.4, `prepare`: makes the work environment as all runs share it, and settles it.

use super::after_first_run::clean_after;
use super::own_file::OwnFile;
use super::prepare_launch::{LaunchOptions, open_launch};
use crate::error::Result;
use crate::workenv::materialise::materialise_slot;
use crate::workenv::prepare_workenv::published_workenv;
use crate::workenv::settle::settle_workenv;
use crate::workenv::workenv_plan::{SlotRole, slots_of};
use std::path::PathBuf;

/// What `prepare` made.
#[derive(Default)]
pub struct PreparedForAll {
    /// Absolute path of `{workenv}`.
    pub root: PathBuf,
    pub key: String,
    /// Unpacked by this run.
    pub fresh: bool,
    /// Written through to the disk, so that no start after another boot checks it.
    pub settled: bool,
}

/// With the lazy slots where they are wanted. What one run or one user has of its own (workenv §9.1, §9.2) is left to them. Errors: as
/// `prepare_launch`.
pub fn prepare_for_all(own: OwnFile, options: &LaunchOptions<'_>, with_lazy_slots: bool) -> Result<PreparedForAll> {
    let mut prepared = PreparedForAll::default();
    open_launch(own, options, &mut |pkg, prepare| {
        published_workenv(pkg, prepare, &mut |request, workenv, published| {
            if with_lazy_slots {
                for slot in slots_of(pkg, request.plan, &[SlotRole::Lazy]) {
                    materialise_slot(request, &workenv, slot)?;
                }
            }
            let settled = settle_workenv(request, published)?;
            if workenv.fresh {
                clean_after(&workenv, options);
            }
            let (root, key, fresh) = (workenv.root.clone(), workenv.key.clone(), workenv.fresh);
            prepared = PreparedForAll { root, key, fresh, settled };
            Ok(())
        })
    })?;
    Ok(prepared)
}
