use super::*;
use crate::error::{Code, Error, Result as LaunchResult};
use crate::format::metadata::{SetupCommand, ValidationLevel};
use crate::format::slot_enumerations::Lifecycle;
use crate::platform::lock::LockKind;
use crate::workenv::cache_layout::CacheLayout;
use crate::workenv::os_lock::try_lock;
use crate::workenv::test_package::{
    TestPlan, TestSlot, app_plan, fresh_base, machine, packed, prepare, prepare_with, sharing_plan, tree_of, tree_slot,
};
use crate::workenv::workenv_request::RunSetup;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

#[test]
fn s6_2_of_first_runs_at_once_one_unpacks_and_all_use_it() {
    let base = fresh_base();
    let runs: Vec<(PathBuf, bool)> = std::thread::scope(|scope| {
        let run = || {
            let workenv = prepare(&packed(&sharing_plan()), &base).workenv;
            assert_eq!(fs::read_to_string(workenv.root.join("lib/app.py")).unwrap(), "print(1)\n");
            (workenv.root, workenv.fresh)
        };
        let all: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
        all.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(runs.iter().filter(|(_, is_fresh)| *is_fresh).count(), 1);
    assert!(runs.iter().all(|(root, _)| *root == runs[0].0));
    let directories = fs::read_dir(base.join("envs")).unwrap().filter(|item| item.as_ref().unwrap().path().is_dir());
    assert_eq!(directories.count(), 1);
    assert_eq!(fs::read_dir(base.join("staging")).unwrap().count(), 0);
}

struct Failing;

impl RunSetup for Failing {
    fn run(&self, _: &[SetupCommand], root: &Path, _: &[PathBuf]) -> LaunchResult<()> {
        fs::write(root.join("half"), "").unwrap();
        Err(Error::new(Code::SetupFailed, "no such program"))
    }
}

#[test]
fn s6_4_setup_that_fails_leaves_nothing_that_looks_ready_and_no_other_rung_is_tried() {
    let (pkg, base) = (packed(&TestPlan { has_setup: true, ..app_plan() }), fresh_base());
    let error = prepare_with(&pkg, &machine(&base, &[]), ValidationLevel::Standard, &Failing).err().unwrap();
    assert_eq!(error.code(), Code::SetupFailed);
    let left: Vec<String> = tree_of(&base).into_iter().filter(|path| !path.ends_with(".lock")).collect();
    assert_eq!(left, ["envs/", "slots/", "staging/"]);
    assert!(!base.with_file_name("cache-next").exists());
}

#[derive(Default)]
struct Installing(AtomicU32);

impl RunSetup for Installing {
    fn run(&self, _: &[SetupCommand], root: &Path, _: &[PathBuf]) -> LaunchResult<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let wheel = fs::read_to_string(root.join("wheels/one.whl")).unwrap();
        fs::write(root.join("lib/installed"), format!("{wheel} in {}", root.display())).unwrap();
        Ok(())
    }
}

#[test]
fn s6_4_setup_runs_once_with_init_slots_and_what_it_made_is_checked() {
    let seed = tree_slot("seed", &[("wheels/one.whl", "wheel"), ("lib/seed", "s")]);
    let slots =
        vec![tree_slot("app", &[("bin/run", "x"), ("lib/a", "a")]), TestSlot { lifecycle: Lifecycle::Init, ..seed }];
    let (pkg, base) = (packed(&TestPlan { slots, has_setup: true, ..app_plan() }), fresh_base());
    let (machine, setup) = (machine(&base, &[]), Installing::default());
    let run = |level| prepare_with(&pkg, &machine, level, &setup).unwrap().workenv;
    let root = run(ValidationLevel::Standard).root;
    assert_eq!(tree_of(&root), ["bin/", "bin/run", "lib/", "lib/a", "lib/installed"]);
    assert_eq!(run(ValidationLevel::Strict).root, root);
    assert_eq!(setup.0.load(Ordering::Relaxed), 1);
    // What a slot brought is healed; what setup made needs another setup.
    fs::remove_file(root.join("lib/a")).unwrap();
    assert_eq!(run(ValidationLevel::Strict).root, root);
    assert!(root.join("lib/a").exists());
    assert_eq!(setup.0.load(Ordering::Relaxed), 1);
    fs::write(root.join("lib/installed"), "something else").unwrap();
    let again = run(ValidationLevel::Strict);
    assert!(again.fresh && again.root != root);
    assert_eq!(setup.0.load(Ordering::Relaxed), 2);
    let text = fs::read_to_string(again.root.join("lib/installed")).unwrap();
    assert_eq!(text, format!("wheel in {}", again.root.display()));
}

#[test]
fn s4_3_a_derived_file_in_the_place_of_a_slot_is_refused_and_leaves_nothing() {
    let (pkg, base) = (packed(&TestPlan { derived: vec![("bin/run", "x")], ..app_plan() }), fresh_base());
    let error = prepare_with(&pkg, &machine(&base, &[]), ValidationLevel::Standard, &Failing).err().unwrap();
    assert_eq!(error.code(), Code::WorkenvPlace);
    let left: Vec<String> = tree_of(&base).into_iter().filter(|path| !path.ends_with(".lock")).collect();
    assert_eq!(left, ["envs/", "slots/", "staging/"]);
}

#[test]
fn s6_2_the_loser_removes_its_own_attempt_and_takes_the_winner_s() {
    let (pkg, base) = (packed(&sharing_plan()), fresh_base());
    let won = prepare(&pkg, &base).workenv;
    let seal = base.join("envs").join(format!("{}.seal", won.key));
    // As a process sees it that looked before the winner had published.
    let hidden = seal.with_extension("hidden");
    fs::rename(&seal, &hidden).unwrap();
    struct Winner(PathBuf, PathBuf);
    impl crate::log::OnProgress for Winner {
        fn progress(&self, _: crate::log::Progress) {
            let _ = fs::rename(&self.0, &self.1);
        }
    }
    // Somebody uses what is about to look like an attempt of nobody.
    let _held = try_lock(&won.attempt.lock(), LockKind::Shared).unwrap();
    let winner = Winner(hidden, seal);
    let (machine, log) = (machine(&base, &[]), crate::workenv::test_package::Lines::default());
    let options = crate::workenv::prepare_workenv::PrepareOptions {
        machine: &machine,
        level: ValidationLevel::Standard,
        is_doubted: false,
        log: &log,
        run_setup: &Failing,
        on_progress: Some(&winner),
    };
    let lost = crate::workenv::prepare_workenv::prepare_workenv(&pkg, &options).unwrap();
    assert_eq!((lost.root.clone(), lost.fresh), (won.root.clone(), false));
    assert!(!CacheLayout::new(&base).attempt(&won.key, 2).directory.exists());
}

/// A full disk where there is none to fill: what a package says it needs is what is compared.
#[test]
fn s1_3_what_needs_more_than_is_free_leaves_the_rung_as_it_was() {
    let mut pkg = packed(&app_plan());
    pkg.slots[0].metadata.bytes = Some(u64::MAX);
    let base = fresh_base();
    let alone = crate::workenv::machine::Machine {
        environment: vec![("FLAVOR_CACHE".into(), base.clone().into())],
        ..machine(&base, &[])
    };
    let error = prepare_with(&pkg, &alone, ValidationLevel::Standard, &Failing).err().unwrap();
    assert_eq!(error.code(), Code::CacheFull);
    assert!(error.message().contains("are needed and"), "{error}");
    assert_eq!(tree_of(&base), Vec::<String>::new());
}
