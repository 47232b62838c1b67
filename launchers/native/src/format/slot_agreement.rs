//! Spec §3: the descriptor repeats what the signed metadata says.

use super::metadata::{Metadata, SlotMetadata, checksum_hex};
use super::operations::OperationChain;
use super::slot_descriptor::{SlotDescriptor, short_hash};
use super::slot_enumerations::{FOREIGN_LIFECYCLE, FOREIGN_PURPOSE, Lifecycle, Purpose};
use crate::crypto::hex::hash_of_hex;
use crate::crypto::sha256::sha256;
use crate::error::{Code, Error, Result};

/// Whose habits a package may have.
#[derive(Clone, Copy)]
struct Builder {
    own: bool,
    /// The reference's Python builder states the size of the source path (spec §3.4).
    python: bool,
}

/// Spec §3 and §5.3: the metadata is the truth. Own packages must agree exactly; for foreign ones the slack is what their builders are
/// known to write. Errors: SLOT_*, METADATA_SLOTS, OPERATION_UNKNOWN, OPERATION_CHAIN.
pub fn check_slot_agreement(metadata: &Metadata, descriptors: &[SlotDescriptor]) -> Result<()> {
    let (named, stored) = (metadata.slots.len(), descriptors.len());
    if named != stored {
        let message = format!("metadata names {named} slots, the slot table has {stored} (spec §5.3)");
        return Err(Error::new(Code::MetadataSlots, message)
            .with("field", "slots")
            .with("got", named.to_string())
            .with("want", stored.to_string()));
    }
    let builder = Builder { own: metadata.is_own(), python: metadata.build.tool.as_deref() == Some("flavor-python") };
    for (position, (slot, descriptor)) in metadata.slots.iter().zip(descriptors).enumerate() {
        let check = Check { slot, descriptor, builder, position };
        if slot.slot != position as u64 {
            return Err(check.clash(
                Code::MetadataSlots,
                "slot",
                &slot.slot.to_string(),
                &position.to_string(),
                "§5.3",
            ));
        }
        if metadata.slots.iter().take(position).any(|before| before.id == slot.id) {
            return Err(check.clash(Code::MetadataSlots, "id", &slot.id, "an id that no other slot has", "§5.3"));
        }
        check.all()?;
    }
    Ok(())
}

/// One slot in its two forms.
struct Check<'a> {
    slot: &'a SlotMetadata,
    descriptor: &'a SlotDescriptor,
    builder: Builder,
    position: usize,
}

impl Check<'_> {
    fn all(&self) -> Result<()> {
        self.enumerations()?;
        self.name()?;
        self.permissions()?;
        let chain = OperationChain::parse(&self.slot.operations, self.position)?;
        if chain != self.descriptor.operations {
            let got = self.descriptor.operations.name();
            return Err(self.clash(Code::SlotOperations, "operations", &got, &self.slot.operations, "§4.2"));
        }
        if self.slot.self_ref { self.no_bytes() } else { self.stored() }
    }

    fn enumerations(&self) -> Result<()> {
        let (slot, descriptor, is_own) = (self.slot, self.descriptor, self.builder.own);
        let purpose = Purpose::of(&slot.purpose).byte();
        if descriptor.purpose != purpose && (is_own || descriptor.purpose != FOREIGN_PURPOSE) {
            let want = format!("{purpose} ({})", slot.purpose);
            return Err(self.clash(Code::SlotPurpose, "purpose", &descriptor.purpose.to_string(), &want, "§3.2"));
        }
        let lifecycle = Lifecycle::of(&slot.lifecycle).byte();
        if descriptor.lifecycle != lifecycle && (is_own || descriptor.lifecycle != FOREIGN_LIFECYCLE) {
            let want = format!("{lifecycle} ({})", slot.lifecycle);
            return Err(self.clash(Code::SlotLifecycle, "lifecycle", &descriptor.lifecycle.to_string(), &want, "§3.2"));
        }
        let platform = slot.platform.byte();
        if descriptor.platform != platform {
            let (got, want) = (descriptor.platform.to_string(), platform.to_string());
            return Err(self.clash(Code::SlotPlatform, "platform", &got, &want, "§3.2"));
        }
        let is_priority = match descriptor.priority {
            1 => true,
            128 => !is_own,
            0 => !is_own && slot.self_ref,
            _ => false,
        };
        if !is_priority {
            return Err(self.clash(Code::SlotReserved, "priority", &descriptor.priority.to_string(), "1", "§3.1"));
        }
        Ok(())
    }

    fn name(&self) -> Result<()> {
        let (found, is_own) = (self.descriptor.name_hash, self.builder.own);
        let of_id = short_hash(&sha256(self.slot.id.as_bytes()));
        let is_target = || found == short_hash(&sha256(self.slot.target.as_bytes()));
        if found == of_id || (!is_own && (is_target() || (self.slot.self_ref && found == 0))) {
            return Ok(());
        }
        Err(self.clash(Code::SlotNameHash, "name_hash", &hex64(found), &hex64(of_id), "§3.1"))
    }

    fn permissions(&self) -> Result<()> {
        let found = self.descriptor.permissions;
        let wanted: &[u16] = match &self.slot.permissions {
            Some(stated) => std::slice::from_ref(stated),
            None if self.builder.own => &[0],
            None => &[0, 0o600, 0o644],
        };
        if wanted.contains(&found) {
            return Ok(());
        }
        let want: Vec<String> = wanted.iter().map(|mode| format!("0{mode:o}")).collect();
        Err(self.clash(Code::SlotPermissions, "permissions", &format!("0{found:o}"), &want.join(" or "), "§3.3"))
    }

    fn stored(&self) -> Result<()> {
        let (slot, descriptor) = (self.slot, self.descriptor);
        let stated = hash_of_hex(checksum_hex(&slot.checksum)).map(|hash| short_hash(&hash));
        if stated != Some(descriptor.checksum) {
            let want = stated.map_or_else(|| "a checksum in the metadata".to_string(), hex64);
            return Err(self.clash(Code::SlotChecksum, "checksum", &hex64(descriptor.checksum), &want, "§3.4"));
        }
        if descriptor.size != slot.size && !self.builder.python {
            let (got, want) = (descriptor.size.to_string(), slot.size.to_string());
            return Err(self.clash(Code::SlotSize, "size", &got, &want, "§3.4"));
        }
        match slot.original_size {
            Some(stated) if stated != descriptor.original_size => {
                let (got, want) = (descriptor.original_size.to_string(), stated.to_string());
                Err(self.clash(Code::SlotSize, "original_size", &got, &want, "§3.4"))
            }
            None if self.builder.own => Err(self.clash(
                Code::SlotSize,
                "original_size",
                "absent from the metadata",
                "the decoded length",
                "§3.4",
            )),
            _ => Ok(()),
        }
    }

    /// Spec §3.5: bytes of `$SELF` would be bytes that nobody checks.
    fn no_bytes(&self) -> Result<()> {
        let descriptor = self.descriptor;
        for (field, value) in [
            ("offset", descriptor.offset),
            ("size", descriptor.size),
            ("checksum", descriptor.checksum),
            ("original_size", descriptor.original_size),
            ("size", self.slot.size),
        ] {
            if value != 0 {
                return Err(self.clash(Code::SlotSelf, field, &value.to_string(), "0 for $SELF", "§3.5"));
            }
        }
        Ok(())
    }

    #[cold]
    fn clash(&self, code: Code, field: &str, got: &str, want: &str, section: &str) -> Error {
        let slot = self.position;
        let message = format!("slot {slot}: {field} is {got}, expected {want} as the metadata says (spec {section})");
        Error::new(code, message)
            .with("slot", slot.to_string())
            .with("field", field)
            .with("got", got)
            .with("want", want)
    }
}

fn hex64(value: u64) -> String {
    format!("{value:#018x}")
}

#[cfg(test)]
mod tests;
