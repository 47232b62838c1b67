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
