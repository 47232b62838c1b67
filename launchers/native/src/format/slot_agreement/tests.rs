use super::*;
use serde_json::{Value, json};

const CHECKSUM: &str = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

fn slot() -> Value {
    json!({
        "slot": 0, "id": "app", "target": "t", "size": 5, "original_size": 9, "checksum": format!("sha256:{CHECKSUM}"),
        "operations": "tgz", "purpose": "code", "lifecycle": "lazy", "permissions": "0755",
    })
}

fn descriptor() -> SlotDescriptor {
    SlotDescriptor {
        id: 0,
        name_hash: short_hash(&sha256(b"app")),
        offset: 1000,
        size: 5,
        original_size: 9,
        operations: OperationChain(vec![0x01, 0x10]),
        checksum: 0x0807_0605_0403_0201,
        purpose: 1,
        lifecycle: 6,
        priority: 1,
        platform: 0,
        permissions: 0o755,
    }
}

fn check(tool: &str, slots: &Value, descriptors: &[SlotDescriptor]) -> Option<Code> {
    let metadata = json!({
        "format": "PSPF/2025", "package": { "name": "app", "version": "1" }, "slots": slots, "execution": { "command": "app" },
        "build": { "tool": tool },
    });
    let metadata = Metadata::parse(metadata.to_string().as_bytes()).unwrap();
    check_slot_agreement(&metadata, descriptors).err().map(|error| error.code())
}

/// Of one slot with `changes` to its metadata, for an own package and for foreign ones.
fn of(changes: Value, descriptor: SlotDescriptor) -> (Option<Code>, Option<Code>) {
    let mut slot = slot();
    for (key, value) in changes.as_object().unwrap() {
        slot[key] = value.clone();
    }
    let slots = json!([slot]);
    let descriptors = [descriptor];
    (check("flavor", &slots, &descriptors), check("flavor-go", &slots, &descriptors))
}

const FINE: (Option<Code>, Option<Code>) = (None, None);

fn refused(code: Code) -> (Option<Code>, Option<Code>) {
    (Some(code), Some(code))
}

fn own_only(code: Code) -> (Option<Code>, Option<Code>) {
    (Some(code), None)
}

#[test]
fn s3_a_slot_in_two_forms_that_agree_is_fine() {
    assert_eq!(of(json!({}), descriptor()), FINE);
}

#[test]
fn s5_3_refuses_other_slots_than_the_table_has() {
    assert_eq!(check("flavor", &json!([]), &[descriptor()]), Some(Code::MetadataSlots));
    assert_eq!(check("flavor", &json!([slot(), slot()]), &[descriptor(), descriptor()]), Some(Code::MetadataSlots));
    assert_eq!(of(json!({ "slot": 1 }), descriptor()), refused(Code::MetadataSlots));
    let second = json!({ "slot": 1, "id": "app", "target": "u", "size": 5, "checksum": CHECKSUM, "operations": "tgz" });
    assert_eq!(check("x", &json!([slot(), second]), &[descriptor(), descriptor()]), Some(Code::MetadataSlots));
}

#[test]
fn s3_2_only_foreign_packages_may_say_that_they_do_not_know() {
    assert_eq!(of(json!({}), SlotDescriptor { purpose: 0, ..descriptor() }), own_only(Code::SlotPurpose));
    assert_eq!(of(json!({}), SlotDescriptor { purpose: 2, ..descriptor() }), refused(Code::SlotPurpose));
    assert_eq!(of(json!({}), SlotDescriptor { lifecycle: 2, ..descriptor() }), own_only(Code::SlotLifecycle));
    assert_eq!(of(json!({}), SlotDescriptor { lifecycle: 0, ..descriptor() }), refused(Code::SlotLifecycle));
    assert_eq!(of(json!({ "lifecycle": "volatile" }), SlotDescriptor { lifecycle: 2, ..descriptor() }), FINE);
    assert_eq!(of(json!({ "platform": "linux" }), descriptor()), refused(Code::SlotPlatform));
    assert_eq!(of(json!({ "platform": "macos" }), SlotDescriptor { platform: 2, ..descriptor() }), FINE);
}

#[test]
fn s3_1_bounds_priorities_and_name_hashes() {
    assert_eq!(of(json!({}), SlotDescriptor { priority: 128, ..descriptor() }), own_only(Code::SlotReserved));
    assert_eq!(of(json!({}), SlotDescriptor { priority: 0, ..descriptor() }), refused(Code::SlotReserved));
    let of_target = short_hash(&sha256(b"t"));
    assert_eq!(of(json!({}), SlotDescriptor { name_hash: of_target, ..descriptor() }), own_only(Code::SlotNameHash));
    assert_eq!(of(json!({}), SlotDescriptor { name_hash: 0, ..descriptor() }), refused(Code::SlotNameHash));
}

#[test]
fn s3_3_refuses_other_permissions_than_those_that_were_signed() {
    assert_eq!(of(json!({}), SlotDescriptor { permissions: 0o777, ..descriptor() }), refused(Code::SlotPermissions));
    assert_eq!(of(json!({ "permissions": null }), descriptor()), refused(Code::SlotPermissions));
    assert_eq!(of(json!({ "permissions": null }), SlotDescriptor { permissions: 0, ..descriptor() }), FINE);
    for mode in [0o600, 0o644] {
        let found = of(json!({ "permissions": null }), SlotDescriptor { permissions: mode, ..descriptor() });
        assert_eq!(found, own_only(Code::SlotPermissions));
    }
}

#[test]
fn s4_2_refuses_a_chain_with_another_meaning() {
    assert_eq!(of(json!({ "operations": "tar|gzip" }), descriptor()), FINE);
    assert_eq!(of(json!({ "operations": "gzip" }), descriptor()), refused(Code::SlotOperations));
    assert_eq!(of(json!({ "operations": "zip" }), descriptor()), refused(Code::OperationUnknown));
}

#[test]
fn s3_4_refuses_other_sizes_and_checksums() {
    assert_eq!(of(json!({ "checksum": "" }), descriptor()), refused(Code::SlotChecksum));
    assert_eq!(
        of(json!({ "checksum": "" }), SlotDescriptor { checksum: 0, ..descriptor() }),
        refused(Code::SlotChecksum)
    );
    assert_eq!(of(json!({}), SlotDescriptor { checksum: 1, ..descriptor() }), refused(Code::SlotChecksum));
    assert_eq!(of(json!({ "checksum": CHECKSUM }), descriptor()), FINE);
    assert_eq!(of(json!({}), SlotDescriptor { size: 6, ..descriptor() }), refused(Code::SlotSize));
    assert_eq!(check("flavor-python", &json!([slot()]), &[SlotDescriptor { size: 6, ..descriptor() }]), None);
    assert_eq!(of(json!({}), SlotDescriptor { original_size: 5, ..descriptor() }), refused(Code::SlotSize));
    let mut unstated = slot();
    unstated.as_object_mut().unwrap().remove("original_size");
    assert_eq!(check("flavor", &json!([unstated]), &[descriptor()]), Some(Code::SlotSize));
    assert_eq!(check("flavor-go", &json!([unstated]), &[descriptor()]), None);
}

#[test]
fn s3_5_self_has_no_bytes() {
    let changes = json!({ "self_ref": true, "size": 0, "checksum": "" });
    let bare = SlotDescriptor { offset: 0, size: 0, original_size: 0, checksum: 0, ..descriptor() };
    assert_eq!(of(changes.clone(), bare.clone()), FINE);
    assert_eq!(
        of(changes.clone(), SlotDescriptor { priority: 0, name_hash: 0, ..bare.clone() }),
        own_only(Code::SlotReserved)
    );
    for changed in [
        SlotDescriptor { offset: 1, ..bare.clone() },
        SlotDescriptor { size: 1, ..bare.clone() },
        SlotDescriptor { original_size: 1, ..bare.clone() },
        SlotDescriptor { checksum: 1, ..bare.clone() },
    ] {
        assert_eq!(of(changes.clone(), changed), refused(Code::SlotSelf));
    }
    assert_eq!(of(json!({ "self_ref": true, "size": 1 }), bare), refused(Code::SlotSelf));
}
