//! Directories for tests, each of its own name; a test's directories go when its thread ends.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

thread_local! {
    static MADE: RefCell<Made> = const { RefCell::new(Made(Vec::new())) };
}

struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        for path in &self.0 {
            super::remove_tree::remove_tree(path).unwrap();
        }
    }
}

pub fn scratch(name: &str) -> PathBuf {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let base = std::env::temp_dir().canonicalize().unwrap();
    let path = base.join(format!("flavor-native-{}-{number}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    crate::platform::files::change_mode(&path, 0o755).unwrap();
    MADE.with_borrow_mut(|made| made.0.push(path.clone()));
    path
}
