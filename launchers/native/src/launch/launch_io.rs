//! Where a launch talks to.

/// What is written is told as far as somebody listens; nothing fails because nobody does.
pub trait LaunchIo: Sync {
    fn stdout(&self, bytes: &[u8]);
    fn stderr(&self, bytes: &[u8]);
    /// Whether a person sees what goes to stderr.
    fn is_terminal(&self) -> bool;
    /// Milliseconds; only differences count.
    fn now(&self) -> u64;
}
