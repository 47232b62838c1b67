//! Packages for tests, as they are after they were opened: slots are archives as they are stored.

use super::machine::{Machine, this_machine};
use super::prepare_workenv::{PrepareOptions, prepare_workenv};
use super::test_scratch::scratch;
use super::workenv::Workenv;
use super::workenv_request::RunSetup;
use crate::crypto::hex::hex;
use crate::crypto::sha256::sha256;
use crate::error::Result;
use crate::format::index_block::IndexBlock;
use crate::format::layout::Layout;
use crate::format::metadata::{
    Argv0, Build, DerivedFile, Execution, LauncherMetadata, Metadata, Package, RuntimeEnv, SetupCommand, SlotMetadata,
    ValidationLevel, WorkenvDirectory, WorkenvMetadata,
};
use crate::format::operations::{OP_TAR, OperationChain};
use crate::format::slot_descriptor::SlotDescriptor;
use crate::format::slot_enumerations::{Lifecycle, Purpose, SlotPlatform};
use crate::format::tree_listing::{EntryKind, ListingEntry, build_listing};
use crate::log::{Level, Log};
use crate::package::package_file::PackageFile;
use crate::package::package_slot::PackageSlot;
use crate::platform::files::change_mode;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

#[derive(Clone)]
pub struct TestSlot {
    pub id: &'static str,
    pub target: &'static str,
    pub lifecycle: Lifecycle,
    pub share: bool,
    pub platform: SlotPlatform,
    pub files: Vec<(&'static str, &'static str)>,
}

/// A tree from names and contents; a content that begins with `->` is a symlink.
pub fn tree_slot(id: &'static str, files: &[(&'static str, &'static str)]) -> TestSlot {
    TestSlot {
        id,
        target: "",
        lifecycle: Lifecycle::Runtime,
        share: false,
        platform: SlotPlatform::Any,
        files: files.to_vec(),
    }
}

#[derive(Clone)]
pub struct TestPlan {
    pub name: &'static str,
    pub argv: &'static str,
    pub slots: Vec<TestSlot>,
    pub derived: Vec<(&'static str, &'static str)>,
    pub directories: Vec<&'static str>,
    pub has_setup: bool,
}

/// What every test package has, unless a test says else: one tree with a program.
pub fn app_plan() -> TestPlan {
    let files = [("bin/run", "#!/bin/sh\necho ok\n"), ("lib/data.txt", "data\n"), ("lib/link", "->data.txt")];
    TestPlan {
        name: "sample",
        argv: "{workenv}/bin/run",
        slots: vec![tree_slot("app", &files)],
        derived: Vec::new(),
        directories: Vec::new(),
        has_setup: false,
    }
}

/// An application with an interpreter that other packages share.
pub fn sharing_plan() -> TestPlan {
    let python = tree_slot("python", &[("bin/python3", "#!/bin/sh\nexit 0\n"), ("lib/os.py", "x\n")]);
    let app = tree_slot("app", &[("lib/app.py", "print(1)\n")]);
    TestPlan {
        argv: "{workenv}/python/bin/python3",
        slots: vec![app, TestSlot { target: "python", share: true, ..python }],
        ..app_plan()
    }
}

pub fn packed(plan: &TestPlan) -> PackageFile {
    let path = scratch("package").join("app.psp");
    let mut stored = Vec::new();
    let slots: Vec<PackageSlot> = plan.slots.iter().enumerate().map(|(at, slot)| pack(at, slot, &mut stored)).collect();
    fs::write(&path, &stored).unwrap();
    let metadata = metadata_of(plan, slots.iter().map(|slot| slot.metadata.clone()).collect());
    let content_hash = hex(&sha256(format!("{metadata:?}").as_bytes()));
    PackageFile {
        file: File::open(&path).unwrap(),
        path,
        size: stored.len() as u64,
        index: IndexBlock {
            package_size: stored.len() as u64,
            launcher_size: 0,
            metadata_offset: 0,
            metadata_size: 0,
            slot_table_offset: 0,
            slot_table_size: 0,
            slot_count: 0,
            public_key: [0; 32],
            metadata_checksum: [0; 32],
            signature: [0; 64],
        },
        layout: Layout { launcher: 0..0, metadata: 0..0, slot_table: 0..0, trailer: 0..0 },
        metadata,
        metadata_bytes: Vec::new(),
        content_hash,
        slots,
    }
}

fn metadata_of(plan: &TestPlan, slots: Vec<SlotMetadata>) -> Metadata {
    let directory = |path: &&str| WorkenvDirectory { path: (*path).to_string(), mode: None };
    let file = |(path, template): &(&str, &str)| DerivedFile {
        path: (*path).to_string(),
        template: (*template).to_string(),
        mode: 0o644,
    };
    let setup = SetupCommand::Execute { command: "true".to_string() };
    Metadata {
        package: Package { name: plan.name.to_string(), version: "1.2.3".to_string(), description: String::new() },
        slots,
        execution: Execution {
            primary_slot: 0,
            command: plan.argv.to_string(),
            argv: Some(vec![plan.argv.to_string()]),
            argv0: Argv0::Invoked,
            commands: Vec::new(),
            env: Vec::new(),
            environment: Vec::new(),
        },
        derived: plan.derived.iter().map(file).collect(),
        runtime_env: RuntimeEnv::default(),
        workenv: WorkenvMetadata { directories: plan.directories.iter().map(directory).collect(), env: Vec::new() },
        setup_commands: if plan.has_setup { vec![setup] } else { Vec::new() },
        minimum_level: None,
        build: Build { tool: Some("flavor".to_string()), ..Build::default() },
        launcher: LauncherMetadata::default(),
        platforms: None,
        key_id: None,
        ephemeral: false,
        sbom: None,
        provenance: None,
    }
}

fn pack(index: usize, slot: &TestSlot, stored: &mut Vec<u8>) -> PackageSlot {
    let (archive, entries) = archive(&slot.files);
    let offset = stored.len() as u64;
    stored.extend(&archive);
    let files: Vec<&ListingEntry> = entries.iter().filter(|entry| entry.kind == EntryKind::File).collect();
    let hash = sha256(&archive);
    let size = archive.len() as u64;
    PackageSlot {
        index,
        descriptor: SlotDescriptor {
            id: index as u64,
            name_hash: 0,
            offset,
            size,
            original_size: size,
            operations: OperationChain(vec![OP_TAR]),
            checksum: u64::from_le_bytes(hash[..8].try_into().unwrap()),
            purpose: 1,
            lifecycle: 2,
            priority: 1,
            platform: 0,
            permissions: 0o755,
        },
        metadata: SlotMetadata {
            key_source: None,
            slot: index as u64,
            id: slot.id.to_string(),
            target: slot.target.to_string(),
            size,
            original_size: Some(size),
            checksum: format!("sha256:{}", hex(&hash)),
            operations: "tar".to_string(),
            purpose: "code".to_string(),
            lifecycle: "runtime".to_string(),
            permissions: None,
            self_ref: false,
            share: slot.share,
            tree: Some(hex(&sha256(&build_listing(&entries)))),
            files: Some(files.len() as u64),
            bytes: Some(files.iter().map(|entry| entry.size).sum()),
            platform: slot.platform,
        },
        is_tree: true,
        is_self: false,
        is_origin: false,
        target: slot.target.to_string(),
        purpose: Purpose::Code,
        lifecycle: slot.lifecycle,
    }
}

/// In ustar form, with the directories above each file.
fn archive(files: &[(&str, &str)]) -> (Vec<u8>, Vec<ListingEntry>) {
    let mut members: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for (path, content) in files {
        for (end, _) in path.match_indices('/') {
            members.insert(path[..end].to_string(), None);
        }
        members.insert((*path).to_string(), Some(content));
    }
    let (mut archive, mut entries) = (Vec::new(), Vec::new());
    for (path, content) in members {
        let target = content.and_then(|content| content.strip_prefix("->"));
        let (flag, kind, mode, body) = match (content, target) {
            (None, _) => (b'5', EntryKind::Directory, 0o755, ""),
            (_, Some(_)) => (b'2', EntryKind::Symlink, 0o777, ""),
            (Some(content), None) => (b'0', EntryKind::File, 0o755, content),
        };
        archive.extend(header(&path, flag, mode, body.len(), target.unwrap_or("")));
        archive.extend(body.as_bytes());
        archive.resize(archive.len().next_multiple_of(512), 0);
        let hashed = if kind == EntryKind::Directory { None } else { Some(target.unwrap_or(body)) };
        entries.push(ListingEntry {
            kind,
            mode: if kind == EntryKind::File { 0o555 } else { mode },
            size: hashed.map_or(0, |text| text.len() as u64),
            sha256: hashed.map(|text| sha256(text.as_bytes())),
            path,
        });
    }
    archive.resize(archive.len() + 1024, 0);
    (archive, entries)
}

fn header(path: &str, flag: u8, mode: u16, size: usize, link: &str) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, path.as_bytes());
    put(100, format!("{mode:07o}\0").as_bytes());
    put(108, b"0000000\x000000000\0");
    put(124, format!("{size:011o}\x0000000000000\0        ").as_bytes());
    put(156, &[flag]);
    put(157, link.as_bytes());
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// A base that is there, of mode 0700.
pub fn fresh_base() -> PathBuf {
    let base = scratch("base").join("cache");
    fs::create_dir(&base).unwrap();
    change_mode(&base, 0o700).unwrap();
    base
}

#[derive(Default)]
pub struct Lines(pub Mutex<Vec<String>>);

impl Log for Lines {
    fn log(&self, level: Level, message: &str) {
        if level != Level::Debug {
            self.0.lock().unwrap().push(format!("{level:?}: {message}"));
        }
    }
}

/// Writes a file that names the place.
pub struct Setup;

impl RunSetup for Setup {
    fn run(&self, _: &[SetupCommand], root: &Path, _: &[PathBuf]) -> Result<()> {
        fs::write(root.join("made-by-setup"), root.as_os_str().as_encoded_bytes()).unwrap();
        Ok(())
    }
}

pub fn machine(base: &Path, more: &[(&str, &str)]) -> Machine {
    let next = format!("{}-next", base.display());
    let pairs = [("FLAVOR_CACHE", base.to_str().unwrap()), ("XDG_CACHE_HOME", &next)];
    this_machine(pairs.iter().chain(more).map(|(name, value)| (name.into(), value.into())).collect(), false)
}

pub struct Prepared {
    pub workenv: Workenv,
    /// `Level: message` of each line.
    pub lines: Vec<String>,
}

/// Prepares in `base`; what fails there lands in `<base>-next/flavor`, never in a directory of this machine.
pub fn prepare(pkg: &PackageFile, base: &Path) -> Prepared {
    prepare_at(pkg, base, ValidationLevel::Standard)
}

pub fn prepare_at(pkg: &PackageFile, base: &Path, level: ValidationLevel) -> Prepared {
    prepare_with(pkg, &machine(base, &[]), level, &Setup).unwrap()
}

pub fn prepare_with(
    pkg: &PackageFile,
    machine: &Machine,
    level: ValidationLevel,
    run_setup: &dyn RunSetup,
) -> Result<Prepared> {
    let log = Lines::default();
    let options = PrepareOptions { machine, level, is_doubted: false, log: &log, run_setup, on_progress: None };
    let mut workenv = prepare_workenv(pkg, &options)?;
    workenv.release_use();
    Ok(Prepared { workenv, lines: log.0.into_inner().unwrap() })
}

/// Every path below a directory, sorted; directories end with a slash.
pub fn tree_of(directory: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    walk(directory, "", &mut paths);
    paths.sort();
    paths
}

fn walk(directory: &Path, prefix: &str, paths: &mut Vec<String>) {
    for item in fs::read_dir(directory).unwrap().map(|item| item.unwrap()) {
        let name = format!("{prefix}{}", item.file_name().to_str().unwrap());
        if item.file_type().unwrap().is_dir() {
            walk(&item.path(), &format!("{name}/"), paths);
            paths.push(format!("{name}/"));
        } else {
            paths.push(name);
        }
    }
}
