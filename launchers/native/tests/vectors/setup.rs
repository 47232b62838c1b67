//! Vectors of setup commands, which run in a real work environment. They need /bin/sh.

use crate::vector::Vector;
use flavor_launcher::error::Result;
use flavor_launcher::format::metadata::Metadata;
use flavor_launcher::format::placeholders::Values;
use flavor_launcher::launch::setup::{SetupContext, run_setup};
use flavor_launcher::log::{Level, Log};
use serde_json::{Map, Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

struct Quiet;

impl Log for Quiet {
    fn log(&self, _level: Level, _message: &str) {}
}

/// Makes the work environment that a vector describes, runs its setup commands there, and tells what they left behind.
pub fn read_setup(vector: &Vector, metadata: &Metadata) -> Result<Value> {
    let outside = std::env::temp_dir().join(format!("flavor-{}-{}", vector.id.replace('/', "-"), std::process::id()));
    let root = outside.join("work env");
    fs::create_dir_all(outside.join("elsewhere")).unwrap();
    fs::write(outside.join("outside"), "untouched").unwrap();
    for (path, content) in vector.input["files"].as_object().unwrap() {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content.as_str().unwrap()).unwrap();
        let mode = if path.starts_with("bin/") { 0o755 } else { 0o644 };
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    }
    for (path, target) in vector.input["links"].as_object().unwrap() {
        symlink(target.as_str().unwrap(), root.join(path)).unwrap();
    }
    let text = root.to_str().unwrap().to_owned();
    let values = Values {
        workenv: text.clone(),
        package_name: "app".into(),
        version: "1.2".into(),
        os: "linux".into(),
        arch: "amd64".into(),
        platform: "linux_amd64".into(),
        primary_slot: 0,
        slots: vec![text.clone(), format!("{text}/data")],
    };
    let variables = [("PATH".into(), "/usr/bin:/bin".into())];
    let done =
        run_setup(&metadata.setup_commands, &SetupContext { values: &values, variables: &variables, log: &Quiet });
    let mut files = Map::new();
    files_in(&root, &root, &mut files);
    assert_eq!(fs::read_to_string(outside.join("outside")).unwrap(), "untouched");
    fs::remove_dir_all(&outside).unwrap();
    done.map(|()| json!({ "files": files }))
}

/// Every file with its mode and its content, in which `{root}` is the work environment. Links are not followed.
fn files_in(directory: &Path, root: &Path, files: &mut Map<String, Value>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let status = path.symlink_metadata().unwrap();
        if status.is_dir() {
            files_in(&path, root, files);
        } else if status.is_file() {
            let content = fs::read_to_string(&path).unwrap().replace(root.to_str().unwrap(), "{root}");
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let mode = format!("0{:o}", status.permissions().mode() & 0o7777);
            files.insert(name, json!({ "mode": mode, "content": content }));
        }
    }
}
