//! All that the rules of the cache ask the machine, so that they can be tested as any user of any system.

use crate::format::platform::Os;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct Machine {
    pub environment: Vec<(OsString, OsString)>,
    pub platform: Os,
    /// The effective user; `None` on Windows, where files have no owner of this kind.
    pub uid: Option<u32>,
    /// Started with rights that its caller has not (AT_SECURE): the caller's FLAVOR_* variables count for nothing.
    pub is_privileged: bool,
    /// `None`: asked for when a relative path needs it, which saves a start the call.
    pub working_directory: Option<PathBuf>,
}

impl Machine {
    /// The first value, as getenv(3) has it; on Windows whatever the case of its name.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let is_it = |key: &OsStr| key == name || (self.platform == Os::Windows && key.eq_ignore_ascii_case(name));
        self.environment.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value.as_os_str())
    }

    /// A working directory that was removed makes relative paths relative to the root, where nothing of ours can be planted.
    pub fn working_directory(&self) -> PathBuf {
        let known = self.working_directory.clone();
        known.or_else(|| std::env::current_dir().ok()).unwrap_or_else(|| PathBuf::from("/"))
    }
}

pub fn this_machine(environment: Vec<(OsString, OsString)>, is_privileged: bool) -> Machine {
    Machine {
        environment,
        platform: THIS_SYSTEM,
        uid: crate::platform::user::effective_user(),
        is_privileged,
        working_directory: None,
    }
}

#[cfg(windows)]
const THIS_SYSTEM: Os = Os::Windows;
#[cfg(target_vendor = "apple")]
const THIS_SYSTEM: Os = Os::Darwin;
#[cfg(not(any(windows, target_vendor = "apple")))]
const THIS_SYSTEM: Os = Os::Linux;
