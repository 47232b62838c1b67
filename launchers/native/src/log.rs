//! Spec §7.4: what a launch tells. Never the value of a variable or an argument: they hold secrets.

/// From the fewest lines to the most; a wish for one level means all before it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Where lines go. Rooms below `launch` know only this.
pub trait Log: Sync {
    fn log(&self, level: Level, message: &str);
}

/// What first runs tell while they unpack: stored bytes of slots read so far, and in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    pub total: u64,
}

pub trait OnProgress: Sync {
    fn progress(&self, progress: Progress);
}
