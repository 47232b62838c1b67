//! Vectors of whole packages.

use crate::vector::{Reader, Vector};
use flavor_launcher::error::Result;
use flavor_launcher::package::package_file::open_package;
use flavor_launcher::package::verify::verify_package;
use serde_json::Value;
use std::fs::File;

/// Kinds that no code here is for.
pub const UNREAD: &[&str] = &[];

pub const READERS: &[(&str, Reader)] = &[("package", read_package)];

/// Steps that no code here takes: vectors of these levels go through the steps before them.
pub const UNREAD_LEVELS: &[&str] = &["deep", "extract"];

/// The steps of spec §9.1 one after the other. `reached` is told each step before it is taken, so that it names the one that refused.
fn read_package(vector: &Vector, reached: &mut dyn FnMut(&'static str)) -> Result<Value> {
    let path = vector.path.as_ref().expect("a package has a file");
    reached("open");
    let pkg = open_package(path, File::open(path).unwrap())?;
    reached("verify");
    verify_package(&pkg)?;
    Ok(Value::Null)
}
