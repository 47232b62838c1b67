//! Spec §9.1: everything that is stored, hashed; and decoded, where that is asked for.

use super::extract::check_slot_content;
use super::launcher_coverage::check_launcher;
use super::package_file::PackageFile;
use super::package_slot::PackageSlot;
use super::slot_stream::{expect_stored, place_of};
use crate::codecs::chain::refuse_undecodable;
use crate::crypto::key_id::key_id;
use crate::error::Result;

/// What was checked. There is no report of a failure: that is the error.
#[derive(Debug)]
pub struct VerifyReport {
    pub name: String,
    pub version: String,
    pub key_id: String,
    /// Bytes of the file.
    pub size: u64,
    /// False for a foreign package that says nothing about its launcher (spec §9.2).
    pub launcher_covered: bool,
    pub deep: bool,
    pub slots: Vec<VerifiedSlot>,
}

#[derive(Debug)]
pub struct VerifiedSlot {
    pub index: usize,
    pub id: String,
    /// Stored bytes.
    pub size: u64,
    /// What the slot unpacks to, where it was decoded.
    pub files: Option<u64>,
    pub bytes: Option<u64>,
}

/// Spec §9.1: hashes everything that is stored, launcher included; with `deep` also decodes. Opening has checked the rest. A chain that
/// nothing here can decode fails, because such a package cannot run. Errors: OPERATION_UNSUPPORTED, OPERATION_CHAIN, LAUNCHER_CHECKSUM,
/// SLOT_DATA, and those of `check_slot_content`.
pub fn verify_package(pkg: &PackageFile, deep: bool) -> Result<VerifyReport> {
    let stored: Vec<&PackageSlot> = pkg.slots.iter().filter(|slot| !slot.is_self).collect();
    for slot in &stored {
        refuse_undecodable(&slot.descriptor.operations, slot.metadata.key_source.is_some(), &place_of(slot))?;
    }
    let launcher_covered = check_launcher(pkg)?;
    let mut slots = Vec::with_capacity(stored.len());
    for slot in stored {
        slots.push(verify_slot(pkg, slot, deep)?);
    }
    Ok(VerifyReport {
        name: pkg.metadata.package.name.clone(),
        version: pkg.metadata.package.version.clone(),
        key_id: key_id(&pkg.index.public_key),
        size: pkg.size,
        launcher_covered,
        deep,
        slots,
    })
}

fn verify_slot(pkg: &PackageFile, slot: &PackageSlot, deep: bool) -> Result<VerifiedSlot> {
    let (files, bytes) = if deep {
        let content = check_slot_content(pkg, slot, None)?;
        (Some(content.files), Some(content.bytes))
    } else {
        expect_stored(pkg, slot)?;
        (None, None)
    };
    Ok(VerifiedSlot { index: slot.index, id: slot.metadata.id.clone(), size: slot.descriptor.size, files, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::package::package_file::samples::{OWN, Sample};

    #[test]
    fn s9_1_reports_what_was_checked() {
        let sample = Sample::new(OWN);
        let report = verify_package(&sample.open().unwrap(), false).unwrap();
        assert_eq!((report.name.as_str(), report.version.as_str(), report.launcher_covered), ("vector", "1.0", true));
        assert_eq!((report.size, report.slots[0].size, report.slots[0].id.as_str()), (OWN.len() as u64, 16, "app"));
        assert_eq!((report.deep, report.slots[0].files, report.slots[0].bytes), (false, None, None));
    }

    #[test]
    fn s9_1_a_deep_report_says_what_slots_unpack_to() {
        let report = verify_package(&Sample::new(OWN).open().unwrap(), true).unwrap();
        assert_eq!((report.deep, report.slots[0].files, report.slots[0].bytes), (true, Some(1), Some(16)));
    }

    #[test]
    fn s9_2_and_s3_4_refuse_every_changed_byte_of_launcher_and_slot() {
        for (range, code) in [(0..17, Code::LauncherChecksum), (0x3c8..0x3d8, Code::SlotData)] {
            for at in range {
                let mut bytes = OWN.to_vec();
                bytes[at] ^= 0x20;
                let sample = Sample::new(&bytes);
                assert_eq!(verify_package(&sample.open().unwrap(), false).unwrap_err().code(), code, "{at}");
            }
        }
    }

    #[test]
    fn a_file_that_is_cut_after_it_was_opened_is_refused() {
        let sample = Sample::new(OWN);
        let pkg = sample.open().unwrap();
        sample.cut(0x3d0);
        assert_eq!(verify_package(&pkg, false).unwrap_err().code(), Code::FileChanged);
    }
}
