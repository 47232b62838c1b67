//! Vectors of whole packages.

use crate::codecs::rows;
use crate::vector::{Reader, Vector};
use flavor_launcher::codecs::byte_source::DecodeContext;
use flavor_launcher::codecs::chain::decode_chain;
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::crypto::key_id::key_id;
use flavor_launcher::crypto::sha256::Sha256;
use flavor_launcher::error::Result;
use flavor_launcher::package::extract::{ExtractOptions, extract_slot};
use flavor_launcher::package::package_file::{PackageFile, open_package};
use flavor_launcher::package::package_slot::PackageSlot;
use flavor_launcher::package::slot_stream::{StoredBytes, max_decoded};
use flavor_launcher::package::verify::verify_package;
use serde_json::{Value, json};
use std::fs::{File, create_dir, remove_dir_all};
use std::path::Path;

pub const READERS: &[(&str, Reader)] = &[("package", read_package)];

/// The steps of spec §9.1 one after the other. `reached` is told each step before it is taken, so that it names the one that refused.
fn read_package(vector: &Vector, reached: &mut dyn FnMut(&'static str)) -> Result<Value> {
    let path = vector.path.as_ref().expect("a package has a file");
    reached("open");
    let pkg = open_package(path, File::open(path).unwrap())?;
    reached("verify");
    let report = verify_package(&pkg, false)?;
    reached("deep");
    verify_package(&pkg, true)?;
    reached("extract");
    Ok(json!({
        "name": pkg.metadata.package.name,
        "version": pkg.metadata.package.version,
        "key_id": key_id(&pkg.index.public_key),
        "content_hash": pkg.content_hash,
        "launcher_size": pkg.index.launcher_size,
        "launcher_covered": report.launcher_covered,
        "slots": extract_all(vector, &pkg)?,
    }))
}

fn extract_all(vector: &Vector, pkg: &PackageFile) -> Result<Vec<Value>> {
    let name = format!("flavor-vector-{}-{}", std::process::id(), vector.id.replace('/', "-"));
    let root = std::env::temp_dir().join(name);
    create_dir(&root).unwrap();
    let slots = pkg.slots.iter().map(|slot| describe(pkg, slot, &root)).collect();
    remove_dir_all(&root).unwrap();
    slots
}

fn describe(pkg: &PackageFile, slot: &PackageSlot, root: &Path) -> Result<Value> {
    let mut found = json!({
        "id": slot.metadata.id,
        "target": slot.target,
        "purpose": format!("{:?}", slot.purpose).to_lowercase(),
        "lifecycle": format!("{:?}", slot.lifecycle).to_lowercase(),
        "operations": slot.metadata.operations,
        "is_self": slot.is_self,
        "offset": slot.descriptor.offset,
        "size": slot.descriptor.size,
    });
    if slot.is_origin {
        found["is_origin"] = true.into();
    }
    if slot.is_self {
        return Ok(found);
    }
    let (decoded_size, decoded_sha256) = decode(pkg, slot)?;
    let options = ExtractOptions { read_only: true, ..ExtractOptions::default() };
    let extracted = extract_slot(pkg, slot, root, &options)?;
    let more = json!({
        "decoded_size": decoded_size,
        "decoded_sha256": decoded_sha256,
        "listing": rows(&extracted.listing),
        "tree": extracted.tree,
        "files": extracted.files,
        "bytes": extracted.bytes,
    });
    found.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Ok(found)
}

/// Length and hash of the decoded stream.
fn decode(pkg: &PackageFile, slot: &PackageSlot) -> Result<(u64, String)> {
    let context = DecodeContext { place: "the slot", max_bytes: max_decoded(pkg, slot) };
    let stored = Box::new(StoredBytes::new(pkg, slot, None));
    let mut decoded = decode_chain(stored, &slot.descriptor.operations, None, context)?;
    let (mut hash, mut size, mut into) = (Sha256::new(), 0, vec![0; 10_000]);
    loop {
        match decoded.read(&mut into)? {
            0 => return Ok((size, hex(&hash.finish()))),
            count => {
                hash.update(&into[..count]);
                size += count as u64;
            }
        }
    }
}
