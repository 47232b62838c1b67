use super::*;
use crate::platform::files::change_mode;
use crate::trust::key_line::key_text;
use crate::workenv::machine::this_machine;
use crate::workenv::test_scratch::scratch;
use std::fs;
use std::os::unix::fs::{chown, symlink};

const KEY: [u8; 32] = [7; 32];
const OTHER: [u8; 32] = [8; 32];

/// The user keyring of a machine of its own, made and with these files.
fn machine(files: &[(&str, String)]) -> (Machine, PathBuf) {
    let config = scratch("trust");
    let place = config.join("flavor/trust");
    fs::create_dir_all(&place).unwrap();
    change_mode(&place, 0o755).unwrap();
    for (name, text) in files {
        fs::write(place.join(name), text).unwrap();
        change_mode(&place.join(name), 0o644).unwrap();
    }
    (this_machine(vec![("XDG_CONFIG_HOME".into(), config.into_os_string())], false), place)
}

fn line(key: &[u8; 32], names: &str) -> String {
    ["flavor-ed25519 ", &key_text(key), " ", names, "\n"].concat()
}

fn outcome(machine: &Machine) -> std::result::Result<(), Code> {
    let pkg = SignedPackage { path: "x", name: "app", public_key: &KEY };
    Keyring::User.check(&pkg, machine).map_err(|error| error.code())
}

#[test]
fn s2_2_two_files_are_read_for_a_name() {
    assert_eq!(outcome(&this_machine(Vec::new(), false)), Ok(()));
    assert_eq!(outcome(&machine(&[]).0), Ok(()));
    for name in ["all.keys", "for-app.keys"] {
        assert_eq!(outcome(&machine(&[(name, line(&KEY, "app"))]).0), Ok(()), "{name}");
        assert_eq!(outcome(&machine(&[(name, line(&OTHER, "app"))]).0), Err(Code::KeyUntrusted), "{name}");
    }
    assert_eq!(outcome(&machine(&[("for-other.keys", line(&OTHER, "app"))]).0), Ok(()), "a file of another name");
    let both = machine(&[("all.keys", line(&OTHER, "*")), ("for-app.keys", line(&KEY, "app"))]);
    assert_eq!(outcome(&both.0), Ok(()));
    assert_eq!(outcome(&machine(&[("all.keys", "x\n".to_string())]).0), Err(Code::TrustLine));
    let long = "#".repeat(MAX_KEYS_FILE as usize + 1);
    assert_eq!(outcome(&machine(&[("all.keys", long)]).0), Err(Code::TrustLine));
}

#[test]
fn s2_1_with_more_rights_than_its_caller_the_users_keyring_is_not_looked_at() {
    let (mut machine, _) = machine(&[("all.keys", line(&OTHER, "*"))]);
    machine.is_privileged = true;
    assert_eq!(outcome(&machine), Ok(()));
}

#[test]
fn s2_5_what_others_could_write_is_refused() {
    for name in ["", "all.keys", "for-app.keys"] {
        for mode in [0o775, 0o757] {
            let (machine, place) = machine(&[("all.keys", line(&KEY, "app")), ("for-app.keys", String::new())]);
            change_mode(&place.join(name), mode).unwrap();
            assert_eq!(outcome(&machine), Err(Code::TrustFileUnsafe), "{name} {mode:o}");
        }
    }
}

#[test]
fn s2_5_what_belongs_to_somebody_else_is_refused() {
    let (mut machine, place) = machine(&[("all.keys", line(&KEY, "app"))]);
    if machine.uid != Some(0) {
        return println!("not root: files cannot be given away");
    }
    chown(place.join("all.keys"), Some(4242), None).unwrap();
    assert_eq!(outcome(&machine), Err(Code::TrustFileUnsafe));
    // Root's own is fine for everybody.
    chown(place.join("all.keys"), Some(0), None).unwrap();
    machine.uid = Some(4242);
    assert_eq!(outcome(&machine), Ok(()));
    chown(&place, Some(4243), None).unwrap();
    assert_eq!(outcome(&machine), Err(Code::TrustFileUnsafe));
}

#[test]
fn s2_5_other_kinds_of_files_are_refused_and_links_are_followed() {
    let (directory, place) = machine(&[]);
    fs::create_dir(place.join("all.keys")).unwrap();
    assert_eq!(outcome(&directory), Err(Code::TrustFileUnsafe));
    let (linked, place) = machine(&[("elsewhere", line(&OTHER, "app"))]);
    symlink("elsewhere", place.join("all.keys")).unwrap();
    assert_eq!(outcome(&linked), Err(Code::KeyUntrusted));
    let (file, place) = machine(&[]);
    fs::remove_dir(&place).unwrap();
    fs::write(&place, "").unwrap();
    change_mode(&place, 0o644).unwrap();
    assert_eq!(outcome(&file), Err(Code::TrustFileUnsafe));
    fs::remove_file(&place).unwrap();
    symlink("trust", &place).unwrap();
    assert_eq!(outcome(&file), Ok(()), "a circle of links leads to no keyring");
}
