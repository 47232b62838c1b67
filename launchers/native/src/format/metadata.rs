//! Spec §5.3: the signed JSON, with defaults in place of what is absent. Maps keep the order of the text.

use super::metadata_json::parse_metadata_json;
use super::metadata_schema::read_metadata;
use super::platform::{Arch, LibcKind, Os};
use super::slot_enumerations::SlotPlatform;
use crate::error::{Code, Error, Result};

#[derive(Clone, Debug)]
pub struct Metadata {
    pub package: Package,
    pub slots: Vec<SlotMetadata>,
    pub execution: Execution,
    pub derived: Vec<DerivedFile>,
    pub runtime_env: RuntimeEnv,
    pub workenv: WorkenvMetadata,
    pub setup_commands: Vec<SetupCommand>,
    /// Absent: standard.
    pub minimum_level: Option<ValidationLevel>,
    pub build: Build,
    pub launcher: LauncherMetadata,
    /// Absent: any.
    pub platforms: Option<Vec<PackagePlatform>>,
    pub key_id: Option<String>,
    pub ephemeral: bool,
    pub sbom: Option<String>,
    pub provenance: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub description: String,
}

#[derive(Clone, Debug)]
pub struct SlotMetadata {
    pub slot: u64,
    pub id: String,
    pub target: String,
    /// Stored bytes.
    pub size: u64,
    /// Bytes of the decoded stream.
    pub original_size: Option<u64>,
    /// As it stands in the text; 64 hex digits behind any prefix, or empty.
    pub checksum: String,
    pub operations: String,
    pub purpose: String,
    pub lifecycle: String,
    pub permissions: Option<u16>,
    pub self_ref: bool,
    pub share: bool,
    /// 64 hex digits, without the prefix.
    pub tree: Option<String>,
    pub files: Option<u64>,
    pub bytes: Option<u64>,
    pub platform: SlotPlatform,
    /// Spec §4.7: where the key of an encrypted slot comes from.
    pub key_source: Option<String>,
}

pub type Pairs = Vec<(String, String)>;

#[derive(Clone, Debug)]
pub struct Execution {
    pub primary_slot: u64,
    pub command: String,
    pub argv: Option<Vec<String>>,
    pub argv0: Argv0,
    pub commands: Vec<(String, CommandMetadata)>,
    pub env: Pairs,
    pub environment: Pairs,
}

#[derive(Clone, Debug)]
pub struct CommandMetadata {
    pub argv: Vec<String>,
    pub argv0: Argv0,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argv0 {
    Invoked,
    Program,
}

/// Spec §7.2.
#[derive(Clone, Debug, Default)]
pub struct RuntimeEnv {
    pub pass: Vec<String>,
    pub unset: Vec<String>,
    pub map: Pairs,
    pub set: Pairs,
}

/// Spec §7.3.
#[derive(Clone, Debug, Default)]
pub struct WorkenvMetadata {
    pub directories: Vec<WorkenvDirectory>,
    pub env: Pairs,
}

#[derive(Clone, Debug)]
pub struct WorkenvDirectory {
    pub path: String,
    pub mode: Option<u16>,
}

/// Spec §6.5.
#[derive(Clone, Debug)]
pub struct DerivedFile {
    pub path: String,
    pub template: String,
    pub mode: u16,
}

/// Spec §7.5.
#[derive(Clone, Debug)]
pub enum SetupCommand {
    Execute { command: String },
    EnumerateAndExecute { command: String, path: String, pattern: String },
    WriteFile { path: String, content: String, mode: Option<u64> },
    Chmod { path: String, mode: u16 },
}

/// Spec §9.1, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValidationLevel {
    None,
    Minimal,
    Relaxed,
    Standard,
    Strict,
}

#[derive(Clone, Debug, Default)]
pub struct Build {
    pub tool: Option<String>,
    pub tool_version: Option<String>,
    pub timestamp: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct LauncherMetadata {
    pub tool: Option<String>,
    pub tool_version: Option<String>,
    pub size: Option<u64>,
    /// As it stands in the text.
    pub checksum: Option<String>,
}

#[derive(Clone, Debug)]
pub struct PackagePlatform {
    pub os: Os,
    pub arch: Arch,
    pub libc: Option<LibcKind>,
    /// Major and minor.
    pub libc_version: Option<(u32, u32)>,
}

impl Metadata {
    /// Spec §5.2 and §5.3: the inflated metadata as a value. Errors: those of `parse_metadata_json`, and METADATA_SCHEMA with the path of
    /// the first wrong field.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        read_metadata(&parse_metadata_json(bytes)?).map_err(|wrong| {
            let field = if wrong.path.is_empty() { "(the whole)" } else { &wrong.path };
            let message = format!("metadata: {field} is {}, expected {} (spec §5.3)", wrong.got, wrong.want);
            Error::new(Code::MetadataSchema, message)
                .with("field", field)
                .with("got", wrong.got)
                .with("want", wrong.want)
        })
    }

    /// Spec §1.1: our own packages are held to rules that the reference builders break.
    pub fn is_own(&self) -> bool {
        self.build.tool.as_deref() == Some("flavor")
    }
}

/// The digits of a checksum, without the prefix (which the reference's Python builder doubles).
pub fn checksum_hex(checksum: &str) -> &str {
    checksum.rsplit(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_1_only_the_exact_name_of_the_tool_makes_a_package_own() {
        let text = |build: &str| {
            format!(
                r#"{{"format":"PSPF/2025","package":{{"name":"a","version":"1"}},"slots":[],"execution":{{"command":"a"}}{build}}}"#
            )
        };
        let is_own = |build: &str| Metadata::parse(text(build).as_bytes()).unwrap().is_own();
        assert!(is_own(r#","build":{"tool":"flavor"}"#));
        assert!(!is_own(r#","build":{"tool":"Flavor"}"#));
        assert!(!is_own(r#","build":{"tool":"flavor-python"}"#));
        assert!(!is_own(r#","build":null"#));
        assert!(!is_own(""));
    }

    #[test]
    fn s5_3_a_refusal_names_the_field() {
        let error = Metadata::parse(br#"{"format":"PSPF/2025","package":{"name":"a","version":1}}"#).unwrap_err();
        assert_eq!(error.code(), Code::MetadataSchema);
        assert_eq!(error.message(), "metadata: package.version is 1, expected a string (spec §5.3)");
    }

    #[test]
    fn s5_3_digits_are_what_stands_behind_any_prefix() {
        assert_eq!(["ab", "sha256:ab", "sha256:sha256:ab", ""].map(checksum_hex), ["ab", "ab", "ab", ""]);
    }
}
