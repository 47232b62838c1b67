//! Answers for whole packages: the steps of spec §9.1 but the last, which writes.

use crate::answers::answer;
use flavor_launcher::crypto::key_id::key_id;
use flavor_launcher::error::Result;
use flavor_launcher::package::package_file::open_package;
use flavor_launcher::package::verify::verify_package;
use std::fs::File;
use std::path::Path;

pub fn package(bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("flavor-fuzz-{}.psp", std::process::id()));
    if let Err(error) = std::fs::write(&path, bytes) {
        panic!("{}: cannot be written: {error}", path.display());
    }
    let found = answer(read(&path));
    // What is left of a run that was stopped is one file.
    let _ = std::fs::remove_file(&path);
    found
}

fn read(path: &Path) -> Result<Vec<String>> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: cannot be opened: {error}", path.display()));
    let pkg = open_package(path, file)?;
    let report = verify_package(&pkg, true)?;
    let mut fields = vec![report.name, report.version, key_id(&pkg.index.public_key), pkg.content_hash.clone()];
    fields.push(report.launcher_covered.to_string());
    for (slot, verified) in pkg.slots.iter().filter(|slot| !slot.is_self).zip(&report.slots) {
        fields.extend([slot.metadata.id.clone(), slot.target.clone(), slot.descriptor.size.to_string()]);
        fields.extend(
            [verified.files, verified.bytes].map(|count| count.map_or("-".to_owned(), |count| count.to_string())),
        );
    }
    Ok(fields)
}
