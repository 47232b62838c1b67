//! What a launch tells. Never the value of a variable or an argument: they hold secrets.

use super::json_text::JsonObject;
use super::launch_io::LaunchIo;
use super::variables::{Variable, lookup};
use crate::error::Error;
use crate::log::{Level, Log};
use crate::platform;
use std::fs::File;
use std::path::Path;

/// FLAVOR_LAUNCHER_LOG_LEVEL, else FLAVOR_LOG_LEVEL, a level or `json` or `json:LEVEL`; `warn` by default. FLAVOR_LOG_PATH appends to a
/// file; what ends a launch is told on the terminal all the same.
pub struct LaunchLog<'a> {
    /// None: off.
    level: Option<Level>,
    is_json: bool,
    file: Option<File>,
    io: &'a dyn LaunchIo,
}

const WISHES: [(&str, Option<Level>); 6] = [
    ("off", None),
    ("error", Some(Level::Error)),
    ("warn", Some(Level::Warn)),
    ("info", Some(Level::Info)),
    ("debug", Some(Level::Debug)),
    ("trace", Some(Level::Trace)),
];

impl<'a> LaunchLog<'a> {
    pub fn new(environment: &[Variable], io: &'a dyn LaunchIo) -> Self {
        let wish = ["FLAVOR_LAUNCHER_LOG_LEVEL", "FLAVOR_LOG_LEVEL"].iter().find_map(|name| lookup(environment, name));
        let (level, is_json) = parse_wish(&wish.unwrap_or_default().to_string_lossy());
        let mut log = LaunchLog { level, is_json, file: None, io };
        let path = lookup(environment, "FLAVOR_LOG_PATH").filter(|path| !path.is_empty());
        match path.map(|path| platform::open_for_appending(Path::new(path))) {
            Some(Ok(file)) => log.file = Some(file),
            Some(Err(error)) => {
                let name = platform::error_name(&error);
                log.log(Level::Warn, &["FLAVOR_LOG_PATH cannot be written: ", &name].concat());
            }
            None => {}
        }
        log
    }

    /// Tells why a launch ended, whatever the level is.
    pub fn fail(&self, error: &Error) {
        let text = if self.is_json { failure_object(error) } else { failure_lines(error) };
        if let Some(file) = &self.file {
            // It is told on stderr too.
            let _ = append(file, text.as_bytes());
        }
        self.io.stderr(text.as_bytes());
    }
}

impl Log for LaunchLog<'_> {
    fn log(&self, level: Level, message: &str) {
        if self.level.is_none_or(|most| level > most) {
            return;
        }
        let line = if self.is_json {
            JsonObject::new("log").text("level", level_name(level)).text("message", message).finish() + "\n"
        } else {
            let kind = if level == Level::Warn { "warning" } else { level_name(level) };
            ["flavor: ", kind, ": ", &one_line(message), "\n"].concat()
        };
        let is_written = self.file.as_ref().is_some_and(|file| append(file, line.as_bytes()).is_ok());
        if !is_written {
            self.io.stderr(line.as_bytes());
        }
    }
}

fn append(mut file: &File, bytes: &[u8]) -> std::io::Result<()> {
    std::io::Write::write_all(&mut file, bytes)
}

fn parse_wish(wish: &str) -> (Option<Level>, bool) {
    let wish = wish.to_lowercase();
    let is_json = wish.starts_with("json");
    let rest = wish.strip_prefix("json").unwrap_or(&wish);
    let name = rest.strip_prefix(':').unwrap_or(rest);
    (WISHES.iter().find(|(known, _)| *known == name).map_or(Some(Level::Warn), |(_, level)| *level), is_json)
}

fn level_name(level: Level) -> &'static str {
    WISHES.iter().find(|(_, known)| *known == Some(level)).map_or("warn", |(name, _)| name)
}

/// The form in which the command line tells failures too.
fn failure_lines(error: &Error) -> String {
    let mut text = ["flavor: error[", error.code().name(), "]: ", &one_line(error.message()), "\n"].concat();
    if let Some(hint) = error.hint_text() {
        text.push_str("flavor: hint: ");
        text.push_str(&one_line(hint));
        text.push('\n');
    }
    text
}

fn failure_object(error: &Error) -> String {
    let mut detail = JsonObject::inner();
    for (name, value) in error.detail() {
        detail = detail.text(name, value);
    }
    let mut object = JsonObject::new("error")
        .text("code", error.code().name())
        .text("message", error.message())
        .raw("detail", &detail.finish());
    if let Some(hint) = error.hint_text() {
        object = object.text("hint", hint);
    }
    object.number("exit", error.code().exit().into()).finish() + "\n"
}

/// Text from a package or a file name must not move the cursor or forge a line of its own.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.trim_end().chars() {
        match letter {
            '\n' => line.push_str("\n  "),
            '\t' => line.push('\t'),
            control if control.is_control() => line.push('\u{fffd}'),
            other => line.push(other),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use std::ffi::OsString;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Told(Mutex<String>);

    impl LaunchIo for Told {
        fn stdout(&self, _bytes: &[u8]) {}
        fn is_terminal(&self) -> bool {
            false
        }
        fn now(&self) -> u64 {
            0
        }
        fn stderr(&self, bytes: &[u8]) {
            self.0.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        }
    }

    fn told(variables: &[(&str, &str)], tell: impl Fn(&LaunchLog<'_>)) -> String {
        let output = Told::default();
        let environment: Vec<_> = variables.iter().map(|(a, b)| (OsString::from(a), OsString::from(b))).collect();
        tell(&LaunchLog::new(&environment, &output));
        output.0.into_inner().unwrap()
    }

    #[test]
    fn levels_and_their_wishes() {
        let all = |log: &LaunchLog<'_>| {
            for level in [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace] {
                log.log(level, "x");
            }
        };
        let count = |variables: &[(&str, &str)]| told(variables, all).lines().count();
        assert_eq!(count(&[]), 2);
        assert_eq!(count(&[("FLAVOR_LOG_LEVEL", "bogus")]), 2);
        assert_eq!(count(&[("FLAVOR_LOG_LEVEL", "off")]), 0);
        assert_eq!(count(&[("FLAVOR_LOG_LEVEL", "off"), ("FLAVOR_LAUNCHER_LOG_LEVEL", "TRACE")]), 5);
        assert_eq!(count(&[("FLAVOR_LOG_LEVEL", "json:info")]), 3);
        assert_eq!(
            told(&[("FLAVOR_LOG_LEVEL", "json:error")], all),
            "{\"type\":\"log\",\"level\":\"error\",\"message\":\"x\"}\n"
        );
    }

    #[test]
    fn what_a_package_says_forges_no_line_and_moves_no_cursor() {
        let text = told(&[], |log| log.log(Level::Warn, "a\x1b[2K\r\nflavor: error[X]: b\u{9b}\n"));
        assert_eq!(text, "flavor: warning: a\u{fffd}[2K\u{fffd}\n  flavor: error[X]: b\u{fffd}\n");
    }

    #[test]
    fn a_failure_is_told_at_every_level_in_both_forms() {
        let error = Error::new(Code::SlotId, "bad").with("slot", "1").hint("look");
        let off = told(&[("FLAVOR_LOG_LEVEL", "off")], |log| log.fail(&error));
        assert_eq!(off, "flavor: error[SLOT_ID]: bad\nflavor: hint: look\n");
        let json = told(&[("FLAVOR_LOG_LEVEL", "json")], |log| log.fail(&error));
        let expected = "{\"type\":\"error\",\"code\":\"SLOT_ID\",\"message\":\"bad\",\"detail\":{\"slot\":\"1\"},\"hint\":\"look\",\"exit\":102}\n";
        assert_eq!(json, expected);
    }

    #[test]
    fn a_log_file_that_cannot_be_made_is_told_and_no_reason_to_fail() {
        let text = told(&[("FLAVOR_LOG_PATH", "/nowhere/log")], |log| log.log(Level::Warn, "x"));
        assert_eq!(text, "flavor: warning: FLAVOR_LOG_PATH cannot be written: ENOENT\nflavor: warning: x\n");
    }
}
