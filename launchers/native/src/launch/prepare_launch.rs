//! From a file to a work environment that is ready.

use super::environment::{EnvironmentInput, build_environment};
use super::first_run_progress::ProgressLine;
use super::launch_io::LaunchIo;
use super::levels::{level_name, validation_level};
use super::own_file::OwnFile;
use super::platform_check::{check_platform, this_platform};
use super::setup::{SetupContext, run_setup};
use super::variables::{Variable, lookup};
use crate::error::{Code, Error, Result};
use crate::format::metadata::{Metadata, SetupCommand};
use crate::format::placeholders::Values;
use crate::format::platform::Platform;
use crate::log::{Level, Log};
use crate::package::package_file::{PackageFile, open_package};
use crate::workenv::machine::this_machine;
use crate::workenv::prepare_workenv::{PrepareOptions, prepare_workenv};
use crate::workenv::workenv::Workenv;
use crate::workenv::workenv_request::RunSetup;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

#[derive(Clone, Copy)]
pub struct LaunchOptions<'a> {
    /// argv[0] as the user typed it.
    pub invoked: &'a OsStr,
    /// What follows.
    pub arguments: &'a [OsString],
    /// Already without what a caller with fewer rights must not decide.
    pub environment: &'a [Variable],
    pub is_privileged: bool,
    pub io: &'a dyn LaunchIo,
    pub log: &'a dyn Log,
}

/// A verified package that is unpacked and ready.
pub struct PreparedLaunch {
    pub pkg: PackageFile,
    pub workenv: Workenv,
    pub values: Values,
    /// All of the program's environment (spec §7.1).
    pub variables: Vec<Variable>,
}

/// Opens and verifies the package, checks that it fits this machine, and makes its work environment ready. The signature counts at
/// every level: no variable of ours makes anything run that was not signed (spec §9.1).
pub fn prepare_launch(own: OwnFile, options: &LaunchOptions<'_>) -> Result<PreparedLaunch> {
    let platform = this_platform()?;
    let pkg = open_package(&own.path, own.file)?;
    let metadata = &pkg.metadata;
    check_platform(metadata, platform)?;
    let level = validation_level(lookup(options.environment, "FLAVOR_VALIDATION"), metadata);
    let package = &metadata.package;
    options.log.log(Level::Debug, &[&package.name, " ", &package.version, ", level ", level_name(level)].concat());
    let progress = ProgressLine::new(options.io, &package.name);
    let machine = this_machine(options.environment.to_vec(), options.is_privileged);
    let prepared = prepare_workenv(
        &pkg,
        &PrepareOptions {
            machine: &machine,
            level,
            log: &ClearingLog { progress: &progress, log: options.log },
            run_setup: &Setup { metadata, platform, options },
            on_progress: Some(&progress),
        },
    );
    progress.clear();
    let workenv = prepared?;
    let values = values_of(metadata, platform, &workenv.root, &workenv.slot_paths(&pkg))?;
    let variables = variables_for(options, metadata, &values, &workenv.slot_directories(&pkg))?;
    Ok(PreparedLaunch { pkg, workenv, values, variables })
}

struct Setup<'a> {
    metadata: &'a Metadata,
    platform: Platform,
    options: &'a LaunchOptions<'a>,
}

impl RunSetup for Setup<'_> {
    fn run(&self, commands: &[SetupCommand], root: &Path, slot_paths: &[PathBuf]) -> Result<()> {
        let values = values_of(self.metadata, self.platform, root, slot_paths)?;
        let variables = variables_for(self.options, self.metadata, &values, &[])?;
        run_setup(commands, &SetupContext { values: &values, variables: &variables, log: self.options.log })
    }
}

/// A line of the log starts where the progress stood.
struct ClearingLog<'a> {
    progress: &'a ProgressLine<'a>,
    log: &'a dyn Log,
}

impl Log for ClearingLog<'_> {
    fn log(&self, level: Level, message: &str) {
        self.progress.clear();
        self.log.log(level, message);
    }
}

/// Placeholders are put into texts, so that the place of the cache must be one.
fn values_of(metadata: &Metadata, platform: Platform, root: &Path, slots: &[PathBuf]) -> Result<Values> {
    Ok(Values {
        workenv: text_of(root)?,
        package_name: metadata.package.name.clone(),
        version: metadata.package.version.clone(),
        os: platform.os.name().to_owned(),
        arch: platform.arch.name().to_owned(),
        platform: platform.name(),
        primary_slot: metadata.execution.primary_slot,
        slots: slots.iter().map(|path| text_of(path)).collect::<Result<_>>()?,
    })
}

fn text_of(path: &Path) -> Result<String> {
    match path.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => {
            let shown = path.to_string_lossy();
            let message = [&shown, ": is not UTF-8, expected a place that can be put into texts (spec §5.5)"].concat();
            let hint = "set FLAVOR_CACHE to a directory with another name";
            Err(Error::new(Code::CacheUnusable, message).with("file", shown).hint(hint))
        }
    }
}

fn variables_for(
    options: &LaunchOptions<'_>,
    metadata: &Metadata,
    values: &Values,
    slot_directories: &[(String, PathBuf)],
) -> Result<Vec<Variable>> {
    let LaunchOptions { environment: inherited, invoked, log, .. } = *options;
    let built = build_environment(&EnvironmentInput { inherited, metadata, values, invoked, slot_directories })?;
    for name in built.missing {
        log.log(Level::Info, &["runtime.env.pass names ", &name, ", which is not set"].concat());
    }
    Ok(built.variables)
}
