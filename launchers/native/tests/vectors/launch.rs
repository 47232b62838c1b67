//! Vectors of `launch`.

use crate::vector::{Reader, Vector};
use flavor_launcher::error::Result;
use flavor_launcher::format::command_line::split_command;
use flavor_launcher::format::metadata::Metadata;
use flavor_launcher::format::placeholders::{Place, Values, substitute};
use flavor_launcher::launch::command::{Invocation, build_command};
use flavor_launcher::launch::environment::{EnvironmentInput, build_environment};
use flavor_launcher::launch::levels::{level_name, validation_level};
use flavor_launcher::launch::name_pattern::matches_pattern;
use serde_json::{Value, json};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Kinds that no code here is for.
pub const UNREAD: &[&str] = if cfg!(unix) { &[] } else { &["setup"] };

pub const READERS: &[(&str, Reader)] = &[
    #[cfg(unix)]
    ("setup", |vector, _| {
        let commands = json!({ "setup_commands": vector.input["setup_commands"] });
        crate::setup::read_setup(vector, &metadata_with(commands)?)
    }),
    ("placeholder", |vector, _| {
        let place = if vector.text("place") == "command" { Place::Command } else { Place::Text };
        let text = substitute(vector.text("template"), &"template", &values_of(vector), place)?;
        Ok(json!({ "text": text }))
    }),
    ("command-line", |vector, _| Ok(json!({ "argv": split_command(vector.text("command"), &"command")? }))),
    ("command", |vector, _| read_command(vector)),
    ("environment", |vector, _| read_environment(vector)),
    ("name-pattern", |vector, _| {
        Ok(json!({ "matches": matches_pattern(vector.text("name").as_bytes(), vector.text("pattern")) }))
    }),
    ("level", |vector, _| {
        let minimum = match &vector.input["minimum_level"] {
            Value::Null => json!({}),
            level => json!({ "verification": { "minimum_level": level } }),
        };
        let level = validation_level(optional(vector, "requested").as_deref(), &metadata_with(minimum)?);
        Ok(json!({ "level": level_name(level) }))
    }),
];

fn read_command(vector: &Vector) -> Result<Value> {
    let metadata = metadata_with(json!({ "execution": vector.input["execution"] }))?;
    let user_arguments: Vec<OsString> = strings(&vector.input["user_arguments"]).map(OsString::from).collect();
    let requested = optional(vector, "requested");
    let invoked = OsStr::new(vector.text("invoked"));
    let invocation = Invocation { invoked, user_arguments: &user_arguments, requested: requested.as_deref() };
    let call = build_command(&metadata, &values_of(vector), &invocation)?;
    let argv: Vec<&str> = call.argv.iter().map(|text| text.to_str().unwrap()).collect();
    Ok(json!({ "program": call.program.to_str().unwrap(), "argv": argv, "is_packaged": call.is_packaged }))
}

fn read_environment(vector: &Vector) -> Result<Value> {
    let mut changes = json!({ "execution": { "command": "x" } });
    for (to, from) in [("runtime", "runtime"), ("workenv", "workenv"), ("slots", "slots")] {
        if !vector.input[from].is_null() {
            changes[to] = vector.input[from].clone();
        }
    }
    for name in ["env", "environment"] {
        if !vector.input[name].is_null() {
            changes["execution"][name] = vector.input[name].clone();
        }
    }
    let inherited: Vec<_> = pairs(&vector.input["inherited"]).collect();
    let package_file = optional(vector, "package_file");
    let slot_directories: Vec<_> = pairs(&vector.input["slot_directories"])
        .map(|(id, path)| (id.into_string().unwrap(), PathBuf::from(path)))
        .collect();
    let built = build_environment(&EnvironmentInput {
        inherited: &inherited,
        metadata: &metadata_with(changes)?,
        values: &values_of(vector),
        invoked: OsStr::new(vector.text("invoked")),
        slot_directories: &slot_directories,
        package_file: package_file.as_deref().map(Path::new),
    })?;
    let mut variables = json!({});
    for (name, value) in &built.variables {
        let former = variables[name.to_str().unwrap()].take();
        assert!(former.is_null(), "{name:?} is there twice");
        variables[name.to_str().unwrap()] = json!(value.to_str().unwrap());
    }
    Ok(json!({ "variables": variables, "missing": built.missing }))
}

fn optional(vector: &Vector, key: &str) -> Option<OsString> {
    vector.input[key].as_str().map(OsString::from)
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().unwrap())
}

fn pairs(object: &Value) -> impl Iterator<Item = (OsString, OsString)> {
    let members = object.as_object().into_iter().flatten();
    members.map(|(name, value)| (OsString::from(name), OsString::from(value.as_str().unwrap())))
}

fn values_of(vector: &Vector) -> Values {
    let values = &vector.input["values"];
    let text = |key: &str| values[key].as_str().unwrap().to_owned();
    Values {
        workenv: text("workenv"),
        package_name: text("package_name"),
        version: text("version"),
        os: text("os"),
        arch: text("arch"),
        platform: text("platform"),
        primary_slot: values["primary_slot"].as_u64().unwrap(),
        slots: strings(&values["slots"]).map(str::to_owned).collect(),
    }
}

/// A package with two slots, as those of the vectors have it.
fn metadata_with(changes: Value) -> Result<Metadata> {
    let slot = |number: u64, id: &str, target: &str| json!({ "slot": number, "id": id, "target": target, "size": 1, "checksum": "", "operations": "tar" });
    let mut metadata = json!({
        "format": "PSPF/2025",
        "package": { "name": "app", "version": "1.2" },
        "slots": [slot(0, "root", "{workenv}"), slot(1, "data", "data")],
        "execution": { "command": "x" },
    });
    for (name, value) in changes.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    Metadata::parse(metadata.to_string().as_bytes())
}
