//! Becoming the program of a package.

use super::after_first_run::keep_house;
use super::command::{Invocation, ProgramCall, build_command};
use super::exec::{ExecMode, exec_mode, spawn_program};
use super::own_file::OwnFile;
use super::prepare_launch::{LaunchOptions, PreparedLaunch, prepare_launch};
use super::variables::lookup;
use crate::error::Result;
use crate::log::Level;
use crate::platform::End;

/// Verifies a package, unpacks it where that was not done yet, and becomes its program. Comes back only where the program had to be
/// spawned.
pub fn launch_package(own: OwnFile, options: &LaunchOptions<'_>) -> Result<End> {
    let prepared = prepare_launch(own, options)?;
    let invocation = Invocation {
        invoked: options.invoked,
        user_arguments: options.arguments,
        requested: lookup(options.environment, "FLAVOR_COMMAND"),
    };
    let call = build_command(&prepared.pkg.metadata, &prepared.values, &invocation)?;
    hand_over(&call, prepared, options)
}

/// Becomes the program, or waits for it.
pub fn hand_over(call: &ProgramCall, mut prepared: PreparedLaunch, options: &LaunchOptions<'_>) -> Result<End> {
    let mode = exec_mode(options.environment);
    let name = if mode == ExecMode::Exec { "exec" } else { "spawn" };
    let count = call.argv.len().saturating_sub(1).to_string();
    let message = [name, " ", &call.program.to_string_lossy(), ", ", &count, " arguments"].concat();
    options.log.log(Level::Debug, &message);
    if prepared.workenv.fresh {
        keep_house(&prepared.workenv, options);
    }
    #[cfg(unix)]
    if mode == ExecMode::Exec {
        prepared.workenv.hold_across_exec();
        return Err(super::exec::exec_program(call, &prepared.variables));
    }
    prepared.workenv.hold();
    // What was made for this run alone goes with `prepared`.
    spawn_program(call, &prepared.variables)
}
