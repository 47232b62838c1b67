//! Handing over: `exec` becomes the program; `spawn` starts it as a child and waits. Windows only has the latter.

use super::command::ProgramCall;
use super::program_fault::program_fault;
use super::variables::{Variable, lookup};
#[cfg(unix)]
use crate::error::Error;
use crate::error::Result;
use crate::platform::{self, End};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecMode {
    Exec,
    Spawn,
}

/// Spec §7.4: FLAVOR_EXEC_MODE; a system that cannot replace a process spawns.
pub fn exec_mode(environment: &[Variable]) -> ExecMode {
    match lookup(environment, "FLAVOR_EXEC_MODE") {
        Some(mode) if mode == "spawn" => ExecMode::Spawn,
        _ if cfg!(unix) => ExecMode::Exec,
        _ => ExecMode::Spawn,
    }
}

/// Comes back only by failing: PROGRAM_MISSING, PROGRAM_REFUSED, PROGRAM_FORMAT, PROGRAM_INTERPRETER, PROGRAM_ARGUMENTS, PROGRAM_START.
#[cfg(unix)]
pub fn exec_program(call: &ProgramCall, variables: &[Variable]) -> Error {
    program_fault(call, &platform::become_program(&call.program, &call.argv, variables))
}

/// Starts the program as a child, waits for it, and comes back with the exit status, or the signal that it died of. Fails as
/// `exec_program`.
pub fn spawn_program(call: &ProgramCall, variables: &[Variable]) -> Result<End> {
    platform::run_program(&call.program, &call.argv, variables).map_err(|error| program_fault(call, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spawn_spawns() {
        let mode = |value: &str| exec_mode(&[("FLAVOR_EXEC_MODE".into(), value.into())]);
        assert_eq!(mode("spawn"), ExecMode::Spawn);
        let usual = if cfg!(unix) { ExecMode::Exec } else { ExecMode::Spawn };
        assert_eq!([mode("exec"), mode("SPAWN"), exec_mode(&[])], [usual; 3]);
    }
}
