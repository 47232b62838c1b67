use super::*;
use crate::platform::lock::LockKind;
use crate::workenv::os_lock::try_lock;
use crate::workenv::test_package::{
    Lines, TestPlan, TestSlot, app_plan, fresh_base, machine, packed, prepare, sharing_plan, tree_of, tree_slot,
};
use std::path::Path;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Another version of the same name: other content.
fn version(number: usize) -> TestPlan {
    const TEXTS: [&str; 4] = ["0", "1", "22", "333"];
    TestPlan { slots: vec![tree_slot("app", &[("bin/run", "#!/bin/sh\n"), ("lib/data", TEXTS[number])])], ..app_plan() }
}

fn age(path: &Path, days: u32) {
    std::fs::File::open(path).unwrap().set_modified(SystemTime::now() - DAY * days).unwrap();
}

/// Prepares a package that was last used some days ago.
fn unused_for(plan: &TestPlan, base: &Path, days: u32) -> Workenv {
    let workenv = prepare(&packed(plan), base).workenv;
    age(&CacheLayout::new(base).seal(&workenv.key), days);
    workenv
}

fn house(current: &Workenv, more: &[(&str, &str)]) -> Option<Housekeeping> {
    Housekeeping::after(
        current,
        &machine(&current.base.path, &[&[("HOME", "/nowhere")], more].concat()),
        &Lines::default(),
    )
}

#[test]
fn s10_5_old_versions_go_and_young_ones_and_other_names_stay() {
    let base = fresh_base();
    let old = unused_for(&version(0), &base, 31);
    let young = unused_for(&version(1), &base, 29);
    let other = unused_for(&TestPlan { name: "other", ..version(2) }, &base, 300);
    let current = prepare(&packed(&version(3)), &base).workenv;
    assert_eq!(house(&current, &[]).unwrap().run(), [old.attempt.directory]);
    assert!(!old.root.exists() && young.root.exists() && other.root.exists() && current.root.exists());
    assert!(tree_of(&base.join("staging")).is_empty());
    assert!(house(&current, &[]).unwrap().run().is_empty());
    assert_eq!(house(&current, &[("FLAVOR_CACHE_MAX_AGE", "2d")]).unwrap().run(), [young.attempt.directory]);
}

#[test]
fn s10_5_what_is_held_stays_and_0_turns_it_off() {
    let base = fresh_base();
    let old = unused_for(&version(0), &base, 31);
    let current = prepare(&packed(&version(3)), &base).workenv;
    assert!(house(&current, &[("FLAVOR_CACHE_MAX_AGE", "0")]).is_none());
    let lock = try_lock(&old.attempt.lock(), LockKind::Shared).unwrap().unwrap();
    assert!(house(&current, &[]).unwrap().run().is_empty());
    drop(lock);
    assert_eq!(house(&current, &[]).unwrap().run().len(), 1);
    assert!(house(&current, &[]).is_none());
}

#[test]
fn s10_5_a_cache_that_is_too_large_loses_what_was_not_used_for_longest_with_its_shared_slot() {
    let base = fresh_base();
    let big: &'static str = "x".repeat(5000).leak();
    let python = TestSlot { target: "python", share: true, ..tree_slot("python", &[("lib/big.py", big)]) };
    let sharing = TestPlan { name: "a", slots: vec![sharing_plan().slots[0].clone(), python], ..sharing_plan() };
    let [first, second] = [unused_for(&sharing, &base, 3), unused_for(&TestPlan { name: "b", ..version(1) }, &base, 2)];
    let layout = CacheLayout::new(&base);
    let [tree] = shared_in(&layout).try_into().unwrap();
    for file in [layout.shared(&tree).listing(), layout.shared(&tree).checked()] {
        age(&file, 2);
    }
    let current = prepare(&packed(&version(2)), &base).workenv;
    assert!(house(&current, &[("FLAVOR_CACHE_MAX_SIZE", "1MB")]).unwrap().run().is_empty());
    let removed = house(&current, &[("FLAVOR_CACHE_MAX_SIZE", "5kB")]).unwrap().run();
    assert_eq!(removed, [first.attempt.directory, layout.shared(&tree).directory]);
    assert_eq!(house(&current, &[("FLAVOR_CACHE_MAX_SIZE", "1B")]).unwrap().run(), [second.attempt.directory]);
    assert!(current.root.exists());
}

#[test]
fn s10_5_in_line_it_only_takes_out_of_sight() {
    let base = fresh_base();
    let old = unused_for(&version(0), &base, 31);
    let other = unused_for(&TestPlan { name: "b", ..version(1) }, &base, 2);
    let current = prepare(&packed(&version(3)), &base).workenv;
    house(&current, &[("FLAVOR_CACHE_MAX_SIZE", "1B")]).unwrap().run_in_line();
    assert!(other.root.exists());
    assert!(!old.root.exists());
    assert!(tree_of(&base.join("staging")).iter().any(|path| path.ends_with("lib/data")));
    prepare(&packed(&version(2)), &base);
    assert!(tree_of(&base.join("staging")).is_empty());
}

#[test]
fn s10_5_settings_that_cannot_be_understood_are_told_and_remove_nothing() {
    let base = fresh_base();
    let old = unused_for(&version(0), &base, 31);
    let current = prepare(&packed(&version(3)), &base).workenv;
    let log = Lines::default();
    let wishes = machine(&base, &[("HOME", "/nowhere"), ("FLAVOR_CACHE_MAX_AGE", "never")]);
    assert!(Housekeeping::after(&current, &wishes, &log).is_none());
    let lines = log.0.into_inner().unwrap();
    assert_eq!(lines, ["Warn: FLAVOR_CACHE_MAX_AGE is not an age such as 30d: this limit is off (workenv §10.5)"]);
    assert!(old.root.exists());
}
