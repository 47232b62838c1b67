use crate::error::Code;
use crate::format::metadata::{Argv0, Metadata, SetupCommand, ValidationLevel};
use serde_json::{Value, json};

fn minimal() -> Value {
    json!({
        "format": "PSPF/2025",
        "package": { "name": "app", "version": "1" },
        "slots": [slot()],
        "execution": { "command": "app" },
    })
}

fn slot() -> Value {
    json!({ "slot": 0, "id": "a", "target": "a", "size": 1, "checksum": "", "operations": "raw" })
}

fn parse(value: &Value) -> Result<Metadata, Code> {
    Metadata::parse(value.to_string().as_bytes()).map_err(|error| error.code())
}

/// The minimal metadata with `value` at a JSON pointer.
fn with(pointer: &str, value: Value) -> Result<Metadata, Code> {
    let mut whole = minimal();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    whole.pointer_mut(parent).unwrap()[key] = value;
    parse(&whole)
}

#[test]
fn s5_3_gives_defaults_for_what_is_absent() {
    let metadata = parse(&minimal()).unwrap();
    assert_eq!(metadata.execution.argv0, Argv0::Invoked);
    assert_eq!((metadata.execution.primary_slot, metadata.ephemeral, metadata.platforms.is_none()), (0, false, true));
    let slot = &metadata.slots[0];
    assert_eq!((slot.purpose.as_str(), slot.lifecycle.as_str(), slot.permissions), ("data", "runtime", None));
}

#[test]
fn s5_3_refuses_what_is_required_and_absent() {
    for pointer in [
        "/format",
        "/package",
        "/slots",
        "/execution",
        "/package/name",
        "/package/version",
        "/execution/command",
        "/slots/0/slot",
        "/slots/0/id",
        "/slots/0/target",
        "/slots/0/size",
        "/slots/0/checksum",
        "/slots/0/operations",
    ] {
        let mut whole = minimal();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        whole.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
        assert_eq!(parse(&whole).unwrap_err(), Code::MetadataSchema, "{pointer}");
        assert_eq!(with(pointer, Value::Null).unwrap_err(), Code::MetadataSchema, "{pointer}");
    }
}

#[test]
fn s5_3_null_is_absent_only_where_the_table_says_so() {
    for pointer in [
        "/execution/env",
        "/execution/environment",
        "/runtime",
        "/workenv",
        "/setup_commands",
        "/cache_validation",
        "/verification",
        "/build",
        "/launcher",
        "/slots/0/permissions",
    ] {
        assert!(with(pointer, Value::Null).is_ok(), "{pointer}");
    }
    for pointer in [
        "/format_version",
        "/package/description",
        "/execution/primary_slot",
        "/execution/argv",
        "/execution/argv0",
        "/execution/commands",
        "/derived",
        "/platforms",
        "/key_id",
        "/ephemeral",
        "/test_key",
        "/expires",
        "/rotations",
        "/sbom",
        "/provenance",
        "/slots/0/source",
        "/slots/0/original_size",
        "/slots/0/purpose",
        "/slots/0/lifecycle",
        "/slots/0/self_ref",
        "/slots/0/share",
        "/slots/0/tree",
        "/slots/0/files",
        "/slots/0/bytes",
        "/slots/0/platform",
        "/slots/0/resolution",
    ] {
        assert_eq!(with(pointer, Value::Null).unwrap_err(), Code::MetadataSchema, "{pointer}");
    }
}

#[test]
fn s5_3_refuses_other_forms() {
    let cases = [
        ("/format", json!("PSPF/2026")),
        ("/format_version", json!(1)),
        ("/package", json!([])),
        ("/package/name", json!("")),
        ("/package/name", json!("a\0")),
        ("/slots", json!({})),
        ("/slots", json!([[0, "a"]])),
        ("/slots/0/size", json!(-1)),
        ("/slots/0/size", json!("1")),
        ("/slots/0/checksum", json!("sha256:")),
        ("/slots/0/checksum", json!(format!("sha256:sha256:sha256:{}", "0".repeat(64)))),
        ("/slots/0/checksum", json!(format!("sha256:{}", "A".repeat(64)))),
        ("/slots/0/tree", json!("0".repeat(64))),
        ("/slots/0/permissions", json!("0888")),
        ("/slots/0/permissions", json!("00644")),
        ("/slots/0/permissions", json!(420)),
        ("/slots/0/platform", json!("darwin")),
        ("/slots/0/share", json!("yes")),
        ("/execution/argv", json!([])),
        ("/execution/argv", json!("app")),
        ("/execution/argv0", json!("self")),
        ("/execution/commands", json!({ "": { "argv": ["a"] } })),
        ("/execution/commands", json!({ "a": { "argv": [] } })),
        ("/execution/env", json!({ "A=B": "1" })),
        ("/execution/env", json!({ "": "1" })),
        ("/execution/env", json!({ "A": 1 })),
        ("/execution/env", json!([["A", "1"]])),
        ("/derived", json!([{ "path": "", "template": "", "mode": "0644" }])),
        ("/derived", json!([{ "path": "a", "template": "" }])),
        ("/runtime", json!({ "env": { "map": { "A": "" } } })),
        ("/runtime", json!({ "env": { "pass": "A" } })),
        ("/workenv", json!({ "umask": 18 })),
        ("/workenv", json!({ "directories": [{ "mode": "0700" }] })),
        ("/setup_commands", json!([{ "type": "shell", "command": "a" }])),
        ("/setup_commands", json!([{ "command": "a" }])),
        ("/setup_commands", json!([{ "type": "enumerate_and_execute", "command": "a" }])),
        ("/setup_commands", json!([{ "type": "write_file", "path": "a" }])),
        ("/setup_commands", json!([{ "type": "chmod", "path": "a", "mode": 448 }])),
        ("/setup_commands", json!([1])),
        ("/cache_validation", json!({ "check_file": "a" })),
        ("/verification", json!({ "minimum_level": "paranoid" })),
        ("/verification", json!({ "signed": "yes" })),
        ("/build", json!({ "deterministic": 1 })),
        ("/launcher", json!({ "checksum": "" })),
        ("/platforms", json!([{ "os": "linux" }])),
        ("/platforms", json!([{ "os": "macos", "arch": "arm64" }])),
        ("/platforms", json!([{ "os": "linux", "arch": "amd64", "libc_version": "2" }])),
        ("/platforms", json!([{ "os": "linux", "arch": "amd64", "libc_version": "2.+3" }])),
        ("/key_id", json!("9CD6F6B4B6A956C1")),
        ("/ephemeral", json!(0)),
        ("/test_key", json!("true")),
        ("/expires", json!(-1)),
        ("/rotations", json!([1])),
        ("/sbom", json!(1)),
    ];
    for (pointer, value) in cases {
        assert_eq!(with(pointer, value.clone()).unwrap_err(), Code::MetadataSchema, "{pointer} {value}");
    }
}

#[test]
fn s5_3_refuses_more_slots_than_a_table_may_have() {
    assert!(with("/slots", json!(vec![slot(); 1024])).is_ok());
    assert_eq!(with("/slots", json!(vec![slot(); 1025])).unwrap_err(), Code::MetadataSchema);
}

#[test]
fn s5_3_takes_the_prefix_of_a_checksum_missing_or_doubled() {
    for prefix in ["", "sha256:", "sha256:sha256:"] {
        let checksum = format!("{prefix}{}", "0a".repeat(32));
        assert_eq!(with("/slots/0/checksum", json!(checksum)).unwrap().slots[0].checksum, checksum);
    }
}

#[test]
fn s7_5_reads_every_kind_of_setup_command() {
    let commands = json!([
        "a b",
        { "type": "execute", "command": "a" },
        { "type": "enumerate_and_execute", "command": "a", "enumerate": { "path": "p", "pattern": "*" } },
        { "type": "write_file", "path": "p", "content": "c", "mode": "0644" },
        { "type": "write_file", "path": "p", "content": "c", "mode": 33188 },
        { "type": "chmod", "path": "p" },
    ]);
    let setup = with("/setup_commands", commands).unwrap().setup_commands;
    assert!(matches!(&setup[0], SetupCommand::Execute { command } if command == "a b"));
    assert!(matches!(&setup[2], SetupCommand::EnumerateAndExecute { pattern, .. } if pattern == "*"));
    assert!(matches!(&setup[3], SetupCommand::WriteFile { mode: Some(0o644), .. }));
    assert!(matches!(&setup[4], SetupCommand::WriteFile { mode: Some(0o100_644), .. }));
    assert!(matches!(&setup[5], SetupCommand::Chmod { mode: 0o700, .. }));
}

#[test]
fn s9_1_levels_are_ordered() {
    let level = |name: &str| with("/verification", json!({ "minimum_level": name })).unwrap().minimum_level.unwrap();
    assert!(level("none") < level("minimal") && level("minimal") < level("relaxed"));
    assert!(level("relaxed") < level("standard") && level("standard") < ValidationLevel::Strict);
}

#[test]
fn s8_1_a_libc_of_any_number_is_a_version() {
    let version = |text: &str| {
        let platforms = json!([{ "os": "linux", "arch": "amd64", "libc": "glibc", "libc_version": text }]);
        with("/platforms", platforms).unwrap().platforms.unwrap()[0].libc_version.unwrap()
    };
    assert_eq!(version("2.36"), (2, 36));
    assert_eq!(version("2.99999999999999999999"), (2, u32::MAX));
}
