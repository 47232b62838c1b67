//! Spec §3.1: one row of the slot table.

use super::byte_fields::{u16_at, u64_at};
use super::operations::OperationChain;
use super::slot_enumerations::{LIFECYCLE_BYTES, PLATFORM_BYTES, PURPOSE_BYTES};
use crate::error::{Code, Error, Result};

/// Spec §3.1: 64 bytes, little-endian.
pub const SLOT_DESCRIPTOR_SIZE: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotDescriptor {
    pub id: u64,
    pub name_hash: u64,
    /// Of the stored bytes, from the start of the file.
    pub offset: u64,
    /// Stored bytes.
    pub size: u64,
    /// Bytes of the decoded stream.
    pub original_size: u64,
    pub operations: OperationChain,
    pub checksum: u64,
    pub purpose: u8,
    pub lifecycle: u8,
    pub priority: u8,
    pub platform: u8,
    pub permissions: u16,
}

impl SlotDescriptor {
    /// Spec §3.1: reads the descriptor of the slot at position `slot`. Says nothing about the file around it (that is §2.4). Errors:
    /// SLOT_DESCRIPTOR_SIZE, SLOT_ID, SLOT_PURPOSE, SLOT_LIFECYCLE, SLOT_PLATFORM, SLOT_RESERVED, SLOT_PERMISSIONS, OPERATION_CHAIN,
    /// OPERATION_UNKNOWN.
    pub fn parse(bytes: &[u8], slot: usize) -> Result<Self> {
        let size = bytes.len();
        let Ok(bytes) = <&[u8; SLOT_DESCRIPTOR_SIZE]>::try_from(bytes) else {
            return Err(mismatch(Code::SlotDescriptorSize, slot, "length", &size.to_string(), "64", "§3.1"));
        };
        let id = u64_at(bytes, 0);
        if id != slot as u64 {
            return Err(mismatch(Code::SlotId, slot, "id", &id.to_string(), &slot.to_string(), "§3.1"));
        }
        let [purpose, lifecycle, priority, platform] = super::byte_fields::array_at(bytes, 56);
        for (code, field, value, bound) in [
            (Code::SlotPurpose, "purpose", purpose, PURPOSE_BYTES),
            (Code::SlotLifecycle, "lifecycle", lifecycle, LIFECYCLE_BYTES),
            (Code::SlotPlatform, "platform", platform, PLATFORM_BYTES),
        ] {
            if value >= bound {
                return Err(mismatch(code, slot, field, &value.to_string(), &format!("below {bound}"), "§3.2"));
            }
        }
        let (reserved, permissions) = (u16_at(bytes, 60), u16_at(bytes, 62));
        if reserved != 0 {
            return Err(mismatch(Code::SlotReserved, slot, "reserved", &format!("{reserved:#x}"), "0", "§3.1"));
        }
        if permissions & !0o777 != 0 {
            let got = format!("0{permissions:o}");
            return Err(mismatch(Code::SlotPermissions, slot, "permissions", &got, "0000 to 0777", "§3.3"));
        }
        Ok(SlotDescriptor {
            id,
            name_hash: u64_at(bytes, 8),
            offset: u64_at(bytes, 16),
            size: u64_at(bytes, 24),
            original_size: u64_at(bytes, 32),
            operations: OperationChain::unpack(u64_at(bytes, 40), slot)?,
            checksum: u64_at(bytes, 48),
            purpose,
            lifecycle,
            priority,
            platform,
            permissions,
        })
    }
}

/// Spec §1.2: a short hash is the first 8 bytes of a SHA-256, read little-endian.
pub fn short_hash(sha256: &[u8; 32]) -> u64 {
    u64_at(sha256, 0)
}

#[cold]
fn mismatch(code: Code, slot: usize, field: &str, got: &str, want: &str, section: &str) -> Error {
    let message = format!("slot {slot}: descriptor {field} is {got}, expected {want} (spec {section})");
    Error::new(code, message).with("slot", slot.to_string()).with("field", field).with("got", got).with("want", want)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A launcher writes no descriptor.
    fn encode(slot: &SlotDescriptor) -> Vec<u8> {
        let mut operations = slot.operations.0.clone();
        operations.resize(8, 0);
        let mut bytes = Vec::new();
        for value in [slot.id, slot.name_hash, slot.offset, slot.size, slot.original_size] {
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend(operations);
        bytes.extend(slot.checksum.to_le_bytes());
        bytes.extend([slot.purpose, slot.lifecycle, slot.priority, slot.platform, 0, 0]);
        bytes.extend(slot.permissions.to_le_bytes());
        bytes
    }

    #[test]
    fn s3_1_refuses_other_lengths() {
        for length in [0, 63, 65] {
            assert_eq!(SlotDescriptor::parse(&vec![0; length], 0).unwrap_err().code(), Code::SlotDescriptorSize);
        }
    }

    #[test]
    fn s3_1_refuses_each_field_out_of_its_range() {
        for (at, value, code) in [
            (0, 1, Code::SlotId),
            (7, 1, Code::SlotId),
            (40, 0x0e, Code::OperationUnknown),
            (47, 0x10, Code::OperationChain),
            (56, 4, Code::SlotPurpose),
            (57, 11, Code::SlotLifecycle),
            (59, 4, Code::SlotPlatform),
            (60, 1, Code::SlotReserved),
            (61, 1, Code::SlotReserved),
            (63, 2, Code::SlotPermissions),
        ] {
            let mut bytes = [0; SLOT_DESCRIPTOR_SIZE];
            bytes[at] = value;
            assert_eq!(SlotDescriptor::parse(&bytes, 0).unwrap_err().code(), code, "{at}");
        }
    }

    proptest! {
        #[test]
        fn s3_1_what_is_accepted_encodes_to_the_same_bytes(head in any::<[[u8; 16]; 2]>(), operations in proptest::collection::vec(0_u8..0x30, 8), tail in any::<[u8; 16]>(), enumerations in any::<[u8; 4]>()) {
            let mut bytes = [head.concat(), operations, tail.to_vec()].concat();
            bytes.splice(0..8, [2, 0, 0, 0, 0, 0, 0, 0]);
            bytes.resize(SLOT_DESCRIPTOR_SIZE, 0);
            bytes[56..60].copy_from_slice(&enumerations.map(|byte| byte % 16));
            if let Ok(slot) = SlotDescriptor::parse(&bytes, 2) {
                prop_assert_eq!(encode(&slot), bytes);
            }
        }
    }
}
