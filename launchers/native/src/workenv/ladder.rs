//! workenv §1.1: the bases to try, in this order. Says nothing about what is there.

use super::machine::Machine;
use super::plain_path::{is_absolute, joined, resolved};
use crate::format::platform::Os;
use std::ffi::OsStr;
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RungName {
    FlavorCache,
    Cache,
    Runtime,
    Temporary,
    Memory,
}

impl RungName {
    pub fn text(self) -> &'static str {
        match self {
            RungName::FlavorCache => "FLAVOR_CACHE",
            RungName::Cache => "cache",
            RungName::Runtime => "runtime",
            RungName::Temporary => "temporary",
            RungName::Memory => "memory",
        }
    }
}

/// A directory that may become the base of the cache.
#[derive(Clone, Debug)]
pub struct Rung {
    pub name: RungName,
    pub path: PathBuf,
}

impl Rung {
    /// Where everybody may make directories, only one of mode 0700 is ours (workenv §1.2).
    pub fn is_private(&self) -> bool {
        !matches!(self.name, RungName::FlavorCache | RungName::Cache)
    }
}

/// One rung after the other: a warm start makes the first alone.
pub fn cache_rungs(machine: &Machine) -> impl Iterator<Item = Rung> {
    (0..6).filter_map(move |step| rung_at(machine, step))
}

fn rung_at(machine: &Machine, step: u8) -> Option<Rung> {
    let system = machine.platform;
    let (name, path) = match step {
        0 => (RungName::FlavorCache, explicit(machine)?),
        1 => (RungName::Cache, cache_directory(machine)?),
        2 if system == Os::Windows => (RungName::Temporary, joined(absolute(machine, "TEMP")?, "flavor", system)),
        _ if system == Os::Windows => return None,
        2 => (RungName::Runtime, joined(absolute(machine, "XDG_RUNTIME_DIR")?, "flavor", system)),
        3 => (RungName::Temporary, for_user("/var/tmp", machine)),
        4 => (RungName::Temporary, for_user("/tmp", machine)),
        _ if system == Os::Linux => (RungName::Memory, for_user("/dev/shm", machine)),
        _ => return None,
    };
    Some(Rung { name, path })
}

fn explicit(machine: &Machine) -> Option<PathBuf> {
    let path = machine.variable("FLAVOR_CACHE").filter(|path| !machine.is_privileged && !path.is_empty())?;
    if is_absolute(path, machine.platform) {
        return Some(resolved(OsStr::new(""), path, machine.platform));
    }
    Some(resolved(machine.working_directory().as_os_str(), path, machine.platform))
}

fn cache_directory(machine: &Machine) -> Option<PathBuf> {
    let system = machine.platform;
    match system {
        Os::Windows => Some(joined(absolute(machine, "LOCALAPPDATA")?, "flavor", system)),
        Os::Darwin => Some(joined(absolute(machine, "HOME")?, "Library/Caches/flavor", system)),
        Os::Linux => match absolute(machine, "XDG_CACHE_HOME") {
            Some(configured) => Some(joined(configured, "flavor", system)),
            None => Some(joined(absolute(machine, "HOME")?, ".cache/flavor", system)),
        },
    }
}

fn for_user(directory: &str, machine: &Machine) -> PathBuf {
    PathBuf::from(format!("{directory}/flavor-{}", machine.uid.unwrap_or(0)))
}

/// A relative path in a variable counts as none, as XDG demands: it would mean another place in each working directory.
pub fn absolute<'a>(machine: &'a Machine, variable: &str) -> Option<&'a OsStr> {
    machine.variable(variable).filter(|path| is_absolute(path, machine.platform))
}
