use super::*;
use crate::package::package_file::PackageFile;
use crate::platform::files::change_mode;
use crate::platform::status::status_of;
use crate::workenv::remove_tree::remove_tree;
use crate::workenv::seal::{Seal, format_seal, parse_seal};
use crate::workenv::test_package::{
    TestPlan, app_plan, fresh_base, packed, prepare, prepare_at, sharing_plan, tree_of,
};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

struct Place {
    pkg: PackageFile,
    base: PathBuf,
    root: PathBuf,
    seal: PathBuf,
}

fn published(plan: &TestPlan) -> Place {
    let (pkg, base) = (packed(plan), fresh_base());
    let workenv = prepare(&pkg, &base).workenv;
    Place { pkg, seal: base.join("envs").join(format!("{}.seal", workenv.key)), base, root: workenv.root }
}

fn rewrite_seal(place: &Place, change: impl Fn(&mut Seal)) {
    let mut seal = parse_seal(&fs::read(&place.seal).unwrap()).unwrap();
    change(&mut seal);
    fs::write(&place.seal, format_seal(&seal)).unwrap();
}

/// As if the machine had been started since: the sealed boot is another.
fn reboot(place: &Place) {
    rewrite_seal(place, |seal| seal.boot = Some("00000000-0000".to_string()));
    for path in tree_of(&place.base.join("slots")).iter().filter(|path| path.ends_with("/checked")) {
        fs::write(place.base.join("slots").join(path), "00000000-0000\n").unwrap();
    }
}

/// Keeps mode and time, as an attacker would.
fn damage_file(path: &Path, text: &str) {
    let before = fs::metadata(path).unwrap();
    change_mode(path, 0o600).unwrap();
    fs::write(path, text).unwrap();
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    fs::set_permissions(path, before.permissions()).unwrap();
}

fn truncate(path: &Path, length: u64) {
    change_mode(path, 0o600).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_len(length).unwrap();
}

fn replace_by_directory(path: &Path) {
    fs::remove_file(path).unwrap();
    fs::create_dir_all(path.join("a/b")).unwrap();
}

fn replace_by_link(path: &Path) {
    let moved = path.with_extension("moved");
    fs::rename(path, &moved).unwrap();
    symlink(&moved, path).unwrap();
}

type Damages = &'static [(&'static str, fn(&Path))];

const SEEN_BY_DEFAULT: Damages = &[
    ("a main executable that is gone", |root| fs::remove_file(root.join("bin/run")).unwrap()),
    ("a main executable that was cut", |root| truncate(&root.join("bin/run"), 3)),
    ("a main executable that is a directory", |root| replace_by_directory(&root.join("bin/run"))),
    ("a main executable that is a link", |root| replace_by_link(&root.join("bin/run"))),
    ("a directory that was emptied", |root| remove_tree(&root.join("bin")).unwrap()),
    ("a root that is a link", replace_by_link),
    ("a root that others can write to", |root| change_mode(root, 0o777).unwrap()),
    ("a root that is gone", |root| remove_tree(root).unwrap()),
];

#[test]
fn s7_1_the_default_check_sees_what_keeps_a_program_from_starting() {
    for (what, damage) in SEEN_BY_DEFAULT {
        let place = published(&app_plan());
        damage(&place.root);
        // The link that took the executable's place has its size and time: the warm check cannot see it, strict does.
        let level = if what.ends_with("executable that is a link") {
            ValidationLevel::Strict
        } else {
            ValidationLevel::Standard
        };
        let root = prepare_at(&place.pkg, &place.base, level).workenv.root;
        assert_eq!(fs::read_to_string(root.join("bin/run")).unwrap(), "#!/bin/sh\necho ok\n", "{what}");
        let again = prepare_at(&place.pkg, &place.base, ValidationLevel::Strict);
        assert_eq!((again.workenv.root, again.lines.len()), (root.clone(), 0), "{what}");
        assert_eq!(tree_of(&root), ["bin/", "bin/run", "lib/", "lib/data.txt", "lib/link"], "{what}");
    }
}

const SEALS: Damages = &[
    ("gone", |path| fs::remove_file(path).unwrap()),
    ("empty, as after a power failure", |path| truncate(path, 0)),
    ("of zeros", |path| fs::write(path, [0; 300]).unwrap()),
    ("a directory", replace_by_directory),
    ("a link", replace_by_link),
    ("writable for others", |path| change_mode(path, 0o666).unwrap()),
    ("longer than any", |path| fs::write(path, vec![b'a'; 131_073]).unwrap()),
];

#[test]
fn s7_1_a_seal_that_says_nothing_counts_as_absent() {
    for (what, damage) in SEALS {
        let place = published(&app_plan());
        damage(&place.seal);
        let workenv = prepare(&place.pkg, &place.base).workenv;
        assert!(workenv.fresh, "{what}");
        assert!(workenv.root == place.root || !place.root.exists(), "{what}");
        assert!(!prepare(&place.pkg, &place.base).workenv.fresh, "{what}");
    }
}

#[test]
fn s5_1_a_seal_of_another_package_or_another_place_is_not_believed() {
    let place = published(&app_plan());
    rewrite_seal(&place, |seal| seal.content = "a".repeat(64));
    assert!(prepare(&place.pkg, &place.base).workenv.fresh);
    let place = published(&TestPlan { derived: vec![("cfg", "{workenv}")], ..app_plan() });
    rewrite_seal(&place, |seal| seal.place = Some("a".repeat(64)));
    assert!(prepare(&place.pkg, &place.base).workenv.fresh);
}

#[test]
fn s7_1_a_shared_slot_that_is_gone_comes_back() {
    let place = published(&sharing_plan());
    remove_tree(&place.base.join("slots")).unwrap();
    assert_eq!(prepare(&place.pkg, &place.base).workenv.root, place.root);
    assert!(place.root.join("python/lib/os.py").exists());
    assert_eq!(prepare(&place.pkg, &place.base).lines, Vec::<String>::new());
}

const HEALED: Damages = &[
    ("a changed file of the same size and time", |root| damage_file(&root.join("lib/app.py"), "print(2)\n")),
    ("a deleted file", |root| fs::remove_file(root.join("lib/app.py")).unwrap()),
    ("a cut file", |root| truncate(&root.join("lib/app.py"), 2)),
    ("a changed mode", |root| change_mode(&root.join("lib/app.py"), 0o777).unwrap()),
    ("a file that is a link", |root| replace(&root.join("lib/app.py"), "/etc/hostname")),
    ("a link that leads elsewhere", |root| replace(&root.join("python"), "/usr")),
    ("a changed file of the shared slot", |root| damage_file(&root.join("python/lib/os.py"), "y\n")),
    ("a file too many", |root| fs::write(root.join("lib/sitecustomize.py"), "evil").unwrap()),
    ("a file too many in the shared slot", |root| fs::write(root.join("python/lib/evil.py"), "evil").unwrap()),
    ("a listing that was cut", |root| truncate(&root.with_file_name("listing").join("0"), 5)),
    ("a listing that is gone", |root| fs::remove_file(root.with_file_name("listing").join("0")).unwrap()),
    ("a directory in the place of a file", |root| replace_by_directory(&root.join("lib/app.py"))),
    ("a directory that is a link", |root| {
        fs::rename(root.join("lib"), root.with_file_name("elsewhere")).unwrap();
        symlink("../elsewhere", root.join("lib")).unwrap();
    }),
];

fn replace(path: &Path, target: &str) {
    fs::remove_file(path).unwrap();
    symlink(target, path).unwrap();
}

#[test]
fn s7_6_strict_heals_in_place_with_one_line() {
    for (what, damage) in HEALED {
        let place = published(&sharing_plan());
        let before = tree_of(&place.base);
        damage(&place.root);
        let healed = prepare_at(&place.pkg, &place.base, ValidationLevel::Strict);
        assert_eq!(healed.workenv.root, place.root, "{what}");
        assert!(
            healed.lines.len() == 1 && healed.lines[0].starts_with("Info: sample: healed"),
            "{what} {:?}",
            healed.lines
        );
        let _ = remove_tree(&place.root.with_file_name("elsewhere"));
        assert_eq!(fs::read_to_string(place.root.join("lib/app.py")).unwrap(), "print(1)\n", "{what}");
        assert_eq!(fs::read_to_string(place.root.join("python/lib/os.py")).unwrap(), "x\n", "{what}");
        assert_eq!(tree_of(&place.base), before, "{what}");
        let again = prepare_at(&place.pkg, &place.base, ValidationLevel::Strict);
        assert_eq!(again.lines, Vec::<String>::new(), "{what}");
    }
}

#[test]
fn s7_6_heals_derived_files() {
    let place = published(&TestPlan { derived: vec![("etc/cfg", "{workenv}\n")], ..app_plan() });
    damage_file(&place.root.join("etc/cfg"), "/elsewhere\n");
    prepare_at(&place.pkg, &place.base, ValidationLevel::Strict);
    let text = fs::read_to_string(place.root.join("etc/cfg")).unwrap();
    assert_eq!(text, format!("{}\n", place.root.display()));
}

#[test]
fn s7_6_makes_every_other_work_environment_of_a_healed_slot_check_once() {
    let place = published(&sharing_plan());
    let other = packed(&TestPlan { name: "other", ..sharing_plan() });
    prepare(&other, &place.base);
    damage_file(&place.root.join("python/lib/os.py"), "y\n");
    prepare_at(&place.pkg, &place.base, ValidationLevel::Strict);
    let key = prepare(&other, &place.base).workenv.key;
    let seal = parse_seal(&fs::read(place.base.join("envs").join(format!("{key}.seal"))).unwrap()).unwrap();
    let shared = seal.slots.iter().find(|slot| slot.shared.is_some()).unwrap();
    let listing = status_of(&place.base.join("slots").join(&shared.tree).join("listing")).unwrap().unwrap();
    assert_eq!(shared.shared, listing.mtime);
}

#[cfg(target_os = "linux")]
#[test]
fn s7_3_after_another_boot_the_whole_tree_is_checked_once_and_then_settled() {
    let place = published(&sharing_plan());
    reboot(&place);
    assert_eq!(prepare(&place.pkg, &place.base).workenv.root, place.root);
    assert!(place.root.with_file_name("settled").exists());
    // Settled: what is damaged now is no trace of a power failure.
    damage_file(&place.root.join("lib/app.py"), "print(2)\n");
    assert_eq!(prepare(&place.pkg, &place.base).lines, Vec::<String>::new());
    assert_eq!(fs::read_to_string(place.root.join("lib/app.py")).unwrap(), "print(2)\n");
}

#[cfg(target_os = "linux")]
#[test]
fn s7_3_a_file_that_lost_its_content_in_a_power_failure_is_healed() {
    for file in ["lib/app.py", "python/lib/os.py"] {
        let place = published(&sharing_plan());
        let text = fs::read_to_string(place.root.join(file)).unwrap();
        reboot(&place);
        damage_file(&place.root.join(file), &"\0".repeat(text.len()));
        let lines = prepare(&place.pkg, &place.base).lines;
        assert!(lines.concat().contains("healed 1 entry"), "{lines:?}");
        assert_eq!(fs::read_to_string(place.root.join(file)).unwrap(), text);
        assert!(!place.root.with_file_name("settled").exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn s7_3_a_new_package_does_not_believe_a_shared_slot_of_another_boot() {
    let place = published(&sharing_plan());
    reboot(&place);
    damage_file(&place.root.join("python/lib/os.py"), "\0\0");
    let root = prepare(&packed(&TestPlan { name: "other", ..sharing_plan() }), &place.base).workenv.root;
    assert_eq!(fs::read_to_string(root.join("python/lib/os.py")).unwrap(), "x\n");
}

#[test]
fn s7_1_a_tree_that_lay_idle_for_a_day_is_looked_through_first() {
    let place = published(&sharing_plan());
    fs::remove_file(place.root.join("lib/app.py")).unwrap();
    fs::remove_file(place.root.join("python/lib/os.py")).unwrap();
    assert_eq!(prepare(&place.pkg, &place.base).lines, Vec::<String>::new());
    let then = SystemTime::now() - Duration::from_secs(25 * 3600);
    fs::File::options().append(true).open(&place.seal).unwrap().set_modified(then).unwrap();
    assert!(prepare(&place.pkg, &place.base).lines.concat().contains("healed 1 entry"));
    assert!(place.root.join("lib/app.py").exists() && place.root.join("python/lib/os.py").exists());
}

#[test]
fn s7_1_levels_below_standard_only_ask_for_the_seal_and_the_root() {
    let place = published(&app_plan());
    fs::remove_file(place.root.join("bin/run")).unwrap();
    for level in [ValidationLevel::Relaxed, ValidationLevel::Minimal, ValidationLevel::None] {
        prepare_at(&place.pkg, &place.base, level);
    }
    assert!(!place.root.join("bin/run").exists());
}

#[test]
fn s7_2_a_foreign_package_without_tree_hashes_is_compared_with_itself() {
    let mut place = published(&app_plan());
    place.pkg.slots[0].metadata.tree = None;
    place.pkg.metadata.build.tool = Some("another".to_string());
    damage_file(&place.root.join("lib/data.txt"), "DATA\n");
    prepare_at(&place.pkg, &place.base, ValidationLevel::Strict);
    assert_eq!(fs::read_to_string(place.root.join("lib/data.txt")).unwrap(), "data\n");
}
