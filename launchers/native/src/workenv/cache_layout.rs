//! workenv §2: every path in a base.

use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub struct CacheLayout {
    pub base: PathBuf,
}

impl CacheLayout {
    pub fn new(base: &Path) -> Self {
        CacheLayout { base: base.to_path_buf() }
    }

    pub fn envs(&self) -> PathBuf {
        self.base.join("envs")
    }

    pub fn slots(&self) -> PathBuf {
        self.base.join("slots")
    }

    pub fn staging(&self) -> PathBuf {
        self.base.join("staging")
    }

    pub fn runs(&self) -> PathBuf {
        self.base.join("runs")
    }

    pub fn seal(&self, key: &str) -> PathBuf {
        in_envs(self.envs(), &[key, ".seal"])
    }

    pub fn key_lock(&self, key: &str) -> PathBuf {
        in_envs(self.envs(), &[key, ".lock"])
    }

    pub fn attempt(&self, key: &str, number: u32) -> AttemptLayout {
        let mut directory = in_envs(self.envs(), &[key, "."]).into_os_string();
        directory.push(number.to_string());
        AttemptLayout { directory: directory.into(), number }
    }

    pub fn shared(&self, tree: &str) -> SharedLayout {
        SharedLayout { directory: in_envs(self.slots(), &[tree]) }
    }
}

fn in_envs(mut directory: PathBuf, name: &[&str]) -> PathBuf {
    directory.push(name.concat());
    directory
}

/// `path` with `.lock` behind it (workenv §8.2).
pub fn lock_of(path: &Path) -> PathBuf {
    let mut lock = path.as_os_str().to_os_string();
    lock.push(".lock");
    lock.into()
}

/// workenv §2: one attempt.
#[derive(Clone, Debug)]
pub struct AttemptLayout {
    pub directory: PathBuf,
    pub number: u32,
}

impl AttemptLayout {
    pub fn lock(&self) -> PathBuf {
        lock_of(&self.directory)
    }

    pub fn root(&self) -> PathBuf {
        self.directory.join("root")
    }

    pub fn about(&self) -> PathBuf {
        self.directory.join("about")
    }

    pub fn listings(&self) -> PathBuf {
        self.directory.join("listing")
    }

    pub fn listing(&self, slot: usize) -> PathBuf {
        self.listings().join(slot.to_string())
    }

    pub fn setup_listing(&self) -> PathBuf {
        self.listings().join("setup")
    }

    pub fn seal(&self) -> PathBuf {
        self.directory.join("seal")
    }

    pub fn settled(&self) -> PathBuf {
        self.directory.join("settled")
    }
}

/// workenv §2: one shared slot.
#[derive(Clone, Debug)]
pub struct SharedLayout {
    pub directory: PathBuf,
}

impl SharedLayout {
    pub fn lock(&self) -> PathBuf {
        lock_of(&self.directory)
    }

    pub fn tree(&self) -> PathBuf {
        self.directory.join("tree")
    }

    pub fn listing(&self) -> PathBuf {
        self.directory.join("listing")
    }

    pub fn checked(&self) -> PathBuf {
        self.directory.join("checked")
    }
}
