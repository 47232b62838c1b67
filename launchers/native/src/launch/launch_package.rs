//! Becoming the program of a package.

use super::after_first_run::keep_house;
use super::command::{Invocation, ProgramCall, build_command};
use super::exec::{ExecMode, exec_mode, spawn_program};
#[cfg(target_os = "linux")]
use super::memory_program::launch_from_memory;
use super::own_file::OwnFile;
use super::prepare_launch::{LaunchOptions, PreparedLaunch, open_for_launch, prepare_launch};
use super::variables::{Variable, lookup};
use crate::error::{Code, Error, Result};
use crate::log::Level;
use crate::package::package_file::PackageFile;
use crate::platform::End;
use std::path::Path;

/// What a work environment that is ready is started with.
type Command<'a> = &'a dyn Fn(&PreparedLaunch) -> Result<ProgramCall>;

/// Verifies a package, unpacks it where that was not done yet, and becomes its program. Comes back only where the program had to be
/// spawned.
pub fn launch_package(own: OwnFile, options: &LaunchOptions<'_>) -> Result<End> {
    let pkg = open_for_launch(own, options)?;
    let invocation = Invocation {
        invoked: options.invoked,
        user_arguments: options.arguments,
        requested: lookup(options.environment, "FLAVOR_COMMAND"),
    };
    let handed = hand_over(&pkg, options, &|prepared| build_command(&pkg.metadata, &prepared.values, &invocation));
    #[cfg(target_os = "linux")]
    if let Err(failure) = handed {
        return match failure.code() {
            Code::CacheUnusable | Code::CacheFull => launch_from_memory(&pkg, options, &invocation, failure),
            _ => Err(failure),
        };
    }
    handed
}

/// Becomes the program, or waits for it. workenv §7.8: where it does not start, once more from a tree that was checked and healed.
pub fn hand_over(pkg: &PackageFile, options: &LaunchOptions<'_>, command: Command<'_>) -> Result<End> {
    let mut is_doubted = false;
    loop {
        let prepared = prepare_launch(pkg, options, is_doubted)?;
        let call = command(&prepared)?;
        let root = prepared.workenv.root.clone();
        match start(&call, prepared, options) {
            Err(fault) if !is_doubted && may_be_damaged(&call, &root, &fault) => {
                let (name, program) = (&pkg.metadata.package.name, call.program.to_string_lossy());
                let cause = fault.detail().iter().find(|(key, _)| *key == "got").map_or("", |(_, name)| name);
                let message = [name, ": ", &program, " did not start (", cause, "), checking its work environment"];
                options.log.log(Level::Info, &message.concat());
                is_doubted = true;
            }
            end => return end,
        }
    }
}

/// workenv §7.8: whatever the system says of a program in the tree or of its interpreter, but that arguments are too long.
fn may_be_damaged(call: &ProgramCall, root: &Path, fault: &Error) -> bool {
    fault.code() != Code::ProgramArguments && Path::new(&call.program).starts_with(root)
}

fn start(call: &ProgramCall, mut prepared: PreparedLaunch, options: &LaunchOptions<'_>) -> Result<End> {
    if prepared.workenv.fresh {
        keep_house(&prepared.workenv, options);
    }
    match exec_mode(options.environment) {
        ExecMode::Exec => prepared.workenv.hold_across_exec(),
        ExecMode::Spawn => _ = prepared.workenv.hold(false),
    }
    // What was made for this run alone goes with `prepared`.
    start_program(call, &prepared.variables, options)
}

/// Comes back from a program that was spawned, and where it could not be started.
pub(super) fn start_program(call: &ProgramCall, variables: &[Variable], options: &LaunchOptions<'_>) -> Result<End> {
    let mode = exec_mode(options.environment);
    let name = if mode == ExecMode::Exec { "exec" } else { "spawn" };
    let count = call.argv.len().saturating_sub(1).to_string();
    let message = [name, " ", &call.program.to_string_lossy(), ", ", &count, " arguments"].concat();
    options.log.log(Level::Debug, &message);
    #[cfg(unix)]
    if mode == ExecMode::Exec {
        return Err(super::exec::exec_program(call, variables));
    }
    spawn_program(call, variables)
}
