//! Spec §3.2: what a slot is for and when it is there, by our own names.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Data,
    Code,
    Config,
    Media,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    Init,
    Startup,
    Runtime,
    Shutdown,
    Cache,
    Temporary,
    Lazy,
    Eager,
    Dev,
    Config,
    Platform,
    Volatile,
    Persistent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotPlatform {
    Any,
    Linux,
    Macos,
    Windows,
}

/// Bytes below these have a meaning in a descriptor.
pub const PURPOSE_BYTES: u8 = 4;
pub const LIFECYCLE_BYTES: u8 = 11;
pub const PLATFORM_BYTES: u8 = 4;

/// What references write for strings that they do not know.
pub const FOREIGN_PURPOSE: u8 = 0;
pub const FOREIGN_LIFECYCLE: u8 = 2;

impl Purpose {
    /// What a purpose of any builder means: the references have names of their own, and take all others for data.
    pub fn of(text: &str) -> Self {
        match text {
            "code" | "runtime" => Purpose::Code,
            "config" | "tool" => Purpose::Config,
            "media" => Purpose::Media,
            _ => Purpose::Data,
        }
    }

    /// Of a descriptor.
    pub fn byte(self) -> u8 {
        self as u8
    }

    pub fn name(self) -> &'static str {
        match self {
            Purpose::Data => "data",
            Purpose::Code => "code",
            Purpose::Config => "config",
            Purpose::Media => "media",
        }
    }
}

impl Lifecycle {
    /// What a lifecycle of any builder means: the references have names of their own, and take all others for `runtime`.
    pub fn of(text: &str) -> Self {
        match text {
            "init" | "initialization" => Lifecycle::Init,
            "startup" => Lifecycle::Startup,
            "shutdown" => Lifecycle::Shutdown,
            "cache" | "cached" => Lifecycle::Cache,
            "temporary" | "temp" => Lifecycle::Temporary,
            "lazy" => Lifecycle::Lazy,
            "eager" => Lifecycle::Eager,
            "dev" | "development" => Lifecycle::Dev,
            "config" => Lifecycle::Config,
            "platform" => Lifecycle::Platform,
            "volatile" => Lifecycle::Volatile,
            "persistent" => Lifecycle::Persistent,
            _ => Lifecycle::Runtime,
        }
    }

    /// Of a descriptor: `volatile` and `persistent` have none, theirs say `runtime`.
    pub fn byte(self) -> u8 {
        match self {
            Lifecycle::Volatile | Lifecycle::Persistent => Lifecycle::Runtime as u8,
            numbered => numbered as u8,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Lifecycle::Init => "init",
            Lifecycle::Startup => "startup",
            Lifecycle::Runtime => "runtime",
            Lifecycle::Shutdown => "shutdown",
            Lifecycle::Cache => "cache",
            Lifecycle::Temporary => "temporary",
            Lifecycle::Lazy => "lazy",
            Lifecycle::Eager => "eager",
            Lifecycle::Dev => "dev",
            Lifecycle::Config => "config",
            Lifecycle::Platform => "platform",
            Lifecycle::Volatile => "volatile",
            Lifecycle::Persistent => "persistent",
        }
    }
}

impl SlotPlatform {
    /// Nothing for a text that is none of the four.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "any" => Some(SlotPlatform::Any),
            "linux" => Some(SlotPlatform::Linux),
            "macos" => Some(SlotPlatform::Macos),
            "windows" => Some(SlotPlatform::Windows),
            _ => None,
        }
    }

    /// Of a descriptor.
    pub fn byte(self) -> u8 {
        self as u8
    }

    pub fn name(self) -> &'static str {
        match self {
            SlotPlatform::Any => "any",
            SlotPlatform::Linux => "linux",
            SlotPlatform::Macos => "macos",
            SlotPlatform::Windows => "windows",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_2_names_stand_for_their_bytes() {
        let purposes = ["data", "code", "config", "media"];
        for (byte, name) in purposes.iter().enumerate() {
            assert_eq!((usize::from(Purpose::of(name).byte()), Purpose::of(name).name()), (byte, *name));
        }
        assert_eq!(purposes.len(), usize::from(PURPOSE_BYTES));
        let lifecycles = [
            "init",
            "startup",
            "runtime",
            "shutdown",
            "cache",
            "temporary",
            "lazy",
            "eager",
            "dev",
            "config",
            "platform",
        ];
        for (byte, name) in lifecycles.iter().enumerate() {
            assert_eq!((usize::from(Lifecycle::of(name).byte()), Lifecycle::of(name).name()), (byte, *name));
        }
        assert_eq!(lifecycles.len(), usize::from(LIFECYCLE_BYTES));
        let platforms = ["any", "linux", "macos", "windows"];
        for (byte, name) in platforms.iter().enumerate() {
            let platform = SlotPlatform::of(name).unwrap();
            assert_eq!((usize::from(platform.byte()), platform.name()), (byte, *name));
        }
        assert_eq!(platforms.len(), usize::from(PLATFORM_BYTES));
        assert_eq!(SlotPlatform::of("darwin"), None);
    }

    #[test]
    fn s3_2_words_of_the_references_mean_ours() {
        let purposes = ["payload", "runtime", "tool", "anything", ""].map(|text| Purpose::of(text).name());
        assert_eq!(purposes, ["data", "code", "config", "data", "data"]);
        let lifecycles = ["temp", "cached", "development", "initialization", "anything", "volatile", "persistent"];
        let found = lifecycles.map(|text| (Lifecycle::of(text).name(), Lifecycle::of(text).byte()));
        let expected = [
            ("temporary", 5),
            ("cache", 4),
            ("dev", 8),
            ("init", 0),
            ("runtime", 2),
            ("volatile", 2),
            ("persistent", 2),
        ];
        assert_eq!(found, expected);
    }
}
