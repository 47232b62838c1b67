//! All that a launcher does.

use super::bare_launcher::{answer_bare, is_bare};
use super::launch_io::LaunchIo;
use super::launch_package::launch_package;
use super::launcher_cli::{is_launcher_cli, run_launcher_cli};
use super::log::LaunchLog;
use super::own_file::open_own_file;
use super::prepare_launch::LaunchOptions;
use super::privilege::trust_environment;
use crate::error::Result;
use crate::platform::{self, End, Started};
use std::ffi::{OsStr, OsString};

/// Finds itself, verifies the package behind it, and becomes its program. Comes back only with the end of a program that was spawned, or
/// with the status of a failure, which it has told (spec §8.5).
pub fn run_launcher(started: Started, io: &dyn LaunchIo) -> End {
    let Started { argv, mut environment } = started;
    let is_privileged = platform::is_privileged();
    trust_environment(&mut environment, is_privileged);
    let log = LaunchLog::new(&environment, io);
    let (invoked, arguments) = match argv.split_first() {
        Some((invoked, arguments)) => (invoked.as_os_str(), arguments),
        None => (OsStr::new(""), [].as_slice()),
    };
    let options = LaunchOptions { invoked, arguments, environment: &environment, is_privileged, io, log: &log };
    launch(&options).unwrap_or_else(|failure| {
        log.fail(&failure);
        End::Exit(failure.code().exit().into())
    })
}

fn launch(options: &LaunchOptions<'_>) -> Result<End> {
    let own = open_own_file(platform::own_links(), platform::started_path())?;
    if is_bare(&own)? {
        let answer = answer_bare(options.arguments.first().map(OsString::as_os_str), &own.path)?;
        options.io.stdout(answer.as_bytes());
        return Ok(End::Exit(0));
    }
    match is_launcher_cli(options.environment) {
        true => run_launcher_cli(own, options),
        false => launch_package(own, options),
    }
}
