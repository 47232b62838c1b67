use super::*;
use TarMemberType::{Directory, File, Hardlink, Symlink};

fn member(kind: TarMemberType, path: &str, link: &str) -> TarMember {
    let mode = if kind == Directory { 0o755 } else { 0o644 };
    TarMember { path: path.to_owned(), kind, mode, size: 0, link_target: link.to_owned(), offset: 0 }
}

fn check(members: &[TarMember]) -> Result<Vec<ListingEntry>> {
    let mut checker = TreeChecker::new("it");
    for member in members {
        let path = checker.judge(member)?;
        checker.record(member, path)?;
    }
    Ok(checker.settle(std::iter::empty()))
}

fn refusal(members: &[TarMember]) -> Option<Code> {
    check(members).err().map(|error| error.code())
}

#[test]
fn s6_1_takes_plain_paths_and_one_slash_behind_a_directory() {
    let entries = check(&[member(Directory, "a/", ""), member(File, "a/b", ""), member(Directory, "a/c", "")]).unwrap();
    let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["a", "a/b", "a/c"]);
    for path in ["", "/a", "a/../b", "./a", "a//b", "a\\b", "c:/a", "a\0", "a/"] {
        assert_eq!(refusal(&[member(File, path, "")]), Some(Code::EntryPath), "{path:?}");
    }
    assert_eq!(refusal(&[member(Directory, "a//", "")]), Some(Code::EntryPath));
}

#[test]
fn s6_1_refuses_special_mode_bits() {
    let mut program = member(File, "a", "");
    program.mode = 0o4755;
    assert_eq!(refusal(&[program]), Some(Code::EntryMode));
}

#[test]
fn s6_1_refuses_a_path_twice_but_for_a_directory_that_was_implied() {
    let (file, directory) = (member(File, "a", ""), member(Directory, "a", ""));
    for second in [file.clone(), directory.clone(), member(Symlink, "a", "b"), member(Hardlink, "a", "a")] {
        assert_eq!(refusal(&[file.clone(), second]), Some(Code::EntryDuplicate));
    }
    assert_eq!(refusal(&[directory.clone(), directory.clone()]), Some(Code::EntryDuplicate));
    let below = member(File, "a/b/c", "");
    assert_eq!(refusal(&[below.clone(), directory.clone(), member(Directory, "a/b", "")]), None);
    assert_eq!(refusal(&[below.clone(), directory.clone(), directory]), Some(Code::EntryDuplicate));
    for second in [file, member(Symlink, "a", "b")] {
        assert_eq!(refusal(&[below.clone(), second]), Some(Code::EntryDuplicate));
    }
}

#[test]
fn s6_1_refuses_entries_below_files_and_links() {
    for first in [member(File, "a", ""), member(Symlink, "a", "b")] {
        for path in ["a/b", "a/b/c"] {
            assert_eq!(refusal(&[first.clone(), member(File, path, "")]), Some(Code::EntryParent), "{path}");
        }
    }
    let deep = [member(Directory, "a", ""), member(Symlink, "a/b", "c"), member(File, "a/b/c/d", "")];
    assert_eq!(refusal(&deep), Some(Code::EntryParent));
}

#[test]
fn s6_1_links_stay_inside_of_the_slot() {
    let link = |path: &str, target: &str| refusal(&[member(Symlink, path, target)]);
    for (path, target) in [("a", "b"), ("a", "."), ("a/b", ".."), ("a/b/c", "../../d/e"), ("a", "b/c"), ("a/b", "../a")]
    {
        assert_eq!(link(path, target), None, "{path} -> {target}");
    }
    let outside = ["..", "/a", "../a", "b/../c", "./b", "b/.", "b//c", "b/", "", "a\\b", "a\0b", "b/.."];
    for target in outside {
        assert_eq!(link("a", target), Some(Code::EntryLink), "{target:?}");
    }
    assert_eq!(link("a/b", "../.."), Some(Code::EntryLink));
}

#[test]
fn s6_1_hard_links_name_earlier_files() {
    let file = member(File, "a", "");
    assert_eq!(refusal(&[file.clone(), member(Hardlink, "b", "a"), member(Hardlink, "c", "b")]), None);
    for target in ["b", "d", "l", "c", "./a"] {
        let members =
            [file.clone(), member(Directory, "d", ""), member(Symlink, "l", "a"), member(Hardlink, "c", target)];
        assert_eq!(refusal(&members), Some(Code::EntryLink), "{target}");
    }
}

#[test]
fn s6_3_a_hard_link_is_listed_as_the_file_that_it_names() {
    let mut checker = TreeChecker::new("it");
    let mut file = member(File, "a", "");
    file.mode = 0o755;
    for member in [&file, &member(Hardlink, "b", "a"), &member(Hardlink, "c", "b")] {
        let path = checker.judge(member).unwrap();
        checker.record(member, path).unwrap();
    }
    let entries = checker.settle([(0, 3, [7; 32])].into_iter());
    for entry in &entries {
        assert_eq!((entry.size, entry.sha256, entry.mode), (3, Some([7; 32]), 0o555), "{}", entry.path);
    }
}
