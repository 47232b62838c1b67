use super::*;
use crate::format::slot_enumerations::SlotPlatform;
use crate::package::package_file::PackageFile;
use crate::platform::files::change_mode;
use crate::platform::status::status_of;
use crate::workenv::prepare_workenv::{PrepareOptions, published_workenv};
use crate::workenv::test_package::{
    Lines, Setup, TestPlan, TestSlot, app_plan, fresh_base, machine, packed, prepare, tree_of, tree_slot,
};
use std::fs;
use std::path::Path;

fn lazy_plan() -> TestPlan {
    let lazy = |id| TestSlot { lifecycle: Lifecycle::Lazy, target: id, ..tree_slot(id, &[("m/one", "x")]) };
    let foreign = TestSlot { platform: SlotPlatform::Windows, ..lazy("foreign") };
    TestPlan { slots: [app_plan().slots, vec![lazy("models"), foreign]].concat(), ..app_plan() }
}

/// The place, and what was said.
fn ask(pkg: &PackageFile, base: &Path, id: &str, level: ValidationLevel) -> Result<(PathBuf, Vec<String>)> {
    let (log, machine) = (Lines::default(), machine(base, &[]));
    let options =
        PrepareOptions { machine: &machine, level, is_doubted: false, log: &log, run_setup: &Setup, on_progress: None };
    let mut place = PathBuf::new();
    published_workenv(pkg, &options, &mut |request, workenv, _| {
        place = materialise_slot(request, &workenv, lazy_slot(pkg, request.plan, id)?)?;
        Ok(())
    })?;
    Ok((place, log.0.into_inner().unwrap()))
}

fn overwrite(path: &Path, text: &str) {
    change_mode(path, 0o755).unwrap();
    fs::write(path, text).unwrap();
    change_mode(path, 0o555).unwrap();
}

#[test]
fn s9_3_unpacked_when_asked_for_once_without_write_bits_and_healed_after_that() {
    let (pkg, base) = (packed(&lazy_plan()), fresh_base());
    let workenv = prepare(&pkg, &base).workenv;
    let named = workenv.slot_directories(&pkg)[0].clone();
    assert!(!named.1.exists());
    let (place, _) = ask(&pkg, &base, "models", ValidationLevel::Standard).unwrap();
    assert_eq!(named, ("models".to_string(), place.clone()));
    let file = place.join("m/one");
    assert_eq!(status_of(&file).unwrap().unwrap().mode, 0o555);
    fs::remove_file(&file).unwrap();
    let (again, lines) = ask(&pkg, &base, "models", ValidationLevel::Standard).unwrap();
    assert_eq!((again, lines.len()), (place, 1));
    assert!(lines[0].contains("healed 1 entry"), "{lines:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "x");
    assert_eq!(tree_of(&base.join("staging")), Vec::<String>::new());
}

#[test]
fn s9_3_strict_and_the_next_boot_find_changed_content() {
    let (pkg, base) = (packed(&lazy_plan()), fresh_base());
    let (place, _) = ask(&pkg, &base, "models", ValidationLevel::Standard).unwrap();
    let file = place.join("m/one");
    overwrite(&file, "y");
    fs::write(place.join("extra"), "").unwrap();
    ask(&pkg, &base, "models", ValidationLevel::Strict).unwrap();
    assert_eq!((fs::read_to_string(&file).unwrap().as_str(), place.join("extra").exists()), ("x", false));
    if cfg!(target_os = "linux") {
        overwrite(&file, "\0");
        fs::write(place.with_file_name("checked"), "0-0\n").unwrap();
        ask(&pkg, &base, "models", ValidationLevel::Standard).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "x");
    }
}

#[test]
fn s9_3_names_what_can_be_asked_for() {
    let (pkg, base) = (packed(&lazy_plan()), fresh_base());
    for id in ["app", "foreign", ""] {
        let error = ask(&pkg, &base, id, ValidationLevel::Standard).unwrap_err();
        assert_eq!(error.code(), Code::SlotNotLazy);
        assert!(error.message().contains("expected one of models (workenv"), "{error}");
    }
    let error = ask(&packed(&app_plan()), &base, "models", ValidationLevel::Standard).unwrap_err();
    assert!(error.message().contains("has no lazy slots"), "{error}");
}
