use super::*;
use crate::platform::files::change_mode;
use crate::workenv::expected_tree::expected_slot;
use crate::workenv::test_scratch::scratch;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

fn tree() -> (PathBuf, ExpectedTree) {
    let root = scratch("tree");
    fs::create_dir(root.join("d")).unwrap();
    fs::write(root.join("d/a"), "aaa").unwrap();
    fs::write(root.join("d/b"), "bbb").unwrap();
    symlink("a", root.join("d/link")).unwrap();
    for (path, mode) in [("d", 0o755), ("d/a", 0o444), ("d/b", 0o555)] {
        change_mode(&root.join(path), mode).unwrap();
    }
    let mut entries = list_tree(&root, &|_| false).unwrap();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["d", "d/a", "d/b", "d/link"]);
    (root, expected_slot(0, &entries))
}

fn damage(root: &Path, expected: &ExpectedTree, hash: bool) -> Vec<(String, DamageKind)> {
    let nobodys = |_: &str| false;
    let options = TreeCheckOptions { hash, has_modes: true, extras: Some(&nobodys) };
    let found = check_tree(root, expected, &options).unwrap();
    found.into_iter().map(|one| (one.path, one.kind)).collect()
}

#[test]
fn s7_4_names_each_kind_of_damage() {
    type Change = (&'static str, fn(&Path), DamageKind);
    let changes: [Change; 8] = [
        ("d/a", |path| fs::remove_file(path).unwrap(), DamageKind::Missing),
        ("d/a", |path| change_mode(path, 0o644).unwrap(), DamageKind::Mode),
        ("d/a", |path| rewrite(path, "aaaa"), DamageKind::Size),
        ("d/a", |path| rewrite(path, "aab"), DamageKind::Content),
        ("d/a", |path| replace(path, |path| fs::create_dir(path).unwrap()), DamageKind::Type),
        ("d/a", |path| replace(path, |path| symlink("b", path).unwrap()), DamageKind::Type),
        ("d/link", |path| replace(path, |path| symlink("b", path).unwrap()), DamageKind::Content),
        ("d/more", |path| fs::write(path, "").unwrap(), DamageKind::Extra),
    ];
    for (path, change, kind) in changes {
        let (root, expected) = tree();
        assert_eq!(damage(&root, &expected, true), []);
        change(&root.join(path));
        assert_eq!(damage(&root, &expected, true), [(path.to_string(), kind)], "{kind:?}");
    }
}

fn rewrite(path: &Path, text: &str) {
    replace(path, |path| fs::write(path, text).unwrap());
    change_mode(path, 0o444).unwrap();
}

fn replace(path: &Path, put: impl Fn(&Path)) {
    fs::remove_file(path).unwrap();
    put(path);
}

#[test]
fn s7_2_without_hashes_content_is_not_read() {
    let (root, expected) = tree();
    rewrite(&root.join("d/a"), "xxx");
    assert_eq!(damage(&root, &expected, false), []);
}

#[test]
fn s7_2_looks_through_no_symlink_in_the_place_of_a_directory() {
    let (root, expected) = tree();
    fs::rename(root.join("d"), root.join("moved")).unwrap();
    symlink("moved", root.join("d")).unwrap();
    let found = damage(&root, &expected, true);
    assert_eq!(found[0], ("d".to_string(), DamageKind::Type));
    assert_eq!(found.iter().filter(|(_, kind)| *kind == DamageKind::Missing).count(), 3);
}
