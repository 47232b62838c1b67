use super::*;
use crate::format::metadata::ValidationLevel;
use crate::format::slot_enumerations::Lifecycle;
use crate::platform::lock::LockKind;
use crate::platform::status::status_of;
use crate::workenv::cache_layout::lock_of;
use crate::workenv::os_lock::try_lock;
use crate::workenv::test_package::{
    Setup, TestPlan, TestSlot, app_plan, fresh_base, machine, packed, prepare, prepare_with, tree_slot,
};
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn with_slot(lifecycle: Lifecycle) -> TestPlan {
    let extra = TestSlot { lifecycle, target: "data", ..tree_slot("data", &[("db/seed", "seed")]) };
    TestPlan { slots: [app_plan().slots, vec![extra]].concat(), ..app_plan() }
}

#[test]
fn s9_1_a_volatile_slot_is_each_run_s_own_and_goes_with_it() {
    let (pkg, base) = (packed(&with_slot(Lifecycle::Volatile)), fresh_base());
    let [one, mut two] = [prepare(&pkg, &base).workenv, prepare(&pkg, &base).workenv];
    let place = |workenv: &Workenv| workenv.slot_directories(&pkg)[0].clone();
    assert_eq!(place(&one).0, "data");
    let [first, second] = [place(&one).1, place(&two).1];
    assert_ne!(first, second);
    assert_eq!(status_of(&first.join("db/seed")).unwrap().unwrap().mode, 0o755);
    assert_eq!(one.slot_paths(&pkg)[1], first);
    drop(one);
    assert!(!first.exists() && second.exists());
    let lock = lock_of(second.parent().unwrap());
    two.hold_across_exec();
    assert!(try_lock(&lock, LockKind::Exclusive).unwrap().is_none());
    drop(two);
    assert_eq!(fs::read_dir(base.join("runs")).unwrap().count(), 0);
}

#[test]
fn s9_2_a_persistent_slot_is_made_once_and_then_belongs_to_the_program() {
    let (pkg, base) = (packed(&with_slot(Lifecycle::Persistent)), fresh_base());
    let data = base.with_file_name("data");
    let machine = machine(&base, &[("XDG_DATA_HOME", data.to_str().unwrap())]);
    let run = || {
        let workenv = prepare_with(&pkg, &machine, ValidationLevel::Standard, &Setup).unwrap().workenv;
        workenv.slot_directories(&pkg)[0].1.clone()
    };
    let place = run();
    assert_eq!(place, data.join("flavor/persistent/sample/data"));
    fs::write(place.join("db/seed"), "changed").unwrap();
    fs::remove_file(place.join("db/seed")).unwrap();
    assert_eq!(run(), place);
    assert!(!place.join("db/seed").exists());
}

#[test]
fn s9_2_a_first_run_removes_what_a_killed_one_left_beside_the_data() {
    let (plan, base) = (with_slot(Lifecycle::Persistent), fresh_base());
    let data = base.with_file_name("data");
    let machine = machine(&base, &[("XDG_DATA_HOME", data.to_str().unwrap())]);
    let run = |pkg: &PackageFile| prepare_with(pkg, &machine, ValidationLevel::Standard, &Setup).unwrap();
    let staging = data.join("flavor/staging");
    // Killed while it made the data, and after that; another content makes the second one a first run.
    for derived in [Vec::new(), vec![("cfg", "x")]] {
        fs::create_dir_all(staging.join("0123456789abcdef/slot")).unwrap();
        fs::write(staging.join("fedcba9876543210.lock"), "").unwrap();
        fs::set_permissions(data.join("flavor"), fs::Permissions::from_mode(0o700)).unwrap();
        run(&packed(&TestPlan { derived, ..plan.clone() }));
        assert_eq!(fs::read_dir(&staging).unwrap().count(), 0);
    }
}

#[test]
fn s9_2_says_why_a_persistent_slot_cannot_be_made() {
    let (pkg, base) = (packed(&with_slot(Lifecycle::Persistent)), fresh_base());
    let failure = |more: &[(&str, &str)]| {
        let result = prepare_with(&pkg, &machine(&base, more), ValidationLevel::Standard, &Setup);
        result.err().unwrap()
    };
    assert_eq!(failure(&[]).code(), Code::PersistentUnusable);
    let file = base.with_file_name("file");
    fs::write(&file, "").unwrap();
    let error = failure(&[("XDG_DATA_HOME", file.to_str().unwrap())]);
    assert_eq!(error.code(), Code::PersistentUnusable);
    assert!(error.message().contains("is no directory"), "{error}");
}
