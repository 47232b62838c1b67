//! Spec §2.2: the index block of the trailer.

use super::adler32::adler32;
use super::byte_fields::{array_at, u32_at, u64_at};
use super::zeros::first_nonzero;
use crate::error::{Code, Error, Result};

/// Spec §2.2: the block is 8192 bytes, little-endian.
pub const INDEX_SIZE: usize = 8192;
pub const FORMAT_VERSION: u32 = 0x2025_0001;

/// What readers use of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexBlock {
    pub package_size: u64,
    pub launcher_size: u64,
    pub metadata_offset: u64,
    pub metadata_size: u64,
    pub slot_table_offset: u64,
    pub slot_table_size: u64,
    pub slot_count: u32,
    pub public_key: [u8; 32],
    pub metadata_checksum: [u8; 32],
    pub signature: [u8; 64],
}

const CHECKSUM_OFFSET: usize = 4;
const CAPABILITIES_OFFSET: usize = 832;
/// Spec §2.2: bits that the format defines. 0x01 mmap ... 0x80 signed.
const DEFINED_CAPABILITIES: u64 = 0xff;

/// Spec §2.2: ranges of the block that are zero in every package, by name.
const RESERVED: &[(&str, usize, usize)] = &[
    ("flags", 60, 64),
    ("signature tail", 192, 640),
    ("hint bytes", 642, 644),
    ("cpu_features, gpu_requirements, numa_hints", 664, 688),
    ("padding", 692, 704),
    ("build fields", 704, 832),
    ("requirements, extensions", 840, 856),
    ("future_crypto, reserved", 864, INDEX_SIZE),
];

impl IndexBlock {
    /// Spec §2.2 and §2.3: reads the block and checks what it says about itself. Where its regions lie is §2.4 (`layout`). `at` is
    /// the offset of the block in the file, for messages. Errors: INDEX_VERSION, INDEX_CHECKSUM, INDEX_RESERVED, INDEX_SLOT_TABLE.
    pub fn parse(bytes: &[u8; INDEX_SIZE], at: u64) -> Result<Self> {
        let version = u32_at(bytes, 0);
        if version != FORMAT_VERSION {
            return Err(index_error(
                Code::IndexVersion,
                at,
                0,
                "format_version",
                &hex32(version),
                &hex32(FORMAT_VERSION),
            ));
        }
        let (stored, computed) = (u32_at(bytes, CHECKSUM_OFFSET), index_checksum(bytes));
        if stored != computed {
            let (got, want) = (hex32(stored), hex32(computed));
            return Err(index_error(Code::IndexChecksum, at, CHECKSUM_OFFSET, "index_checksum", &got, &want));
        }
        refuse_reserved(bytes, at)?;
        let (slot_count, slot_table_size) = (u32_at(bytes, 56), u64_at(bytes, 48));
        let want = u64::from(slot_count).saturating_mul(64);
        if slot_table_size != want {
            let (got, want) = (slot_table_size.to_string(), want.to_string());
            return Err(index_error(Code::IndexSlotTable, at, 48, "slot_table_size", &got, &want));
        }
        let capabilities = u64_at(bytes, CAPABILITIES_OFFSET);
        if capabilities & !DEFINED_CAPABILITIES != 0 {
            let got = format!("{capabilities:#x}");
            return Err(index_error(
                Code::IndexReserved,
                at,
                CAPABILITIES_OFFSET,
                "capabilities",
                &got,
                "bits 0x01 to 0x80",
            ));
        }
        Ok(IndexBlock {
            package_size: u64_at(bytes, 8),
            launcher_size: u64_at(bytes, 16),
            metadata_offset: u64_at(bytes, 24),
            metadata_size: u64_at(bytes, 32),
            slot_table_offset: u64_at(bytes, 40),
            slot_table_size,
            slot_count,
            public_key: array_at(bytes, 64),
            metadata_checksum: array_at(bytes, 96),
            signature: array_at(bytes, 128),
        })
    }
}

/// Spec §2.3: Adler-32 over the block with its own four bytes taken as zero.
fn index_checksum(bytes: &[u8; INDEX_SIZE]) -> u32 {
    let mut copy = *bytes;
    if let Some(own) = copy.get_mut(CHECKSUM_OFFSET..8) {
        own.fill(0);
    }
    adler32(&copy)
}

fn refuse_reserved(bytes: &[u8; INDEX_SIZE], at: u64) -> Result<()> {
    for (name, start, end) in RESERVED {
        let range = bytes.get(*start..*end).unwrap_or_default();
        if let Some(position) = first_nonzero(range) {
            let got = format!("{:#04x}", range.get(position).copied().unwrap_or_default());
            return Err(index_error(Code::IndexReserved, at, start.saturating_add(position), name, &got, "0x00"));
        }
    }
    Ok(())
}

#[cold]
fn index_error(code: Code, at: u64, offset: usize, field: &str, got: &str, want: &str) -> Error {
    let place = at.saturating_add(offset as u64);
    let section = if code == Code::IndexChecksum { "§2.3" } else { "§2.2" };
    Error::new(code, format!("offset {place}: index {field} is {got}, expected {want} (spec {section})"))
        .with("offset", place.to_string())
        .with("field", field)
        .with("got", got)
        .with("want", want)
}

fn hex32(value: u32) -> String {
    format!("{value:#010x}")
}

/// A launcher writes no index; tests do.
#[cfg(test)]
pub mod samples {
    use super::*;

    pub fn sample() -> IndexBlock {
        IndexBlock {
            package_size: 1 << 40,
            launcher_size: 17,
            metadata_offset: 18,
            metadata_size: 19,
            slot_table_offset: 64,
            slot_table_size: 128,
            slot_count: 2,
            public_key: [3; 32],
            metadata_checksum: [4; 32],
            signature: [5; 64],
        }
    }

    /// Spec §2.2: what a writer makes of it.
    pub fn encode(index: &IndexBlock) -> Vec<u8> {
        let mut bytes = vec![0; INDEX_SIZE];
        bytes[0..4].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        for (at, value) in [
            (8, index.package_size),
            (16, index.launcher_size),
            (24, index.metadata_offset),
            (32, index.metadata_size),
            (40, index.slot_table_offset),
            (48, index.slot_table_size),
            (832, 0x81),
        ] {
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        bytes[56..60].copy_from_slice(&index.slot_count.to_le_bytes());
        bytes[64..96].copy_from_slice(&index.public_key);
        bytes[96..128].copy_from_slice(&index.metadata_checksum);
        bytes[128..192].copy_from_slice(&index.signature);
        for (at, value) in [(644, 4096), (856, FORMAT_VERSION), (860, 1)] {
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        seal(&mut bytes);
        bytes
    }

    pub fn seal(bytes: &mut [u8]) {
        bytes[4..8].fill(0);
        let sum = adler32(bytes);
        bytes[4..8].copy_from_slice(&sum.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{encode, sample, seal};
    use super::*;
    use proptest::prelude::*;

    fn parse(bytes: &[u8]) -> Result<IndexBlock> {
        IndexBlock::parse(bytes.try_into().unwrap(), 4)
    }

    #[test]
    fn s2_2_refuses_every_reserved_byte_that_is_not_zero() {
        for (_, start, end) in RESERVED {
            for at in (*start..*end).step_by(7).chain([end - 1]) {
                let mut bytes = encode(&sample());
                bytes[at] = 1;
                seal(&mut bytes);
                assert_eq!(parse(&bytes).unwrap_err().code(), Code::IndexReserved, "{at}");
            }
        }
    }

    #[test]
    fn s2_2_refuses_a_capability_that_nobody_knows() {
        let mut bytes = encode(&sample());
        bytes[833] = 1;
        seal(&mut bytes);
        assert_eq!(parse(&bytes).unwrap_err().code(), Code::IndexReserved);
    }

    #[test]
    fn s2_2_refuses_a_table_that_is_not_64_bytes_for_each_slot() {
        let index = IndexBlock { slot_table_size: 127, ..sample() };
        assert_eq!(parse(&encode(&index)).unwrap_err().code(), Code::IndexSlotTable);
    }

    #[test]
    fn s2_3_refuses_a_checksum_of_zero() {
        let mut bytes = encode(&sample());
        bytes[4..8].fill(0);
        assert_eq!(parse(&bytes).unwrap_err().code(), Code::IndexChecksum);
    }

    proptest! {
        #[test]
        fn s2_2_what_is_accepted_encodes_to_the_same_fields(numbers in any::<[u64; 5]>(), slot_count in any::<u32>(), key in any::<[u8; 32]>(), signature in any::<[[u8; 32]; 2]>()) {
            let index = IndexBlock {
                package_size: numbers[0],
                launcher_size: numbers[1],
                metadata_offset: numbers[2],
                metadata_size: numbers[3],
                slot_table_offset: numbers[4],
                slot_table_size: u64::from(slot_count) * 64,
                slot_count,
                public_key: key,
                metadata_checksum: key,
                signature: array_at(&signature.concat(), 0),
            };
            prop_assert_eq!(parse(&encode(&index)).unwrap(), index);
        }

        #[test]
        fn s2_2_any_sealed_bytes_are_refused_or_encode_to_the_fields_read(at in 0..INDEX_SIZE, value in any::<u64>()) {
            let mut bytes = encode(&sample());
            let end = (at + 8).min(INDEX_SIZE);
            bytes[at..end].copy_from_slice(&value.to_le_bytes()[..end - at]);
            seal(&mut bytes);
            match parse(&bytes) {
                Ok(index) => {
                    let again = encode(&index);
                    prop_assert_eq!(&again[8..640], &bytes[8..640]);
                }
                Err(error) => prop_assert!(matches!(error.code(), Code::IndexVersion | Code::IndexReserved | Code::IndexSlotTable)),
            }
        }
    }
}
