//! Spec §7: the environment of the program. Names and values are bytes, and go through as they are.

use super::command::command_name;
use super::name_pattern::matches_pattern;
use super::variables::{Variable, VariableMap};
use crate::error::Result;
use crate::format::metadata::{Metadata, Pairs, RuntimeEnv};
use crate::format::placeholders::{Place, Values, substitute};
use crate::format::platform::Os;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Spec §7.4: these steer one launch; passed on, they would steer every package that the program starts.
const CONSUMED: [&str; 6] = [
    "FLAVOR_COMMAND",
    "FLAVOR_PYTHON",
    "FLAVOR_LAUNCHER_CLI",
    "FLAVOR_EXEC_MODE",
    "FLAVOR_WORKENV",
    "FLAVOR_PACKAGE_FILE",
];
const SLOT_PREFIX: &str = "FLAVOR_SLOT_";
/// Spec §7.2: without these no program of Windows starts.
const WINDOWS_PASS: [&str; 6] = ["SYSTEMROOT", "WINDIR", "TEMP", "TMP", "PATHEXT", "COMSPEC"];
/// Spec §7.4: where the inherited PATH is absent or empty: what the C library would search, without the current directory.
const DEFAULT_PATH: &str = "/usr/bin:/bin";

pub struct EnvironmentInput<'a> {
    pub inherited: &'a [Variable],
    pub metadata: &'a Metadata,
    pub values: &'a Values,
    /// argv[0] as the user typed it.
    pub invoked: &'a OsStr,
    /// Directories that the program finds by a variable, by slot id (spec §7.6).
    pub slot_directories: &'a [(String, PathBuf)],
    /// Absolute path of the package, for a program that has lazy slots to ask for.
    pub package_file: Option<&'a Path>,
}

pub struct BuiltEnvironment {
    pub variables: Vec<Variable>,
    /// Names that `runtime.env.pass` asks for and that are not set.
    pub missing: Vec<String>,
}

/// Spec §7.1: inherited, then runtime.env, workenv.env, execution.env, execution.environment, FLAVOR_*, PATH. Each step sees what the
/// ones before it made. Fails with METADATA_PLACEHOLDER.
pub fn build_environment(input: &EnvironmentInput<'_>) -> Result<BuiltEnvironment> {
    let EnvironmentInput { metadata, values, .. } = *input;
    let is_windows = values.os == Os::Windows.name();
    let is_ours = |name: &OsStr| is_consumed(name, is_windows) || is_slot_key(name, metadata, is_windows);
    let inherited = input.inherited.iter().filter(|(name, _)| !is_ours(name)).cloned().collect();
    let mut variables = VariableMap::new(inherited, is_windows);
    let missing = apply_runtime_env(&mut variables, &metadata.runtime_env, is_windows);
    let sources: [(&str, &Pairs); 3] = [
        ("workenv.env", &metadata.workenv.env),
        ("execution.env", &metadata.execution.env),
        ("execution.environment", &metadata.execution.environment),
    ];
    for (field, source) in sources {
        for (name, value) in source {
            variables.set(name, substitute(value, &format_args!("{field}.{name}"), values, Place::Text)?);
        }
    }
    set_flavor_variables(&mut variables, input);
    let path = search_path(variables.get(OsStr::new("PATH")), &values.workenv, is_windows);
    variables.set("PATH", path);
    Ok(BuiltEnvironment { variables: variables.into_variables(), missing })
}

fn is_consumed(name: &OsStr, is_windows: bool) -> bool {
    let bytes = name.as_encoded_bytes();
    // Nearly every variable has another name.
    if !bytes.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"FLAVOR_")) {
        return false;
    }
    let upper = if is_windows { bytes.to_ascii_uppercase() } else { bytes.to_vec() };
    CONSUMED.iter().any(|known| known.as_bytes() == upper) || upper.starts_with(SLOT_PREFIX.as_bytes())
}

/// Spec §4.7: a key is for the launcher; the program gets it where `runtime.env.pass` names it.
fn is_slot_key(name: &OsStr, metadata: &Metadata, is_windows: bool) -> bool {
    let is_name = |known: &str| known == name || (is_windows && name.eq_ignore_ascii_case(known));
    let mut sources = metadata.slots.iter().filter_map(|slot| slot.key_source.as_deref()?.strip_prefix("env:"));
    sources.any(is_name) && !metadata.runtime_env.pass.iter().any(|known| is_name(known))
}

/// Spec §7.2: `pass` protects from `unset` and `map`; `unset` removes; `map` renames what is left; `set` sets. Comes back with the names
/// in `pass` that are not set.
fn apply_runtime_env(variables: &mut VariableMap, rules: &RuntimeEnv, is_windows: bool) -> Vec<String> {
    let windows_pass: &[&str] = if is_windows { &WINDOWS_PASS } else { &[] };
    let pass: Vec<&str> = rules.pass.iter().map(String::as_str).chain(windows_pass.iter().copied()).collect();
    let matches = |pattern: &str, name: &OsStr| {
        let bytes = name.as_encoded_bytes();
        match is_windows {
            true => matches_pattern(&bytes.to_ascii_uppercase(), &pattern.to_uppercase()),
            false => matches_pattern(bytes, pattern),
        }
    };
    let is_kept = |name: &OsStr| pass.iter().any(|pattern| matches(pattern, name));
    let kept: BTreeSet<OsString> = match rules.unset.is_empty() && rules.map.is_empty() {
        true => BTreeSet::new(),
        false => variables.names().filter(|name| is_kept(name)).map(OsStr::to_owned).collect(),
    };
    if !rules.unset.is_empty() {
        variables.retain(|name| kept.contains(name) || !rules.unset.iter().any(|pattern| matches(pattern, name)));
    }
    for (from, to) in &rules.map {
        let from = OsStr::new(from);
        if variables.name_of(from).is_some_and(|name| kept.contains(name)) {
            continue;
        }
        if let Some(value) = variables.take(from) {
            variables.set(to, value);
        }
    }
    for (name, value) in &rules.set {
        variables.set(name, value);
    }
    let is_missing = |name: &&String| !name.contains(['*', '?', '[']) && variables.get(OsStr::new(name)).is_none();
    rules.pass.iter().filter(is_missing).cloned().collect()
}

/// Spec §7.4.
fn set_flavor_variables(variables: &mut VariableMap, input: &EnvironmentInput<'_>) {
    let EnvironmentInput { metadata, values, invoked, .. } = *input;
    if !values.workenv.is_empty() {
        variables.set("FLAVOR_WORKENV", &values.workenv);
    }
    variables.set("FLAVOR_ORIGINAL_COMMAND", invoked);
    variables.set("FLAVOR_COMMAND_NAME", command_name(invoked));
    variables.set("FLAVOR_PACKAGE", &metadata.package.name);
    variables.set("FLAVOR_VERSION", &metadata.package.version);
    variables.set("FLAVOR_OS", &values.os);
    variables.set("FLAVOR_ARCH", &values.arch);
    variables.set("FLAVOR_PLATFORM", &values.platform);
    if let Some(path) = input.package_file {
        variables.set("FLAVOR_PACKAGE_FILE", path);
    }
    for (id, path) in input.slot_directories {
        variables.set(slot_variable(id), path);
    }
}

/// Spec §7.4: `FLAVOR_SLOT_` and the id in capitals, with `_` for everything that is no letter or digit.
pub fn slot_variable(id: &str) -> String {
    let known = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    [SLOT_PREFIX, &id.to_uppercase().chars().map(known).collect::<String>()].concat()
}

/// An empty component would be the current directory, so an absent or empty PATH does not become one.
fn search_path(inherited: Option<&OsStr>, workenv: &str, is_windows: bool) -> OsString {
    let inherited = inherited.filter(|path| !path.is_empty());
    let rest = inherited.or_else(|| (!is_windows).then_some(OsStr::new(DEFAULT_PATH)));
    if workenv.is_empty() {
        return rest.unwrap_or_default().to_owned();
    }
    let mut path = OsString::from(workenv);
    path.push(if is_windows { "\\bin" } else { "/bin" });
    if let Some(rest) = rest {
        path.push(if is_windows { ";" } else { ":" });
        path.push(rest);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_slots() {
        assert_eq!(slot_variable("my-data.1"), "FLAVOR_SLOT_MY_DATA_1");
        assert_eq!(slot_variable("straße"), "FLAVOR_SLOT_STRASSE");
    }

    #[test]
    fn what_steers_one_launch_is_consumed_and_what_only_looks_so_is_not() {
        for name in ["FLAVOR_WORKENV", "FLAVOR_SLOT_X", "FLAVOR_SLOT_"] {
            assert!(is_consumed(OsStr::new(name), false), "{name}");
        }
        for name in ["FLAVOR_WORKENV_CACHE", "flavor_workenv", "FLAVOR_CACHE", "FLAVOR", "XFLAVOR_SLOT_X"] {
            assert!(!is_consumed(OsStr::new(name), false), "{name}");
        }
        assert!(is_consumed(OsStr::new("Flavor_Command"), true));
    }

    #[test]
    fn an_empty_path_never_becomes_the_current_directory() {
        assert_eq!(search_path(Some(OsStr::new("")), "/w", false), "/w/bin:/usr/bin:/bin");
        assert_eq!(search_path(None, "C:\\w", true), "C:\\w\\bin");
        assert_eq!(search_path(Some(OsStr::new("C:\\x")), "C:\\w", true), "C:\\w\\bin;C:\\x");
    }
}
