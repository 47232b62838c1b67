//! Spec §5.3: systems and processors by the names of the metadata.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    Linux,
    Darwin,
    Windows,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    Amd64,
    Arm64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibcKind {
    Glibc,
    Musl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    pub os: Os,
    pub arch: Arch,
}

impl Os {
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "linux" => Some(Os::Linux),
            "darwin" => Some(Os::Darwin),
            "windows" => Some(Os::Windows),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Os::Linux => "linux",
            Os::Darwin => "darwin",
            Os::Windows => "windows",
        }
    }
}

impl Arch {
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "amd64" => Some(Arch::Amd64),
            "arm64" => Some(Arch::Arm64),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Arch::Amd64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }
}

impl LibcKind {
    pub fn name(self) -> &'static str {
        match self {
            LibcKind::Glibc => "glibc",
            LibcKind::Musl => "musl",
        }
    }
}

impl Platform {
    /// What this launcher was built for; nothing where packages have no name for it.
    pub fn current() -> Option<Self> {
        let os = match std::env::consts::OS {
            "macos" => Os::Darwin,
            name => Os::of(name)?,
        };
        let arch = match std::env::consts::ARCH {
            "x86_64" => Arch::Amd64,
            "aarch64" => Arch::Arm64,
            _ => return None,
        };
        Some(Platform { os, arch })
    }

    /// Spec §5.5: `{platform}`, such as `linux_amd64`.
    pub fn name(self) -> String {
        [self.os.name(), self.arch.name()].join("_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_3_names_stand_for_themselves() {
        for name in ["linux", "darwin", "windows"] {
            assert_eq!(Os::of(name).unwrap().name(), name);
        }
        for name in ["amd64", "arm64"] {
            assert_eq!(Arch::of(name).unwrap().name(), name);
        }
        assert_eq!(Os::of("macos"), None);
        assert_eq!(Arch::of("x86_64"), None);
    }

    #[test]
    fn s5_5_every_launcher_that_is_built_knows_its_platform() {
        let platform = Platform::current().unwrap();
        assert_eq!(platform.name(), format!("{}_{}", platform.os.name(), platform.arch.name()));
    }
}
