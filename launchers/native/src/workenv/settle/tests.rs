use super::*;
use crate::error::Code;
use crate::format::metadata::ValidationLevel;
use crate::platform::files::change_mode;
use crate::platform::status::status_of;
use crate::workenv::prepare_workenv::{PrepareOptions, published_workenv};
use crate::workenv::seal::{format_seal, parse_seal};
use crate::workenv::test_package::{Lines, Setup, fresh_base, machine, packed, prepare, sharing_plan};
use std::fs;

/// What settling says, and the key.
fn settled(base: &Path, change: impl Fn(&Published) -> Published) -> (Result<bool>, Published) {
    let (pkg, log, machine) = (packed(&sharing_plan()), Lines::default(), machine(base, &[]));
    let level = ValidationLevel::Standard;
    let options =
        PrepareOptions { machine: &machine, level, is_doubted: false, log: &log, run_setup: &Setup, on_progress: None };
    let mut result = None;
    published_workenv(&pkg, &options, &mut |request, _, published| {
        let published = change(published);
        result = Some((settle_workenv(request, &published), published));
        Ok(())
    })
    .unwrap();
    result.unwrap()
}

#[test]
fn s7_7_what_the_seal_holds_are_whole_seconds_and_it_fits_in_another_boot() {
    let base = fresh_base();
    change_mode(&base, 0o755).unwrap();
    let (result, published) = settled(&base, Published::clone);
    assert!(result.unwrap());
    let mark = published.attempt.settled();
    assert_eq!(status_of(&mark).unwrap().unwrap().mode, 0o644);
    let place = published.site.layout.seal(&published.site.key);
    let mut seal = parse_seal(&fs::read(&place).unwrap()).unwrap();
    assert_eq!(seal.executable.as_ref().unwrap().mtime % NANOSECONDS, 0);
    assert!(seal.slots.iter().filter_map(|slot| slot.shared).all(|mtime| mtime % NANOSECONDS == 0));
    assert!(seal.slots.iter().any(|slot| slot.shared.is_some()));
    seal.boot = Some("0-0".to_string());
    fs::write(&place, format_seal(&seal)).unwrap();
    let before = fs::read(&place).unwrap();
    assert!(!prepare(&packed(&sharing_plan()), &base).workenv.fresh);
    assert_eq!(fs::read(&place).unwrap(), before);
}

#[test]
fn s7_7_what_somebody_else_owns_is_left_as_it_is() {
    let (result, published) = settled(&fresh_base(), |published| {
        let mut other = published.clone();
        other.site.base.is_read_only = true;
        other
    });
    assert!(!result.unwrap());
    assert!(!published.attempt.settled().exists());
}

#[test]
fn s7_7_a_place_that_cannot_be_written_through_is_an_error() {
    let (result, _) = settled(&fresh_base(), |published| {
        fs::remove_dir_all(published.site.layout.envs()).unwrap();
        published.clone()
    });
    assert_eq!(result.unwrap_err().code(), Code::CacheUnusable);
}
