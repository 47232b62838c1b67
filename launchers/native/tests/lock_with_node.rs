//! workenv §8.1: our lock and that of node:sqlite exclude each other, both ways. Needs the repository's Node; a machine without it, as
//! one that only runs the cross-built tests, says so and passes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flavor_launcher::platform::lock::LockKind;
use flavor_launcher::workenv::os_lock::try_lock;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const SCRIPT: &str = "
const { tryLock } = await import(process.argv[1])
const lock = tryLock(process.argv[2], process.argv[3])
console.log(lock === 'busy' ? 'busy' : lock.isReal ? 'held' : 'unreal')
process.stdin.resume()
process.stdin.on('end', () => process.exit())
";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn node() -> Option<PathBuf> {
    let packages = std::fs::read_dir(repository().join("node_modules")).ok()?;
    let is_node = |name: &str| name.starts_with("node-bin-") || name.starts_with("node-");
    let found = packages.flatten().filter(|item| item.file_name().to_str().is_some_and(is_node));
    found.map(|item| item.path().join("bin/node")).find(|path| path.exists())
}

/// A process of Node's that asks for the lock and keeps it until its input ends; with what it got.
fn ask(node: &Path, path: &Path, kind: &str) -> (Child, String) {
    let module = repository().join("src/workenv/os-lock.ts").canonicalize().unwrap();
    let mut child = Command::new(node)
        .args(["--no-warnings", "--input-type=module", "--eval", SCRIPT])
        .args([module.as_os_str(), path.as_os_str(), kind.as_ref()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().to_string())
}

fn end(mut child: Child) {
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn s8_1_our_lock_and_that_of_node_sqlite_exclude_each_other_both_ways() {
    let Some(node) = node() else {
        println!("skipped: the repository's Node is not here");
        return;
    };
    let path = std::env::temp_dir().join(format!("flavor-lock-{}", std::process::id()));
    let kinds = [(LockKind::Exclusive, "exclusive"), (LockKind::Shared, "shared")];
    for (ours, our_name) in kinds {
        for (_, their_name) in kinds {
            let excludes = our_name == "exclusive" || their_name == "exclusive";
            let held = try_lock(&path, ours).unwrap().unwrap();
            assert!(held.is_real());
            let (child, got) = ask(&node, &path, their_name);
            assert_eq!(got, if excludes { "busy" } else { "held" }, "we hold {our_name}, Node wants {their_name}");
            end(child);
            drop(held);
            let (child, got) = ask(&node, &path, their_name);
            assert_eq!(got, "held");
            let taken = try_lock(&path, ours).unwrap();
            assert_eq!(taken.is_none(), excludes, "Node holds {their_name}, we want {our_name}");
            drop(taken);
            end(child);
            assert!(try_lock(&path, LockKind::Exclusive).unwrap().is_some());
        }
    }
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    std::fs::remove_file(&path).unwrap();
}
