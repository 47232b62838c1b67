//! One wish for a work environment.

use super::find_workenv::{Published, Site};
use super::machine::Machine;
use super::workenv_plan::WorkenvPlan;
use crate::error::Result;
use crate::format::metadata::{SetupCommand, ValidationLevel};
use crate::log::{Log, OnProgress};
use crate::package::package_file::PackageFile;
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// Runs the setup commands of a package; `slot_paths` is the place of each slot, by index.
pub trait RunSetup {
    fn run(&self, commands: &[SetupCommand], root: &Path, slot_paths: &[PathBuf]) -> Result<()>;
}

/// What another run has published and this one does not take (workenv §6.5, §7.6).
#[derive(Clone, Debug)]
pub enum Rejected {
    Everything,
    Roots(Vec<PathBuf>),
}

#[derive(Clone)]
pub struct WorkenvRequest<'a> {
    pub pkg: &'a PackageFile,
    pub plan: &'a WorkenvPlan,
    pub level: ValidationLevel,
    /// workenv §7.8.
    pub is_doubted: bool,
    pub machine: &'a Machine,
    pub log: &'a dyn Log,
    pub run_setup: &'a dyn RunSetup,
    pub on_progress: Option<&'a dyn OnProgress>,
    pub rejected: Rejected,
}

impl WorkenvRequest<'_> {
    pub fn name(&self) -> &str {
        &self.pkg.metadata.package.name
    }

    pub fn accepts(&self, published: &Published) -> bool {
        match &self.rejected {
            Rejected::Everything => false,
            Rejected::Roots(roots) => !roots.contains(&published.attempt.root()),
        }
    }
}

/// The same wish, at one place.
#[derive(Clone, Copy)]
pub struct SiteRequest<'a> {
    pub request: &'a WorkenvRequest<'a>,
    pub site: &'a Site,
}

impl<'a> Deref for SiteRequest<'a> {
    type Target = WorkenvRequest<'a>;

    fn deref(&self) -> &WorkenvRequest<'a> {
        self.request
    }
}

impl SiteRequest<'_> {
    /// Spec §4.7: hashes of what was encrypted are for nobody else.
    pub fn listing_mode(&self) -> u16 {
        let is_secret = self.pkg.slots.iter().any(|slot| slot.is_encrypted());
        if is_secret { 0o600 } else { self.site.base.file_mode }
    }
}
