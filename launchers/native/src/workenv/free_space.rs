//! workenv §1.3: compares what was signed with what is free, before anything is written.

use super::rung_failure::{At, Outcome, RungFailure};
use crate::package::package_slot::PackageSlot;
use crate::platform::disk_space::free_space;
use std::path::Path;

pub fn check_space(directory: &Path, slots: &[&PackageSlot]) -> Outcome<()> {
    let bytes = slots.iter().map(|slot| unpacked_bytes(slot)).fold(0, u64::saturating_add);
    let files = slots.iter().map(|slot| slot.metadata.files.unwrap_or(1)).fold(0, u64::saturating_add);
    let free = free_space(directory).at("statfs", directory)?;
    if bytes > free.bytes {
        let reason = format!("{} are needed and {} are free", megabytes(bytes), megabytes(free.bytes));
        return Err(RungFailure::for_space(reason).into());
    }
    match free.files {
        Some(free) if files > free => {
            Err(RungFailure::for_space(format!("{files} files are needed and {free} are free")).into())
        }
        _ => Ok(()),
    }
}

fn unpacked_bytes(slot: &PackageSlot) -> u64 {
    slot.metadata.bytes.unwrap_or(slot.descriptor.original_size)
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_megabytes_rounded_to_a_tenth() {
        assert_eq!(megabytes(0), "0.0 MB");
        assert_eq!(megabytes(1_949_999), "1.9 MB");
        assert_eq!(megabytes(1_950_000), "2.0 MB");
        assert_eq!(megabytes(u64::MAX), "18446744073709.5 MB");
    }
}
