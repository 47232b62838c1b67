//! The vectors of spec/workenv.md, which have no kind: each file is a table of cases.

use crate::vector::root;
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::format::metadata::{Argv0, Execution, Metadata};
use flavor_launcher::format::platform::Os;
use flavor_launcher::format::slot_enumerations::{Lifecycle, SlotPlatform};
use flavor_launcher::format::tree_listing::{EntryKind, ListingEntry, parse_listing};
use flavor_launcher::workenv::budgets::{Config, budgets_of};
use flavor_launcher::workenv::cleaning_plan::{Budgets, CleaningEntry, plan_cleaning};
use flavor_launcher::workenv::derived_file::render_derived;
use flavor_launcher::workenv::expected_tree::{
    ExpectedEntry, ListedSlot, Origin, RenderedFile, TreeParts, expected_tree, link_target,
};
use flavor_launcher::workenv::key::{KeyParts, parse_envs_name, workenv_key};
use flavor_launcher::workenv::ladder::cache_rungs;
use flavor_launcher::workenv::machine::Machine;
use flavor_launcher::workenv::seal::{FileStamp, Seal, SealedSlot, format_seal, parse_seal};
use flavor_launcher::workenv::single_program::{OnlySlot, is_single_program};
use flavor_launcher::workenv::workenv_plan::{RoleParts, SlotRole, executable_path, slot_role};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn cases(name: &str) -> Value {
    let text = std::fs::read(root().join("workenv").join(format!("{name}.json"))).unwrap();
    serde_json::from_slice::<Value>(&text).unwrap()["cases"].take()
}

/// The cases of one table, of which there is at least one.
fn rows(value: &Value) -> &Vec<Value> {
    let rows = value.as_array().unwrap();
    println!("{:4} rows", rows.len());
    assert!(!rows.is_empty());
    rows
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{value} has no {key}"))
}

fn optional_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_string)
}

fn octal(value: &Value) -> u16 {
    u16::from_str_radix(value.as_str().unwrap(), 8).unwrap()
}

fn system(value: &Value) -> Os {
    match value.as_str() {
        None | Some("linux") => Os::Linux,
        Some("darwin") => Os::Darwin,
        Some("win32") => Os::Windows,
        Some(other) => panic!("{other}"),
    }
}

#[test]
fn s1_1_ladders() {
    for case in rows(&cases("ladders")) {
        let pairs = case["environment"].as_object().unwrap().iter();
        let machine = Machine {
            environment: pairs.map(|(name, value)| (name.into(), value.as_str().unwrap().into())).collect(),
            platform: system(&case["platform"]),
            uid: case["uid"].as_u64().map(|uid| u32::try_from(uid).unwrap()),
            is_privileged: case["isPrivileged"].as_bool().unwrap(),
            working_directory: Some(PathBuf::from(text(case, "workingDirectory"))),
        };
        let found: Vec<Value> =
            cache_rungs(&machine).map(|rung| json!([rung.name.text(), rung.path.to_str().unwrap()])).collect();
        assert_eq!(json!(found), case["rungs"], "{case}");
    }
}

#[test]
fn s1_4_single_programs() {
    for case in rows(&cases("single-programs")) {
        let slot = &case["slot"];
        let mut whole = json!({ "format": "PSPF/2025", "package": { "name": "a", "version": "1" }, "slots": [] });
        whole.as_object_mut().unwrap().extend(case["metadata"].as_object().unwrap().clone());
        let metadata = Metadata::parse(whole.to_string().as_bytes()).unwrap();
        let only = OnlySlot {
            is_tree: slot["isTree"].as_bool().unwrap(),
            role: role(text(slot, "role")),
            target: text(slot, "target"),
            permissions: octal(&slot["permissions"]),
        };
        let executable = executable_path(&metadata.execution, &[only.target], &[only.role], Os::Linux).unwrap();
        let found = is_single_program(&metadata, &only, executable.as_deref());
        assert_eq!(json!(found), case["single"], "{}", text(case, "why"));
    }
}

#[test]
fn s3_1_keys() {
    for case in rows(&cases("keys")) {
        let key = workenv_key(&KeyParts {
            name: text(case, "name"),
            version: text(case, "version"),
            content_hash: text(case, "contentHash"),
            place: case["place"].as_str().map(Path::new),
        });
        assert_eq!(key, text(case, "key"));
        let name = parse_envs_name(&format!("{key}.3")).unwrap();
        assert_eq!((name.key, name.attempt), (key, Some(3)));
    }
}

#[test]
fn s4_1_roles() {
    for case in rows(&cases("roles")) {
        let platform = case["slotPlatform"].as_str().unwrap_or("any");
        let slot = RoleParts {
            is_self: false,
            is_origin: case["isOrigin"].as_bool().unwrap_or(false),
            lifecycle: Lifecycle::of(text(case, "lifecycle")),
            platform: SlotPlatform::of(platform).unwrap(),
            share: case["share"].as_bool().unwrap(),
            is_signed: case["isSigned"].as_bool().unwrap_or(true),
        };
        let found = slot_role(&slot, system(&case["platform"]), case["hasSetup"].as_bool().unwrap_or(false));
        assert_eq!(format!("{found:?}").to_lowercase(), text(case, "role"), "{case}");
    }
}

#[test]
fn s4_2_links() {
    for case in rows(&cases("links")) {
        assert_eq!(link_target(text(case, "target"), text(case, "tree")), text(case, "link"));
    }
}

#[test]
fn s4_3_derived_files() {
    for case in rows(&cases("derived")) {
        let found = match render_derived(text(case, "template"), Path::new(text(case, "root")), "derived[0].template") {
            Ok(content) => ("content", String::from_utf8(content).unwrap()),
            Err(error) => ("error", error.code().name().to_string()),
        };
        assert_eq!(found.1, text(case, found.0), "{case}");
    }
}

#[test]
fn s5_1_seals() {
    let all = cases("seals");
    for case in rows(&all["good"]) {
        let seal = seal_of(&case["seal"]);
        assert_eq!(format_seal(&seal), text(case, "text"));
        assert_eq!(parse_seal(text(case, "text").as_bytes()), Some(seal));
    }
    for case in rows(&all["bad"]) {
        assert_eq!(parse_seal(text(case, "text").as_bytes()), None, "{}", text(case, "why"));
    }
}

fn seal_of(value: &Value) -> Seal {
    let number = |value: &Value| value.as_str().unwrap().parse::<u64>().unwrap();
    let slot = |slot: &Value| SealedSlot {
        index: usize::try_from(slot["index"].as_u64().unwrap()).unwrap(),
        tree: text(slot, "tree").to_string(),
        shared: (text(slot, "kind") == "share").then(|| number(&slot["mtime"])),
    };
    let executable = &value["executable"];
    Seal {
        content: text(value, "content").to_string(),
        attempt: u32::try_from(value["attempt"].as_u64().unwrap()).unwrap(),
        place: optional_text(&value["place"]),
        boot: optional_text(&value["boot"]),
        executable: (!executable.is_null())
            .then(|| FileStamp { size: number(&executable["size"]), mtime: number(&executable["mtime"]) }),
        setup: optional_text(&value["setup"]),
        slots: value["slots"].as_array().unwrap().iter().map(slot).collect(),
    }
}

#[test]
fn s5_3_main_executables() {
    let all = cases("executables");
    let slots = rows(&all["slots"]);
    let targets: Vec<&str> = slots.iter().map(|slot| text(slot, "target")).collect();
    let roles: Vec<SlotRole> = slots.iter().map(|slot| role(text(slot, "role"))).collect();
    for case in rows(&all["cases"]) {
        let words = |argv: &Vec<Value>| argv.iter().map(|word| word.as_str().unwrap().to_string()).collect();
        let execution = Execution {
            primary_slot: all["primarySlot"].as_u64().unwrap(),
            command: optional_text(&case["command"]).unwrap_or_else(|| "unused".to_string()),
            argv: case["argv"].as_array().map(words),
            argv0: Argv0::Invoked,
            commands: Vec::new(),
            env: Vec::new(),
            environment: Vec::new(),
        };
        let found = executable_path(&execution, &targets, &roles, system(&case["platform"])).unwrap();
        assert_eq!(json!(found), case["executable"], "{case}");
    }
}

fn role(name: &str) -> SlotRole {
    match name {
        "shared" => SlotRole::Shared,
        "own" => SlotRole::Own,
        "volatile" => SlotRole::Volatile,
        other => panic!("{other}"),
    }
}

#[test]
fn s7_2_expected_trees() {
    for case in rows(&cases("expected-trees")) {
        let slot = |slot| ListedSlot {
            index: usize::try_from(slot_index(slot)).unwrap(),
            target: text(slot, "target"),
            is_tree: slot["isTree"].as_bool().unwrap(),
            entries: listing(text(slot, "listing")),
        };
        let file = |file| RenderedFile {
            path: text(file, "path"),
            mode: octal(&file["mode"]),
            content: text(file, "content").as_bytes().to_vec(),
        };
        let list = |key: &str| case[key].as_array().unwrap().iter();
        let tree = expected_tree(&TreeParts {
            slots: list("slots").map(slot).collect(),
            links: list("links").map(|link| (text(link, "target"), text(link, "tree"))).collect(),
            derived: list("derived").map(file).collect(),
            directories: list("directories").map(|one| (text(one, "path"), octal(&one["mode"]))).collect(),
        });
        let found: Vec<Value> = tree.entries().iter().map(shown).collect();
        assert_eq!(json!(found), case["expected"]);
    }
}

fn slot_index(slot: &Value) -> u64 {
    slot["index"].as_u64().unwrap()
}

fn listing(text: &str) -> Vec<ListingEntry> {
    parse_listing(text.as_bytes()).unwrap()
}

fn shown(entry: &ExpectedEntry) -> Value {
    let kind = match entry.kind {
        EntryKind::File => "f",
        EntryKind::Directory => "d",
        EntryKind::Symlink => "l",
    };
    let origin = match entry.origin {
        Origin::Slot(index) => json!(index),
        Origin::Link => json!("link"),
        Origin::Derived => json!("derived"),
        Origin::Directory => json!("directory"),
        Origin::Setup => json!("setup"),
    };
    json!({
        "type": kind,
        "mode": entry.mode.map(|mode| format!("{mode:04o}")),
        "size": entry.size,
        "sha256": entry.sha256.map_or("-".to_string(), |hash| hex(&hash)),
        "path": entry.path,
        "origin": origin,
    })
}

#[test]
fn s10_5_budgets() {
    for case in rows(&cases("budgets")) {
        let variable = |name: &str| optional_text(&case["variables"][name]);
        let config = optional_text(&case["config"]).map_or(Config::Absent, Config::Text);
        let (budgets, warnings) = budgets_of(&variable, &config, "/config.toml");
        let expected = Budgets { max_age: case["maxAge"].as_u64(), max_size: case["maxSize"].as_u64() };
        assert_eq!(budgets, expected, "{case}");
        let names = case["warnings"].as_array().unwrap();
        assert_eq!(warnings.len(), names.len(), "{case}");
        for (warning, name) in warnings.iter().zip(names) {
            let begin = match name.as_str().unwrap() {
                "config" => "/config.toml: is not".to_string(),
                name if name.starts_with("FLAVOR_") => format!("{name} is not"),
                name => format!("/config.toml: cache.{name} is not"),
            };
            assert!(warning.starts_with(&begin), "{case}: {warning}");
        }
    }
}

#[test]
fn s10_5_housekeeping() {
    for case in rows(&cases("housekeeping")) {
        let entry = |value: &Value| CleaningEntry {
            key: text(value, "key").to_string(),
            name: text(value, "name").to_string(),
            last_use: value["lastUse"].as_u64().unwrap(),
            bytes: value["bytes"].as_u64().unwrap(),
            shares: rows_or_none(&value["shares"]).iter().map(|tree| tree.as_str().unwrap().to_string()).collect(),
            in_use: value["inUse"].as_bool().unwrap(),
        };
        let entries: Vec<CleaningEntry> = rows(&case["entries"]).iter().map(entry).collect();
        let shared = case["shared"].as_object().unwrap().iter();
        let shared: Vec<_> = shared.map(|(tree, bytes)| (tree.clone(), bytes.as_u64().unwrap())).collect();
        let budgets = Budgets { max_age: case["maxAge"].as_u64(), max_size: case["maxSize"].as_u64() };
        let go = plan_cleaning(&entries, &shared, text(case, "current"), budgets, case["now"].as_u64().unwrap());
        assert_eq!(json!(go), case["go"], "{case}");
    }
}

fn rows_or_none(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}
