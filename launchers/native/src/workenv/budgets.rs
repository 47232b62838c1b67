//! workenv §10.5: how long and how much of it the user wants to keep.

use super::budget::{parse_age, parse_size};
use super::cache_settings::{CacheSettings, Setting, read_cache_settings};
use super::cleaning_plan::Budgets;
use super::ladder::absolute;
use super::machine::Machine;
use super::plain_path::joined;
use crate::format::platform::Os;
use crate::platform::open_for_reading;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

const DEFAULT_AGE: &str = "30d";
const DEFAULT_SIZE: &str = "0";
/// Room for the settings of everything that will ever be; more is somebody else's file.
const MAX_CONFIG_BYTES: u64 = 65_536;

/// What decides one budget.
struct Budget {
    variable: &'static str,
    key: &'static str,
    default: &'static str,
    example: &'static str,
    parse: fn(&str) -> Option<u64>,
}

const AGE: Budget = Budget {
    variable: "FLAVOR_CACHE_MAX_AGE",
    key: "max-age",
    default: DEFAULT_AGE,
    example: "an age such as 30d",
    parse: parse_age,
};
const SIZE: Budget = Budget {
    variable: "FLAVOR_CACHE_MAX_SIZE",
    key: "max-size",
    default: DEFAULT_SIZE,
    example: "a size such as 2GB",
    parse: parse_size,
};

/// The user's configuration; `Absent` where there is none.
#[derive(Debug, PartialEq, Eq)]
pub enum Config {
    Absent,
    Text(String),
    /// Not to be opened, too long, or not UTF-8.
    Unreadable,
}

/// Each with a sentence for what cannot be understood: that budget is off then, because nothing is removed on a guess. `path`: of the
/// file, for the sentences.
pub fn budgets_of(variable: &dyn Fn(&str) -> Option<String>, config: &Config, path: &str) -> (Budgets, Vec<String>) {
    let mut warnings = Vec::new();
    let settings = match config {
        Config::Absent => Some(CacheSettings::default()),
        Config::Text(text) => read_cache_settings(text),
        Config::Unreadable => None,
    };
    let mut amount = |budget: &Budget| {
        let (place, text) = match (variable(budget.variable).filter(|value| !value.is_empty()), &settings) {
            (Some(value), _) => (budget.variable.to_string(), Some(value)),
            (None, None) => {
                let end = ": is not TOML with one table cache: its limits are off (workenv §10.5)";
                warnings.push([path, end].concat());
                return None;
            }
            (None, Some(settings)) => {
                let setting = if budget.key == AGE.key { &settings.max_age } else { &settings.max_size };
                let text = match setting {
                    Some(Setting::Text(text)) => Some(text.clone()),
                    Some(Setting::Other) => None,
                    None => Some(budget.default.to_string()),
                };
                ([path, ": cache.", budget.key].concat(), text)
            }
        };
        let amount = text.as_deref().and_then(budget.parse);
        if amount.is_none() {
            warnings.push([&place, " is not ", budget.example, ": this limit is off (workenv §10.5)"].concat());
        }
        amount.filter(|amount| *amount > 0)
    };
    let budgets = Budgets { max_age: amount(&AGE), max_size: amount(&SIZE) };
    warnings.dedup();
    (budgets, warnings)
}

/// Of a caller without our rights, neither the variables nor the file count.
pub fn read_budgets(machine: &Machine) -> (Budgets, Vec<String>) {
    if machine.is_privileged {
        return budgets_of(&|_| None, &Config::Absent, "");
    }
    let variable = |name: &str| machine.variable(name).map(|value| value.to_string_lossy().into_owned());
    let path = config_file(machine);
    let config = path.as_ref().map_or(Config::Absent, |path| {
        let mut bytes = Vec::new();
        let file = match open_for_reading(path) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Config::Absent;
            }
            Err(_) => return Config::Unreadable,
        };
        match file.take(MAX_CONFIG_BYTES + 1).read_to_end(&mut bytes) {
            Ok(length) if length as u64 <= MAX_CONFIG_BYTES => {
                String::from_utf8(bytes).map_or(Config::Unreadable, Config::Text)
            }
            _ => Config::Unreadable,
        }
    });
    budgets_of(&variable, &config, &path.unwrap_or_default().to_string_lossy())
}

/// `None` where no variable says where the user's settings are.
fn config_file(machine: &Machine) -> Option<PathBuf> {
    let system = machine.platform;
    let below = |variable, path| Some(joined(absolute(machine, variable)?, path, system));
    match system {
        Os::Windows => below("APPDATA", "flavor/config.toml"),
        Os::Darwin => below("HOME", "Library/Application Support/flavor/config.toml"),
        Os::Linux => {
            below("XDG_CONFIG_HOME", "flavor/config.toml").or_else(|| below("HOME", ".config/flavor/config.toml"))
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::workenv::machine::this_machine;
    use crate::workenv::test_scratch::scratch;

    fn machine(variables: &[(&str, &str)]) -> Machine {
        this_machine(variables.iter().map(|(name, value)| (name.into(), value.into())).collect(), false)
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn s10_5_the_file_of_the_user_counts_where_no_variable_does() {
        let home = scratch("config");
        let file = home.join(".config/flavor/config.toml");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let home = ("HOME", home.to_str().unwrap());
        assert_eq!(read_budgets(&machine(&[home])).0, Budgets { max_age: Some(2_592_000_000), max_size: None });
        std::fs::write(&file, "[cache]\nmax-age = \"1d\"\nmax-size = \"1GB\"\n").unwrap();
        let (budgets, warnings) = read_budgets(&machine(&[home, ("FLAVOR_CACHE_MAX_AGE", "0")]));
        assert_eq!(budgets, Budgets { max_age: None, max_size: Some(1_000_000_000) });
        assert!(warnings.is_empty());
        let mut privileged = machine(&[home, ("FLAVOR_CACHE_MAX_AGE", "0")]);
        privileged.is_privileged = true;
        assert_eq!(read_budgets(&privileged).0, Budgets { max_age: Some(2_592_000_000), max_size: None });
        std::fs::write(&file, [0xff; 4]).unwrap();
        let (budgets, warnings) = read_budgets(&machine(&[home]));
        assert_eq!((budgets, warnings.len()), (Budgets::default(), 1));
        assert!(warnings[0].starts_with(file.to_str().unwrap()), "{warnings:?}");
    }
}
