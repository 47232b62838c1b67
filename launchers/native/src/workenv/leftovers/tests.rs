use super::*;
use crate::workenv::machine::this_machine;
use crate::workenv::os_lock::claim_lock;
use crate::workenv::staging::Staging;
use crate::workenv::test_package::{app_plan, fresh_base, packed, prepare};
use std::fs;

const KEY: &str = "dead-1-dddddddddddddddddddd";

fn sweep(layout: &CacheLayout) {
    remove_leftovers(layout, &this_machine(Vec::new(), false));
}

fn cache() -> (CacheLayout, PathBuf) {
    let base = fresh_base();
    let workenv = prepare(&packed(&app_plan()), &base).workenv;
    (CacheLayout::new(&base), workenv.root)
}

fn age(path: &Path) {
    let then = SystemTime::now() - Duration::from_secs(25 * 3600);
    fs::File::open(path).unwrap().set_modified(then).unwrap();
}

#[test]
fn s8_3_what_a_dead_process_left_goes_and_what_somebody_owns_stays() {
    let (layout, root) = cache();
    let [dead, owned, bare] = [1, 2, 3].map(|number| layout.attempt(KEY, number));
    for attempt in [&dead, &owned, &bare] {
        fs::create_dir_all(attempt.root().join("half")).unwrap();
    }
    fs::write(dead.lock(), "").unwrap();
    let lock = claim_lock(&owned.lock()).unwrap().unwrap();
    fs::write(layout.attempt(KEY, 9).lock(), "").unwrap();
    let mine = Staging::claim(&layout.staging(), 0o700).unwrap();
    let orphan = layout.staging().join("0123456789abcdef");
    fs::create_dir(&orphan).unwrap();
    sweep(&layout);
    assert!(
        ![&dead.directory, &bare.directory, &orphan, &layout.attempt(KEY, 9).lock()].iter().any(|path| path.exists())
    );
    assert!([&owned.directory, &mine.path, &root].iter().all(|path| path.exists()));
    drop(lock);
    sweep(&layout);
    assert!(!owned.directory.exists() && mine.path.exists());
}

#[test]
fn s2_names_that_are_not_ours_are_left_alone() {
    let (layout, _) = cache();
    let foreign = [layout.envs().join("notes"), layout.staging().join("notes"), layout.envs().join("x.1")];
    for path in &foreign {
        fs::create_dir(path).unwrap();
    }
    sweep(&layout);
    assert!(foreign.iter().all(|path| path.exists()));
}

#[test]
fn s9_1_a_run_that_nobody_owns_goes_after_a_day() {
    let (layout, _) = cache();
    let run = layout.runs().join("0123456789abcdef");
    fs::create_dir_all(&run).unwrap();
    sweep(&layout);
    assert!(run.exists());
    age(&run);
    sweep(&layout);
    assert!(!run.exists());
}

#[test]
fn s9_1_a_start_removes_as_many_old_runs_as_it_has_time_for_and_passes_by_those_that_are_used() {
    let (layout, _) = cache();
    let runs: Vec<PathBuf> = (0..66).map(|at| layout.runs().join(format!("{at:016}"))).collect();
    let young = layout.runs().join("f".repeat(16));
    for run in &runs {
        fs::create_dir_all(run).unwrap();
        age(run);
    }
    fs::create_dir(&young).unwrap();
    let used = try_lock(&lock_of(&runs[0]), LockKind::Exclusive).unwrap().unwrap();
    remove_old_runs(&layout, &this_machine(Vec::new(), false));
    let left: Vec<usize> = (0..66).filter(|at| runs[*at].exists()).collect();
    assert_eq!((left, young.exists()), (vec![0, 65], true));
    drop(used);
    remove_old_runs(&layout, &this_machine(Vec::new(), false));
    assert!(runs.iter().all(|run| !run.exists()) && young.exists());
}

#[test]
fn s8_3_a_lock_of_a_run_that_nobody_owns_goes_alone_too() {
    let (layout, _) = cache();
    fs::create_dir(layout.runs()).unwrap();
    fs::write(layout.runs().join("0123456789abcdef.lock"), "").unwrap();
    sweep(&layout);
    assert_eq!(fs::read_dir(layout.runs()).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn s10_4_a_superseded_attempt_that_a_process_works_in_stays() {
    let (layout, _) = cache();
    let attempt = layout.attempt(KEY, 1);
    fs::create_dir_all(attempt.root()).unwrap();
    fs::write(attempt.seal(), "").unwrap();
    let mut user = std::process::Command::new("sleep").arg("60").current_dir(attempt.root()).spawn().unwrap();
    sweep(&layout);
    let is_kept = attempt.root().exists();
    user.kill().unwrap();
    user.wait().unwrap();
    assert!(is_kept);
    sweep(&layout);
    assert!(!attempt.directory.exists());
}
