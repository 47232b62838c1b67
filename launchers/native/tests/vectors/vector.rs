//! One vector as docs/vectors.md describes it.

use flavor_launcher::error::Result;
use serde_json::Value;
use std::fs::{read, read_dir};
use std::path::{Path, PathBuf};

/// The value has the names of the vector's `expect.ok`. A package tells each step of §9.1 before it takes it.
pub type Reader = fn(&Vector, &mut dyn FnMut(&'static str)) -> Result<Value>;

pub struct Vector {
    /// Such as `index/wrong-version`.
    pub id: String,
    pub comment: String,
    pub kind: String,
    /// Of packages: the step that refuses.
    pub level: Option<String>,
    /// Where its file lies, for those that have one.
    pub path: Option<PathBuf>,
    pub input: Value,
    expect: Value,
}

/// What a reader makes of a vector: a value or a code, and the step that it had reached.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    found: std::result::Result<Value, String>,
    level: Option<String>,
}

impl Outcome {
    pub fn of(vector: &Vector, read: Reader) -> Self {
        let mut level = None;
        let found =
            read(vector, &mut |step| level = Some(step.to_string())).map_err(|error| error.code().name().to_string());
        Outcome { found, level }
    }
}

impl Outcome {}

impl Vector {
    pub fn expected(&self) -> Outcome {
        let found = match &self.expect["error"] {
            Value::String(code) => Err(code.clone()),
            _ => Ok(self.expect["ok"].clone()),
        };
        Outcome { found, level: self.level.clone() }
    }

    pub fn bytes(&self) -> Vec<u8> {
        read(self.path.as_ref().expect("the vector has a file")).unwrap()
    }

    /// One value of `input`, as text.
    pub fn text(&self, key: &str) -> &str {
        self.input[key].as_str().unwrap_or_else(|| panic!("{} has no input.{key}", self.id))
    }

    /// One value of `input`, as a number.
    pub fn number(&self, key: &str) -> u64 {
        self.input[key].as_u64().unwrap_or_else(|| panic!("{} has no input.{key}", self.id))
    }

    /// One value of `input`, of hex digits.
    pub fn hex(&self, key: &str) -> Vec<u8> {
        let digits = self.text(key);
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
    }
}

/// Where the vectors lie.
pub fn root() -> PathBuf {
    match std::env::var_os("FLAVOR_VECTORS") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors"),
    }
}

/// All that have a kind; those of workenv have none.
pub fn load_vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for area in entries_of(&root()) {
        for file in entries_of(&area).iter().filter(|file| file.extension().is_some_and(|name| name == "json")) {
            vectors.extend(load_vector(&area, file));
        }
    }
    assert!(!vectors.is_empty());
    vectors
}

fn load_vector(area: &Path, file: &Path) -> Option<Vector> {
    let value: Value = serde_json::from_slice(&read(file).unwrap()).unwrap();
    let text = |key: &str| value[key].as_str().map(str::to_string);
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_string();
    Some(Vector {
        id: format!("{}/{}", name(area), name(file)),
        comment: text("comment")?,
        kind: text("kind")?,
        level: text("level"),
        path: text("file").map(|file| area.join(file)),
        input: value["input"].clone(),
        expect: value["expect"].clone(),
    })
}

fn entries_of(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
