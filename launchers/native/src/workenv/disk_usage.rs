//! What a directory holds.

use crate::platform::status::{FileKind, is_directory, status_of};
use std::path::Path;

/// Sum of the sizes of regular files, links not followed; one with several names counts once. What vanishes meanwhile counts nothing.
pub fn disk_usage(directory: &Path) -> u64 {
    // A link in its place may lead to all of a disk.
    if is_directory(directory) { sum_of(directory, &mut Vec::new()) } else { 0 }
}

/// `counted`: files with several names, of which there are few.
fn sum_of(directory: &Path, counted: &mut Vec<(u64, u64)>) -> u64 {
    let Ok(items) = std::fs::read_dir(directory) else { return 0 };
    let mut sum: u64 = 0;
    for item in items.flatten() {
        let bytes = match status_of(&item.path()) {
            Ok(Some(status)) if status.kind == FileKind::Directory => sum_of(&item.path(), counted),
            Ok(Some(status)) if status.kind == FileKind::File && status.names < 2 => status.size,
            Ok(Some(status)) if status.kind == FileKind::File && !counted.contains(&status.identity) => {
                counted.push(status.identity);
                status.size
            }
            _ => 0,
        };
        sum = sum.saturating_add(bytes);
    }
    sum
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
        assert_eq!(disk_usage(&top.join("l")), 0);
        assert_eq!(disk_usage(&top.join("none")), 0);
    }
}
