//! What a directory holds.

use crate::platform::status::{FileKind, status_of};
use std::path::Path;

/// Sum of the sizes of regular files, links not followed; one with several names counts once. What vanishes meanwhile counts nothing.
pub fn disk_usage(directory: &Path) -> u64 {
    let mut files = Vec::new();
    add_files(directory, &mut files);
    files.sort_unstable();
    // Windows tells no identities here, and nothing of ours has two names there.
    #[cfg(unix)]
    files.dedup();
    files.iter().fold(0, |sum, (_, size)| sum.saturating_add(*size))
}

type Identity = (u64, u64);

fn add_files(directory: &Path, files: &mut Vec<(Identity, u64)>) {
    let Ok(items) = std::fs::read_dir(directory) else { return };
    for item in items.flatten() {
        let path = item.path();
        match status_of(&path) {
            Ok(Some(status)) if status.kind == FileKind::Directory => add_files(&path, files),
            Ok(Some(status)) if status.kind == FileKind::File => files.push((status.identity, status.size)),
            _ => {}
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::workenv::test_scratch::scratch;

    #[test]
    fn s10_5_a_file_with_two_names_counts_once_and_a_link_not_at_all() {
        let top = scratch("usage");
        std::fs::create_dir(top.join("d")).unwrap();
        std::fs::write(top.join("d/a"), [0; 100]).unwrap();
        std::fs::write(top.join("b"), [0; 7]).unwrap();
        std::fs::hard_link(top.join("d/a"), top.join("c")).unwrap();
        std::os::unix::fs::symlink(top.join("d"), top.join("l")).unwrap();
        assert_eq!(disk_usage(&top), 107);
        assert_eq!(disk_usage(&top.join("none")), 0);
    }
}
