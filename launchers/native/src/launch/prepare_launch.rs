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
use crate::platform::FileLimitIsError;
use crate::platform::umask::OwnerMask;
use crate::trust::keyring::check_pinned_keys;
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
    pub workenv: Workenv,
    pub values: Values,
    /// All of the program's environment (spec §7.1).
    pub variables: Vec<Variable>,
}

/// Opens and verifies the package, and checks that its key may sign it (trust §9) and that it fits this machine. The signature counts at every level: no variable of ours makes
/// anything run that was not signed (spec §9.1).
pub fn open_for_launch(own: OwnFile, options: &LaunchOptions<'_>) -> Result<PackageFile> {
    let pkg = open_package(&own.path, own.file)?;
    check_pinned_keys(&pkg, &this_machine(options.environment.to_vec(), options.is_privileged))?;
    check_platform(&pkg.metadata, this_platform()?)?;
    Ok(pkg)
}

/// Makes the work environment of a package that `open_for_launch` has opened ready; `is_doubted` as in `PrepareOptions`.
pub fn prepare_launch(pkg: &PackageFile, options: &LaunchOptions<'_>, is_doubted: bool) -> Result<PreparedLaunch> {
    let mut prepared = None;
    use_package(pkg, options, is_doubted, &mut |pkg, options| {
        prepared = Some(prepare_workenv(pkg, options)?);
        Ok(())
    })?;
    let workenv = prepared.ok_or_else(|| Error::new(Code::LaunchInternal, "no work environment was made"))?;
    let values = values_of(&pkg.metadata, this_platform()?, &workenv.root, &workenv.slot_paths(pkg))?;
    let variables = variables_for(options, pkg, &values, Some(&workenv))?;
    Ok(PreparedLaunch { workenv, values, variables })
}

/// Values and variables of a launch without a work environment (workenv §1.4): no text that names one is ever made of them.
#[cfg(target_os = "linux")]
pub fn this_launch(pkg: &PackageFile, options: &LaunchOptions<'_>) -> Result<(Values, Vec<Variable>)> {
    let slots = vec![PathBuf::new(); pkg.slots.len()];
    let values = values_of(&pkg.metadata, this_platform()?, Path::new(""), &slots)?;
    let variables = variables_for(options, pkg, &values, None)?;
    Ok((values, variables))
}

/// What is done with a verified package that fits this machine.
pub type UsePackage<'a> = &'a mut dyn FnMut(&PackageFile, &PrepareOptions) -> Result<()>;

/// For what is no launch: opens, and shows the progress of what `work` unpacks.
pub fn open_launch(own: OwnFile, options: &LaunchOptions<'_>, work: UsePackage) -> Result<PackageFile> {
    let pkg = open_for_launch(own, options)?;
    use_package(&pkg, options, false, work)?;
    Ok(pkg)
}

fn use_package(pkg: &PackageFile, options: &LaunchOptions<'_>, is_doubted: bool, work: UsePackage) -> Result<()> {
    let (metadata, platform) = (&pkg.metadata, this_platform()?);
    let level = validation_level(lookup(options.environment, "FLAVOR_VALIDATION"), metadata);
    let package = &metadata.package;
    options.log.log(Level::Debug, &[&package.name, " ", &package.version, ", level ", level_name(level)].concat());
    let progress = ProgressLine::new(options.io, &package.name);
    let machine = this_machine(options.environment.to_vec(), options.is_privileged);
    let _lifted = OwnerMask::lift();
    let _limit = FileLimitIsError::begin();
    let done = work(
        pkg,
        &PrepareOptions {
            machine: &machine,
            level,
            is_doubted,
            log: &ClearingLog { progress: &progress, log: options.log },
            run_setup: &Setup { pkg, platform, options },
            on_progress: Some(&progress),
        },
    );
    progress.clear();
    done
}

struct Setup<'a> {
    pkg: &'a PackageFile,
    platform: Platform,
    options: &'a LaunchOptions<'a>,
}

impl RunSetup for Setup<'_> {
    fn run(&self, commands: &[SetupCommand], root: &Path, slot_paths: &[PathBuf]) -> Result<()> {
        let values = values_of(&self.pkg.metadata, self.platform, root, slot_paths)?;
        let variables = variables_for(self.options, self.pkg, &values, None)?;
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
    pkg: &PackageFile,
    values: &Values,
    workenv: Option<&Workenv>,
) -> Result<Vec<Variable>> {
    let LaunchOptions { environment: inherited, invoked, log, .. } = *options;
    let slot_directories = workenv.map_or(Vec::new(), |workenv| workenv.slot_directories(pkg));
    let built = build_environment(&EnvironmentInput {
        inherited,
        metadata: &pkg.metadata,
        values,
        invoked,
        slot_directories: &slot_directories,
        package_file: workenv.filter(|workenv| workenv.has_lazy_slots()).map(|_| pkg.path.as_path()),
    })?;
    for name in built.missing {
        log.log(Level::Info, &["runtime.env.pass names ", &name, ", which is not set"].concat());
    }
    Ok(built.variables)
}
