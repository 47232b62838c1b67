//! workenv §1.4: the last rung of the ladder. A package that is one program runs from memory where no directory can hold it.

use super::command::{Invocation, build_command};
use super::launch_package::start_program;
use super::prepare_launch::{LaunchOptions, this_launch};
use crate::error::{Code, Error, Result};
use crate::log::Level;
use crate::package::extract::decode_file;
use crate::package::package_file::PackageFile;
use crate::platform::{End, MemoryProgram, error_name, memory_file, seal_program};
use crate::workenv::machine::this_machine;
use crate::workenv::single_program::single_program;
use crate::workenv::workenv_plan::plan_workenv;
use std::io::{self, Write};

/// `failure` says why there is no work environment, and is the error where this rung does not work either. Errors beside it: those of a
/// slot that does not decode to what was signed, and of a program that does not start.
pub fn launch_from_memory(
    pkg: &PackageFile,
    options: &LaunchOptions<'_>,
    invocation: &Invocation<'_>,
    failure: Error,
) -> Result<End> {
    let machine = this_machine(Vec::new(), options.is_privileged);
    let plan = plan_workenv(pkg, machine.platform)?;
    let Some(slot) = single_program(pkg, &plan) else { return Err(failure) };
    let program = match memory_file() {
        Err(error) => return Err(with_reason(&failure, &error)),
        Ok(mut file) => {
            let mut fault = None;
            let decoded = decode_file(pkg, slot, &mut |bytes| match file.write_all(bytes) {
                Ok(()) => Ok(()),
                Err(error) => {
                    let refused = Error::new(Code::OutputWrite, error.to_string());
                    fault = Some(error);
                    Err(refused)
                }
            });
            match (fault, decoded) {
                (Some(error), _) => return Err(with_reason(&failure, &error)),
                (None, decoded) => decoded?,
            }
            match sealed(file) {
                Ok(program) => program,
                Err(error) => return Err(with_reason(&failure, &error)),
            }
        }
    };
    let name = &pkg.metadata.package.name;
    options.log.log(Level::Warn, &[name, ": runs from memory (memfd): ", failure.message()].concat());
    let (values, variables) = this_launch(pkg, options)?;
    let mut call = build_command(&pkg.metadata, &values, invocation)?;
    call.program = program.path.clone().into_os_string();
    start_program(&call, &variables, options)
}

/// The kernel finds the program by a path, which is not there where /proc is not mounted.
fn sealed(file: std::fs::File) -> io::Result<MemoryProgram> {
    let program = seal_program(file)?;
    std::fs::metadata(&program.path)?;
    Ok(program)
}

fn with_reason(failure: &Error, error: &io::Error) -> Error {
    let message = [failure.message(), "; memfd: the system refuses (", &error_name(error), ")"].concat();
    Error::new(failure.code(), message).hint(failure.hint_text().unwrap_or_default())
}
