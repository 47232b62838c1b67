//! The line that a terminal shows during a first run of more than half a second; nothing anywhere else.

use super::launch_io::LaunchIo;
use crate::log::{OnProgress, Progress};
use std::sync::{Mutex, PoisonError};

/// Shorter first runs say nothing: a line that flashes up tells nobody anything.
const SILENT_MS: u64 = 500;
const REDRAW_MS: u64 = 100;
const CLEAR: &str = "\r\x1b[K";

pub struct ProgressLine<'a> {
    io: &'a dyn LaunchIo,
    /// Of the package.
    name: &'a str,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    started: Option<u64>,
    drawn: Option<u64>,
}

impl<'a> ProgressLine<'a> {
    pub fn new(io: &'a dyn LaunchIo, name: &'a str) -> Self {
        ProgressLine { io, name, state: Mutex::default() }
    }

    pub fn clear(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.drawn.take().is_some() {
            self.io.stderr(CLEAR.as_bytes());
        }
    }
}

impl OnProgress for ProgressLine<'_> {
    fn progress(&self, Progress { done, total }: Progress) {
        // Another worker draws: this one has better things to do than to wait for it.
        let Ok(mut state) = self.state.try_lock() else { return };
        let now = self.io.now();
        let started = *state.started.get_or_insert(now);
        let is_due = match state.drawn {
            None => now.saturating_sub(started) >= SILENT_MS,
            Some(drawn) => now.saturating_sub(drawn) >= REDRAW_MS,
        };
        if !is_due || !self.io.is_terminal() {
            return;
        }
        state.drawn = Some(now);
        let percent = match u128::from(done.min(total)).saturating_mul(100).checked_div(total.into()) {
            Some(percent) => [" ", &percent.to_string(), " %"].concat(),
            None => String::new(),
        };
        self.io.stderr([CLEAR, self.name, ": unpacking for the first run", &percent].concat().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct Terminal {
        now: AtomicU64,
        is_terminal: bool,
        told: Mutex<String>,
    }

    impl LaunchIo for Terminal {
        fn stdout(&self, _bytes: &[u8]) {}
        fn stderr(&self, bytes: &[u8]) {
            self.told.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        }
        fn is_terminal(&self) -> bool {
            self.is_terminal
        }
        fn now(&self) -> u64 {
            self.now.load(Ordering::Relaxed)
        }
    }

    fn drawn(is_terminal: bool, times: &[u64]) -> String {
        let terminal = Terminal { now: AtomicU64::new(0), is_terminal, told: Mutex::default() };
        let line = ProgressLine::new(&terminal, "app");
        for (done, time) in times.iter().enumerate() {
            terminal.now.store(*time, Ordering::Relaxed);
            line.progress(Progress { done: done as u64, total: 4 });
        }
        line.clear();
        line.clear();
        terminal.told.into_inner().unwrap()
    }

    #[test]
    fn half_a_second_of_silence_then_ten_lines_a_second_and_a_clear_end() {
        assert_eq!(drawn(true, &[0, 499]), "");
        let text = drawn(true, &[0, 500, 550, 600]);
        let expected = ["app: unpacking for the first run 25 %", "app: unpacking for the first run 75 %", ""];
        assert_eq!(text, expected.map(|line| [CLEAR, line].concat()).concat());
    }

    #[test]
    fn nothing_where_nobody_sees_it() {
        assert_eq!(drawn(false, &[0, 900]), "");
    }
}
