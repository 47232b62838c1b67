//! One slot of an open package: descriptor and metadata, which agree.

use crate::error::{Code, Error, Result};
use crate::format::metadata::{Metadata, SlotMetadata};
use crate::format::operations::OP_AES256_GCM;
use crate::format::quoted::quoted;
use crate::format::slot_descriptor::SlotDescriptor;
use crate::format::slot_enumerations::{Lifecycle, Purpose, SlotPlatform};
use crate::format::target_path::parse_target;

#[derive(Clone, Debug)]
pub struct PackageSlot {
    pub index: usize,
    pub descriptor: SlotDescriptor,
    pub metadata: SlotMetadata,
    /// Unpacks to a tree, not to a single file.
    pub is_tree: bool,
    /// Spec §3.5: the package itself; has no stored bytes and is never written.
    pub is_self: bool,
    /// Spec §5.8: says what the package is made of, or how; no launch unpacks it.
    pub is_origin: bool,
    /// Relative to the work environment, `/`-separated; empty for its root.
    pub target: String,
    pub purpose: Purpose,
    pub lifecycle: Lifecycle,
}

impl PackageSlot {
    /// Spec §4.7.
    pub fn is_encrypted(&self) -> bool {
        self.descriptor.operations.0.contains(&OP_AES256_GCM)
    }
}

/// Slots whose two forms agree. Errors: METADATA_TARGET.
pub fn package_slots(metadata: &Metadata, descriptors: Vec<SlotDescriptor>) -> Result<Vec<PackageSlot>> {
    let slots = metadata.slots.iter().zip(descriptors).enumerate();
    slots.map(|(index, (slot, descriptor))| package_slot(metadata, slot, descriptor, index)).collect()
}

fn package_slot(
    metadata: &Metadata,
    slot: &SlotMetadata,
    descriptor: SlotDescriptor,
    index: usize,
) -> Result<PackageSlot> {
    let id = Some(&slot.id);
    Ok(PackageSlot {
        index,
        is_tree: descriptor.operations.is_archive(),
        descriptor,
        metadata: slot.clone(),
        is_self: slot.self_ref,
        is_origin: id == metadata.sbom.as_ref() || id == metadata.provenance.as_ref(),
        target: if slot.self_ref { String::new() } else { parse_target(&slot.target, index)? },
        purpose: Purpose::of(&slot.purpose),
        lifecycle: Lifecycle::of(&slot.lifecycle),
    })
}

/// Spec §5.4 and §6.4: a file needs a name, two slots cannot be one file, and nothing may lie at or below a shared slot, because writing
/// there would write through its symlink into what other packages use. Errors: SLOT_TARGETS, SLOT_SHARE.
pub fn check_slot_targets(slots: &[PackageSlot]) -> Result<()> {
    for slot in slots.iter().filter(|slot| !slot.is_self) {
        if slot.target.is_empty() && !slot.is_tree {
            let got = "is a single file at the root of the work environment";
            return Err(target_error(Code::SlotTargets, slot, got, "a path with a name"));
        }
        if slot.metadata.share {
            check_share(slot)?;
        }
        let mut others = slots.iter().filter(|other| !other.is_self && other.index != slot.index);
        if let Some(rival) = others.find(|other| collides(slot, other)) {
            let got = format!("lies at or below that of slot {} ({})", rival.index, rival.metadata.id);
            return Err(target_error(Code::SlotTargets, slot, &got, "a place of its own"));
        }
    }
    Ok(())
}

fn check_share(slot: &PackageSlot) -> Result<()> {
    let (got, want) = if slot.target.is_empty() {
        ("is the root", "a path below it, where a link can stand")
    } else if slot.is_encrypted() {
        ("is encrypted", "a slot that is not")
    } else if !slot.is_tree {
        ("is a single file", "a tree")
    } else if slot.metadata.tree.is_none() {
        ("has no signed tree hash", "one, as its name")
    } else {
        return Ok(());
    };
    Err(target_error(Code::SlotShare, slot, got, want))
}

/// `slot` is at or below a place that `other` has for itself alone: a file, or a shared tree.
fn collides(slot: &PackageSlot, other: &PackageSlot) -> bool {
    let is_exclusive = !other.is_tree || other.metadata.share;
    is_exclusive && same_platform(slot, other) && is_at_or_below(&slot.target, &other.target)
}

fn is_at_or_below(target: &str, other: &str) -> bool {
    target.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Two slots for two platforms are never unpacked together.
fn same_platform(a: &PackageSlot, b: &PackageSlot) -> bool {
    let (one, two) = (a.metadata.platform, b.metadata.platform);
    one == two || one == SlotPlatform::Any || two == SlotPlatform::Any
}

#[cold]
fn target_error(code: Code, slot: &PackageSlot, got: &str, want: &str) -> Error {
    let section = if code == Code::SlotShare { "§6.4" } else { "§5.4" };
    let target = quoted(&slot.metadata.target);
    let (index, id) = (slot.index, &slot.metadata.id);
    let message = format!("slot {index} ({id}): target {target} {got}, expected {want} (spec {section})");
    Error::new(code, message)
        .with("slot", index.to_string())
        .with("field", "target")
        .with("got", got)
        .with("want", want)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::operations::OperationChain;
    use serde_json::{Value, json};

    const TREE: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    /// What the targets of slots with these fields are refused with.
    fn check(slots: &[Value]) -> Option<Code> {
        let slots: Vec<Value> = slots.iter().enumerate().map(|(index, given)| {
            let mut slot = json!({ "slot": index, "id": format!("s{index}"), "target": "", "size": 1, "checksum": "", "operations": "tar" });
            for (key, value) in given.as_object().unwrap() {
                slot[key] = value.clone();
            }
            slot
        }).collect();
        let metadata = json!({
            "format": "PSPF/2025", "package": { "name": "app", "version": "1" }, "slots": slots, "execution": { "command": "app" },
        });
        let metadata = Metadata::parse(metadata.to_string().as_bytes()).unwrap();
        let descriptors = metadata
            .slots
            .iter()
            .map(|slot| SlotDescriptor {
                id: slot.slot,
                name_hash: 0,
                offset: 0,
                size: 1,
                original_size: 1,
                operations: OperationChain::parse(&slot.operations, 0).unwrap(),
                checksum: 0,
                purpose: 0,
                lifecycle: 2,
                priority: 1,
                platform: 0,
                permissions: 0,
            })
            .collect();
        let checked = package_slots(&metadata, descriptors).and_then(|slots| check_slot_targets(&slots));
        checked.err().map(|error| error.code())
    }

    #[test]
    fn s5_4_trees_may_lie_in_one_another() {
        assert_eq!(
            check(&[json!({}), json!({ "target": "a" }), json!({ "target": "a/b" }), json!({ "target": "a" })]),
            None
        );
    }

    #[test]
    fn s5_4_a_file_has_a_name_and_a_place_of_its_own() {
        let file = |target: &str| json!({ "operations": "raw", "target": target });
        assert_eq!(check(&[file("")]), Some(Code::SlotTargets));
        assert_eq!(check(&[file("a"), file("a")]), Some(Code::SlotTargets));
        assert_eq!(check(&[file("a"), json!({ "target": "a/b" })]), Some(Code::SlotTargets));
        assert_eq!(check(&[json!({ "target": "a/b" }), file("a")]), Some(Code::SlotTargets));
        assert_eq!(check(&[file("a/b"), json!({ "target": "a" })]), None);
        assert_eq!(check(&[file("a"), file("ab"), file("a-b")]), None);
    }

    #[test]
    fn s5_4_slots_for_two_platforms_never_meet() {
        let file = |platform: &str| json!({ "operations": "raw", "target": "a", "platform": platform });
        assert_eq!(check(&[file("linux"), file("windows")]), None);
        assert_eq!(check(&[file("linux"), file("any")]), Some(Code::SlotTargets));
        assert_eq!(check(&[file("linux"), file("linux")]), Some(Code::SlotTargets));
    }

    #[test]
    fn s6_4_nothing_is_written_through_the_link_of_a_shared_slot() {
        let shared = json!({ "target": "a", "share": true, "tree": TREE });
        assert_eq!(check(&[shared.clone(), json!({ "target": "b" })]), None);
        assert_eq!(check(&[shared.clone(), json!({ "target": "a/b" })]), Some(Code::SlotTargets));
        assert_eq!(check(&[shared.clone(), shared]), Some(Code::SlotTargets));
    }

    #[test]
    fn s6_4_refuses_what_cannot_be_shared() {
        assert_eq!(check(&[json!({ "share": true, "tree": TREE })]), Some(Code::SlotShare));
        assert_eq!(check(&[json!({ "share": true, "target": "a" })]), Some(Code::SlotShare));
        assert_eq!(
            check(&[json!({ "share": true, "target": "a", "tree": TREE, "operations": "gzip" })]),
            Some(Code::SlotShare)
        );
        assert_eq!(
            check(&[json!({ "share": true, "target": "a", "tree": TREE, "operations": "tar|aes256-gcm" })]),
            Some(Code::SlotShare)
        );
    }

    #[test]
    fn s3_5_the_target_of_self_means_nothing() {
        assert_eq!(
            check(&[json!({ "self_ref": true, "target": "../x" }), json!({ "self_ref": true, "operations": "raw" })]),
            None
        );
        assert_eq!(check(&[json!({ "target": "../x" })]), Some(Code::MetadataTarget));
    }
}
