use super::*;
use crate::format::slot_enumerations::{Lifecycle, SlotPlatform};
use crate::platform::files::change_mode;
use crate::platform::lock::LockKind;
use crate::platform::status::status_of;
use crate::workenv::os_lock::try_lock;
use crate::workenv::test_package::{
    Setup, TestPlan, TestSlot, app_plan, fresh_base, machine, packed, prepare, prepare_at, prepare_with, sharing_plan,
    tree_of, tree_slot,
};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

fn mode(path: &Path) -> u16 {
    status_of(path).unwrap().unwrap().mode
}

fn inode(path: &Path) -> (u64, u64) {
    status_of(path).unwrap().unwrap().identity
}

#[test]
fn s6_unpacks_once_and_the_second_run_finds_it() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let (first, second) = (prepare(&pkg, &base), prepare(&pkg, &base));
    assert_eq!((first.workenv.fresh, second.workenv.fresh), (true, false));
    assert_eq!(first.workenv.root, second.workenv.root);
    assert_eq!(tree_of(&first.workenv.root), ["bin/", "bin/run", "lib/", "lib/data.txt", "lib/link"]);
    assert_eq!([first.lines, second.lines].concat(), Vec::<String>::new());
    assert!(
        tree_of(&base)
            .iter()
            .all(|path| !path.starts_with("runs") && path.find("staging/").is_none_or(|_| path == "staging/"))
    );
}

#[test]
fn s4_5_leaves_no_write_bits_on_files() {
    let root = prepare(&packed(&app_plan()), &fresh_base()).workenv.root;
    assert_eq!((mode(&root.join("bin/run")), mode(&root.join("bin")), mode(&root)), (0o555, 0o755, 0o700));
}

#[test]
fn s3_1_two_packages_of_one_name_and_version_never_share_and_one_package_under_two_names_does() {
    let base = fresh_base();
    let other = TestPlan { slots: vec![tree_slot("app", &[("bin/run", "other")])], ..app_plan() };
    let roots = [app_plan(), other, app_plan()].map(|plan| prepare(&packed(&plan), &base).workenv.root);
    assert_ne!(roots[0], roots[1]);
    assert_eq!(roots[0], roots[2]);
}

#[test]
fn s4_2_unpacks_a_shared_slot_once_for_all_packages_behind_a_relative_link() {
    let base = fresh_base();
    let first = prepare(&packed(&sharing_plan()), &base).workenv.root;
    let second = prepare(&packed(&TestPlan { name: "other", ..sharing_plan() }), &base).workenv.root;
    let link = fs::read_link(second.join("python")).unwrap();
    assert!(link.starts_with("../../../slots") && link.ends_with("tree"), "{link:?}");
    assert_eq!(inode(&first.join("python/bin/python3")), inode(&second.join("python/bin/python3")));
    assert_eq!(tree_of(&base.join("slots")).iter().filter(|path| path.ends_with("/tree/")).count(), 1);
}

#[test]
fn s4_3_and_s3_1_derived_files_hold_the_absolute_path_and_a_moved_cache_is_never_believed() {
    let plan = TestPlan { derived: vec![("pyvenv.cfg", "home = {workenv}/python/bin\n")], ..sharing_plan() };
    let (pkg, base) = (packed(&plan), fresh_base());
    let file = prepare(&pkg, &base).workenv.root.join("pyvenv.cfg");
    let root = file.parent().unwrap().display().to_string();
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("home = {root}/python/bin\n"));
    assert_eq!(mode(&file), 0o444);
    let moved = base.with_file_name("moved");
    fs::rename(&base, &moved).unwrap();
    assert!(prepare(&pkg, &moved).workenv.fresh);
}

#[test]
fn s3_1_a_package_that_is_not_bound_to_its_place_survives_the_move_of_a_cache() {
    let (pkg, base) = (packed(&sharing_plan()), fresh_base());
    prepare(&pkg, &base);
    let moved = base.with_file_name("moved");
    fs::rename(&base, &moved).unwrap();
    let found = prepare(&pkg, &moved).workenv;
    assert!(!found.fresh);
    assert!(found.root.join("python/bin/python3").exists());
}

#[test]
fn s4_4_makes_directories_and_what_a_program_keeps_there_is_its_own_under_strict_too() {
    let plan = TestPlan { directories: vec!["{workenv}/tmp", "var/log", "{workenv}"], ..app_plan() };
    let (pkg, base) = (packed(&plan), fresh_base());
    let root = prepare(&pkg, &base).workenv.root;
    assert_eq!(mode(&root.join("var/log")), 0o700);
    fs::write(root.join("tmp/kept"), "").unwrap();
    fs::write(root.join("lib/stray"), "").unwrap();
    prepare_at(&pkg, &base, ValidationLevel::Strict);
    assert!(root.join("tmp/kept").exists());
    assert!(!root.join("lib/stray").exists());
}

#[test]
fn s4_1_leaves_out_slots_of_other_platforms_and_init_slots_where_there_is_no_setup() {
    let beside = |id, target| TestSlot { target, ..tree_slot(id, &[("there", "x")]) };
    let slots = vec![
        tree_slot("app", &[("bin/run", "x")]),
        TestSlot { platform: SlotPlatform::Windows, ..beside("foreign", "foreign") },
        TestSlot { lifecycle: Lifecycle::Init, ..beside("seed", "seed") },
        TestSlot { lifecycle: Lifecycle::Lazy, ..beside("later", "later") },
    ];
    let pkg = packed(&TestPlan { slots, ..app_plan() });
    let workenv = prepare(&pkg, &fresh_base()).workenv;
    assert_eq!(tree_of(&workenv.root), ["bin/", "bin/run"]);
    let root = &workenv.root;
    let tree = pkg.slots[3].metadata.tree.clone().unwrap();
    let lazy = workenv.base.path.join("slots").join(tree).join("tree");
    assert_eq!(workenv.slot_paths(&pkg), [root.clone(), root.join("foreign"), root.join("seed"), lazy]);
}

#[test]
fn s1_1_falls_to_the_next_rung_and_says_which_and_why() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    change_mode(&base, 0o777).unwrap();
    let first = prepare(&pkg, &base);
    assert!(first.workenv.root.starts_with(format!("{}-next/flavor/envs", base.display())));
    assert_eq!(first.lines.len(), 1);
    assert!(first.lines[0].starts_with("Warn: sample: unpacked to ") && first.lines[0].contains("others can write"));
    let second = prepare(&pkg, &base);
    assert_eq!((second.workenv.fresh, second.lines.len()), (false, 0));
    assert_eq!(tree_of(&base), Vec::<String>::new());
}

#[test]
fn s1_3_nothing_is_removed_below_a_base_that_is_refused_wherever_it_leads() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let made = ["envs", "slots", "staging"].map(|name| base.join(name));
    for directory in &made {
        fs::create_dir(directory).unwrap();
    }
    change_mode(&base, 0o777).unwrap();
    prepare(&pkg, &base);
    assert!(made.iter().all(|directory| directory.is_dir()));
}

#[test]
fn s6_5_publishes_anew_where_the_cache_is_turned_off_and_the_superseded_one_goes() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let first = prepare(&pkg, &base).workenv.root;
    let off = machine(&base, &[("FLAVOR_WORKENV_CACHE", "False")]);
    let second = prepare_with(&pkg, &off, ValidationLevel::Standard, &Setup).unwrap().workenv;
    assert!(second.fresh && second.root != first);
    assert_eq!(prepare(&pkg, &base).workenv.root, second.root);
    if cfg!(target_os = "linux") {
        assert!(!first.exists());
    }
}

#[test]
fn s10_4_a_superseded_attempt_that_is_held_stays() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let mut first = prepare(&pkg, &base).workenv;
    first.hold(false);
    let off = machine(&base, &[("FLAVOR_WORKENV_CACHE", "0")]);
    prepare_with(&pkg, &off, ValidationLevel::Standard, &Setup).unwrap();
    assert!(first.root.join("bin/run").exists());
}

#[test]
fn s8_2_a_run_marks_what_it_uses_until_it_is_dropped_and_two_may() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let [mut one, mut two] = [prepare(&pkg, &base).workenv, prepare(&pkg, &base).workenv];
    one.hold(false);
    two.hold_across_exec();
    let lock = one.attempt.lock();
    drop(one);
    assert!(try_lock(&lock, LockKind::Exclusive).unwrap().is_none());
    drop(two);
    assert!(try_lock(&lock, LockKind::Exclusive).unwrap().is_some());
}

#[test]
fn s8_2_what_may_have_been_removed_since_it_was_found_is_not_held_and_a_lock_lost_alone_is_made_again() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let mut found = prepare(&pkg, &base).workenv;
    let lock = found.attempt.lock();
    fs::remove_file(&lock).unwrap();
    assert!(!found.hold(false) && !lock.exists());
    let again = prepare(&pkg, &base).workenv;
    assert!(!again.fresh && again.root == found.root && lock.exists());
    assert!(found.hold(false));
}

#[test]
fn s5_4_marks_the_last_use_at_most_once_an_hour() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let key = prepare(&pkg, &base).workenv.key;
    let seal = base.join("envs").join(format!("{key}.seal"));
    let is_marked_after = |seconds| {
        let then = SystemTime::now() - Duration::from_secs(seconds);
        fs::File::options().append(true).open(&seal).unwrap().set_modified(then).unwrap();
        let before = fs::metadata(&seal).unwrap().modified().unwrap();
        prepare(&pkg, &base);
        fs::metadata(&seal).unwrap().modified().unwrap() != before
    };
    assert!(!is_marked_after(1800));
    assert!(is_marked_after(7200));
}

#[test]
fn s1_2_a_cache_under_a_path_with_blanks_quotes_and_other_scripts() {
    let base = fresh_base().join("it's a \"büchse\" 日本");
    fs::create_dir(&base).unwrap();
    change_mode(&base, 0o700).unwrap();
    let pkg = packed(&TestPlan { derived: vec![("cfg", "\"{workenv}/x\"\n")], ..sharing_plan() });
    assert!(prepare(&pkg, &base).workenv.fresh);
    let found = prepare_at(&pkg, &base, ValidationLevel::Strict).workenv;
    assert!(!found.fresh);
    let text = fs::read_to_string(found.root.join("cfg")).unwrap();
    assert_eq!(text, format!("\"{}/x\"\n", found.root.display()));
}

#[test]
fn s8_2_never_starts_from_what_somebody_is_removing() {
    let (pkg, base) = (packed(&app_plan()), fresh_base());
    let first = prepare(&pkg, &base).workenv;
    let (attempt, key) = (first.attempt.clone(), first.key.clone());
    drop(first);
    let remover = try_lock(&attempt.lock(), LockKind::Exclusive).unwrap().unwrap();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| prepare(&pkg, &base).workenv.fresh);
        fs::remove_file(base.join("envs").join(format!("{key}.seal"))).unwrap();
        fs::remove_dir_all(&attempt.directory).unwrap();
        drop(remover);
        assert!(second.join().unwrap());
    });
}

#[test]
fn s7_6_what_is_made_anew_because_it_cannot_be_healed_is_told_in_one_line() {
    let (pkg, base) = (packed(&sharing_plan()), fresh_base());
    let workenv = prepare(&pkg, &base).workenv;
    fs::write(base.join(format!("envs/{}.seal", workenv.key)), "cut").unwrap();
    let reason = "its seal is damaged or of another package";
    let told = format!("Info: sample: the work environment in {} cannot be used: {reason}", base.display());
    assert_eq!(prepare(&pkg, &base).lines, vec![told]);
    let items = fs::read_dir(base.join("slots")).unwrap().map(|item| item.unwrap().path());
    let slot = items.into_iter().find(|path| path.is_dir()).unwrap();
    fs::rename(&slot, base.with_file_name("moved")).unwrap();
    let lines = prepare(&pkg, &base).lines;
    assert!(lines.len() == 1 && lines[0].starts_with("Info: sample: made the shared slot"), "{lines:?}");
    assert_eq!(prepare(&pkg, &base).lines, Vec::<String>::new());
}
