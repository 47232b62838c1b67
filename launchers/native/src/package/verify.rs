//! Spec §9.1: everything that is stored, hashed.

use super::launcher_coverage::check_launcher;
use super::package_file::PackageFile;
use super::package_slot::PackageSlot;
use super::slot_stream::expect_stored;
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
    pub slots: Vec<VerifiedSlot>,
}

#[derive(Debug)]
pub struct VerifiedSlot {
    pub index: usize,
    pub id: String,
    /// Stored bytes.
    pub size: u64,
}

/// Spec §9.1: hashes everything that is stored, launcher included. Opening has checked the rest. A chain that nothing here can decode
/// fails, because such a package cannot run. Errors: OPERATION_UNSUPPORTED, OPERATION_CHAIN, LAUNCHER_CHECKSUM, SLOT_DATA.
pub fn verify_package(pkg: &PackageFile) -> Result<VerifyReport> {
    let stored: Vec<&PackageSlot> = pkg.slots.iter().filter(|slot| !slot.is_self).collect();
    for slot in &stored {
        refuse_undecodable(&slot.descriptor.operations, &format!("slot {} ({})", slot.index, slot.metadata.id))?;
    }
    let launcher_covered = check_launcher(pkg)?;
    let mut slots = Vec::with_capacity(stored.len());
    for slot in stored {
        expect_stored(pkg, slot)?;
        slots.push(VerifiedSlot { index: slot.index, id: slot.metadata.id.clone(), size: slot.descriptor.size });
    }
    Ok(VerifyReport {
        name: pkg.metadata.package.name.clone(),
        version: pkg.metadata.package.version.clone(),
        key_id: key_id(&pkg.index.public_key),
        size: pkg.size,
        launcher_covered,
        slots,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::package::package_file::samples::{OWN, Sample};

    #[test]
    fn s9_1_reports_what_was_checked() {
        let sample = Sample::new(OWN);
        let report = verify_package(&sample.open().unwrap()).unwrap();
        assert_eq!((report.name.as_str(), report.version.as_str(), report.launcher_covered), ("vector", "1.0", true));
        assert_eq!((report.size, report.slots[0].size, report.slots[0].id.as_str()), (OWN.len() as u64, 16, "app"));
    }

    #[test]
    fn s9_2_and_s3_4_refuse_every_changed_byte_of_launcher_and_slot() {
        for (range, code) in [(0..17, Code::LauncherChecksum), (0x3c8..0x3d8, Code::SlotData)] {
            for at in range {
                let mut bytes = OWN.to_vec();
                bytes[at] ^= 0x20;
                let sample = Sample::new(&bytes);
                assert_eq!(verify_package(&sample.open().unwrap()).unwrap_err().code(), code, "{at}");
            }
        }
    }

    #[test]
    fn a_file_that_is_cut_after_it_was_opened_is_refused() {
        let sample = Sample::new(OWN);
        let pkg = sample.open().unwrap();
        sample.cut(0x3d0);
        assert_eq!(verify_package(&pkg).unwrap_err().code(), Code::FileChanged);
    }
}
