use super::*;
use crate::platform::files::change_mode;
use crate::workenv::machine::this_machine;
use crate::workenv::rung_failure::Stop;
use crate::workenv::test_scratch::scratch;
use std::fs;
use std::os::unix::fs::{chown, symlink};

const OTHER: u32 = 4242;

fn machine() -> Machine {
    this_machine(Vec::new(), false)
}

fn is_root() -> bool {
    machine().uid == Some(0)
}

fn cache(path: PathBuf) -> Rung {
    Rung { name: RungName::Cache, path }
}

fn temporary(path: PathBuf) -> Rung {
    Rung { name: RungName::Temporary, path }
}

fn directory(mode: u16) -> PathBuf {
    let path = scratch("base").join("base");
    fs::create_dir(&path).unwrap();
    change_mode(&path, mode).unwrap();
    path
}

fn refusal_of(rung: &Rung, machine: &Machine) -> String {
    match inspect_base(rung, machine) {
        BaseState::Refused(reason) => reason,
        other => panic!("{other:?}"),
    }
}

fn failure_of(rung: &Rung, machine: &Machine) -> String {
    match make_base(rung, machine) {
        Err(Stop::Rung(failure)) => failure.reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn s1_2_takes_an_own_directory_and_gives_its_contents_modes_like_its_own() {
    let modes = |mode| match inspect_base(&cache(directory(mode)), &machine()) {
        BaseState::Usable(base) => (base.directory_mode, base.file_mode, base.is_read_only),
        other => panic!("{other:?}"),
    };
    assert_eq!(modes(0o700), (0o700, 0o600, false));
    assert_eq!(modes(0o755), (0o755, 0o644, false));
}

#[test]
fn s1_2_refuses_a_directory_that_others_can_write_to() {
    for mode in [0o777, 0o775, 0o722, 0o1777] {
        let reason = refusal_of(&cache(directory(mode)), &machine());
        assert_eq!(reason, format!("others can write to it (mode {mode:04o})"));
    }
}

#[test]
fn s1_2_refuses_a_directory_in_tmp_that_others_can_look_into() {
    assert!(refusal_of(&temporary(directory(0o755)), &machine()).contains("look into"));
    assert!(matches!(inspect_base(&temporary(directory(0o700)), &machine()), BaseState::Usable(_)));
}

#[test]
fn s1_2_refuses_a_symlink_and_a_file_that_somebody_planted() {
    let place = scratch("planted");
    symlink(directory(0o700), place.join("link")).unwrap();
    fs::write(place.join("file"), "").unwrap();
    assert_eq!(refusal_of(&cache(place.join("link")), &machine()), "it is a symlink");
    assert_eq!(refusal_of(&cache(place.join("file")), &machine()), "it is no directory");
    assert!(refusal_of(&cache(place.join("file/below")), &machine()).starts_with("something on its path"));
}

#[test]
fn s1_3_makes_a_base_of_mode_0700_and_what_is_missing_above_it() {
    let path = scratch("made").join("a/b/flavor");
    assert!(matches!(inspect_base(&cache(path.clone()), &machine()), BaseState::Absent));
    assert_eq!(make_base(&cache(path.clone()), &machine()).unwrap().path, path);
    assert_eq!(status_of(&path).unwrap().unwrap().mode, 0o700);
}

#[test]
fn s1_3_does_not_make_the_temporary_directory_of_a_machine_that_has_none() {
    let missing = scratch("none").join("var/tmp");
    assert!(failure_of(&temporary(missing.join("flavor-0")), &machine()).contains("is not there"));
    assert!(!missing.exists());
}

#[test]
fn s1_3_makes_nothing_in_a_directory_that_others_can_change() {
    let open = directory(0o777);
    assert!(failure_of(&cache(open.join("flavor")), &machine()).contains("others can change"));
    change_mode(&open, 0o1777).unwrap();
    assert!(make_base(&cache(open.join("flavor")), &machine()).is_ok());
}

/// Needs root, as the tests of CI have it.
#[test]
fn s1_2_refuses_a_base_that_somebody_else_owns_and_reads_one_of_root() {
    if !is_root() {
        return;
    }
    let foreign = directory(0o700);
    chown(&foreign, Some(OTHER), Some(OTHER)).unwrap();
    assert_eq!(refusal_of(&cache(foreign), &machine()), "it belongs to uid 4242");
    let other = Machine { uid: Some(OTHER), ..machine() };
    let path = directory(0o755);
    match inspect_base(&cache(path.clone()), &other) {
        BaseState::Usable(base) => assert!(base.is_read_only),
        found => panic!("{found:?}"),
    }
    assert_eq!(refusal_of(&temporary(path.clone()), &other), "it belongs to uid 0");
    assert_eq!(failure_of(&cache(path), &other), "it belongs to uid 0");
}

/// Needs root, as the tests of CI have it.
#[test]
fn s1_3_sudo_with_a_kept_home_makes_nothing_in_the_home_of_the_user() {
    if !is_root() {
        return;
    }
    let home = directory(0o755);
    chown(&home, Some(OTHER), Some(OTHER)).unwrap();
    assert!(failure_of(&cache(home.join(".cache/flavor")), &machine()).ends_with("belongs to uid 4242"));
    assert!(!home.join(".cache").exists());
}

#[test]
fn s1_2_a_variable_that_may_be_somebody_elses_leads_to_no_base_that_others_can_move() {
    let base = directory(0o700);
    let above = base.parent().unwrap().to_path_buf();
    let sudo = this_machine(vec![("SUDO_UID".into(), "1000".into())], false);
    change_mode(&above, 0o777).unwrap();
    let refused = format!("others can change {}", above.display());
    assert_eq!(refusal_of(&cache(base.clone()), &sudo), refused);
    assert_eq!(
        refusal_of(&Rung { name: RungName::Runtime, path: base.clone() }, &this_machine(Vec::new(), true)),
        refused
    );
    let explicit = Rung { name: RungName::FlavorCache, path: base.clone() };
    assert!(matches!(inspect_base(&explicit, &sudo), BaseState::Usable(_)));
    change_mode(&above, 0o700).unwrap();
    assert!(matches!(inspect_base(&cache(base.clone()), &sudo), BaseState::Usable(_)));
    if !is_root() {
        return println!("skipped: the rest needs root");
    }
    let link = scratch("link").join("link");
    symlink(&above, &link).unwrap();
    std::os::unix::fs::lchown(&link, Some(OTHER), Some(OTHER)).unwrap();
    assert_eq!(refusal_of(&cache(link.join("base")), &sudo), format!("{} belongs to uid {OTHER}", link.display()));
    chown(&above, Some(OTHER), Some(OTHER)).unwrap();
    assert_eq!(refusal_of(&cache(base), &sudo), format!("{} belongs to uid {OTHER}", above.display()));
}
