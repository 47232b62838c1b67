//! Spec §8.5: every failure has a code that never changes, and the code decides the exit status.

use std::fmt;

macro_rules! codes {
    ($($variant:ident $name:literal $exit:literal)*) => {
        /// Closed union of all codes; docs/errors.md says what each means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($variant),* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// Spec §8.5: exit status of a launcher.
            pub fn exit(self) -> u8 {
                match self { $(Code::$variant => $exit),* }
            }
        }
    };
}

codes! {
    Truncated "TRUNCATED" 103
    DecodedTooLong "DECODED_TOO_LONG" 103
    GzipHeader "GZIP_HEADER" 103
    GzipData "GZIP_DATA" 103
    GzipCrc "GZIP_CRC" 103
    GzipTrailing "GZIP_TRAILING" 103
    ZstdFrame "ZSTD_FRAME" 103
    ZstdWindow "ZSTD_WINDOW" 103
    ZstdDictionary "ZSTD_DICTIONARY" 103
    ZstdData "ZSTD_DATA" 103
    ZstdTrailing "ZSTD_TRAILING" 103
    SlotKeyWrong "SLOT_KEY_WRONG" 110
    EncryptedData "ENCRYPTED_DATA" 103
    TarChecksum "TAR_CHECKSUM" 103
    TarHeader "TAR_HEADER" 103
    TarType "TAR_TYPE" 103
    TarMode "TAR_MODE" 103
    TarName "TAR_NAME" 103
    TarSize "TAR_SIZE" 103
    TarExtension "TAR_EXTENSION" 103
    TarPadding "TAR_PADDING" 103
    TarEnd "TAR_END" 103
    TarLimit "TAR_LIMIT" 103
    TrailerTooShort "TRAILER_TOO_SHORT" 102
    TrailerMagic "TRAILER_MAGIC" 102
    IndexVersion "INDEX_VERSION" 102
    IndexChecksum "INDEX_CHECKSUM" 102
    IndexPackageSize "INDEX_PACKAGE_SIZE" 102
    IndexReserved "INDEX_RESERVED" 102
    IndexBounds "INDEX_BOUNDS" 102
    IndexOverlap "INDEX_OVERLAP" 102
    IndexSlotTable "INDEX_SLOT_TABLE" 102
    IndexLimit "INDEX_LIMIT" 102
    PaddingNotZero "PADDING_NOT_ZERO" 102
    SlotDescriptorSize "SLOT_DESCRIPTOR_SIZE" 102
    SlotId "SLOT_ID" 102
    SlotReserved "SLOT_RESERVED" 102
    SlotPurpose "SLOT_PURPOSE" 102
    SlotLifecycle "SLOT_LIFECYCLE" 102
    SlotPlatform "SLOT_PLATFORM" 102
    SlotNameHash "SLOT_NAME_HASH" 102
    SlotPermissions "SLOT_PERMISSIONS" 102
    SlotSize "SLOT_SIZE" 102
    SlotChecksum "SLOT_CHECKSUM" 102
    SlotOperations "SLOT_OPERATIONS" 102
    SlotSelf "SLOT_SELF" 102
    OperationChain "OPERATION_CHAIN" 102
    OperationUnknown "OPERATION_UNKNOWN" 102
    OperationUnsupported "OPERATION_UNSUPPORTED" 102
    MetadataGzip "METADATA_GZIP" 102
    MetadataLimit "METADATA_LIMIT" 102
    MetadataChecksum "METADATA_CHECKSUM" 107
    MetadataUtf8 "METADATA_UTF8" 102
    MetadataJson "METADATA_JSON" 102
    MetadataDuplicateKey "METADATA_DUPLICATE_KEY" 102
    MetadataDepth "METADATA_DEPTH" 102
    MetadataNumber "METADATA_NUMBER" 102
    MetadataSchema "METADATA_SCHEMA" 102
    MetadataSlots "METADATA_SLOTS" 102
    MetadataTarget "METADATA_TARGET" 102
    MetadataPlaceholder "METADATA_PLACEHOLDER" 102
    MetadataCommand "METADATA_COMMAND" 102
    ListingEntry "LISTING_ENTRY" 103
    LauncherBare "LAUNCHER_BARE" 102
    SelfNotFound "SELF_NOT_FOUND" 106
    SelfNotReadable "SELF_NOT_READABLE" 106
    CommandUnknown "COMMAND_UNKNOWN" 105
    LauncherCliUnknown "LAUNCHER_CLI_UNKNOWN" 105
    LauncherCliUsage "LAUNCHER_CLI_USAGE" 105
    PlatformWrong "PLATFORM_WRONG" 110
    LibcTooOld "LIBC_TOO_OLD" 110
    ProgramMissing "PROGRAM_MISSING" 104
    ProgramRefused "PROGRAM_REFUSED" 104
    ProgramFormat "PROGRAM_FORMAT" 104
    ProgramInterpreter "PROGRAM_INTERPRETER" 104
    ProgramArguments "PROGRAM_ARGUMENTS" 104
    ProgramStart "PROGRAM_START" 104
    SetupFailed "SETUP_FAILED" 104
    SetupPath "SETUP_PATH" 104
    SetupMode "SETUP_MODE" 104
    LaunchInternal "LAUNCH_INTERNAL" 101
    FileRead "FILE_READ" 106
    FileChanged "FILE_CHANGED" 106
    OutputWrite "OUTPUT_WRITE" 106
    OutputExists "OUTPUT_EXISTS" 106
    SignatureInvalid "SIGNATURE_INVALID" 107
    KeyId "KEY_ID" 107
    LauncherSize "LAUNCHER_SIZE" 107
    LauncherChecksum "LAUNCHER_CHECKSUM" 107
    SlotData "SLOT_DATA" 103
    SlotDecodedSize "SLOT_DECODED_SIZE" 103
    SlotKeyUnavailable "SLOT_KEY_UNAVAILABLE" 110
    SlotShare "SLOT_SHARE" 102
    SlotTargets "SLOT_TARGETS" 102
    TreeHash "TREE_HASH" 103
    TreeCount "TREE_COUNT" 103
    EntryPath "ENTRY_PATH" 103
    EntryMode "ENTRY_MODE" 103
    EntryDuplicate "ENTRY_DUPLICATE" 103
    EntryParent "ENTRY_PARENT" 103
    EntryLink "ENTRY_LINK" 103
    CacheUnusable "CACHE_UNUSABLE" 106
    CacheFull "CACHE_FULL" 106
    PersistentUnusable "PERSISTENT_UNUSABLE" 106
    WorkenvPlace "WORKENV_PLACE" 102
    TreeDamaged "TREE_DAMAGED" 103
    SlotNotLazy "SLOT_NOT_LAZY" 105
    PackageReplaced "PACKAGE_REPLACED" 106
    KeyUntrusted "KEY_UNTRUSTED" 107
    TrustFileRead "TRUST_FILE_READ" 109
    TrustFileUnsafe "TRUST_FILE_UNSAFE" 109
    TrustLine "TRUST_LINE" 109
}

/// A failure: what, where, found, expected, and what to do next.
#[derive(Debug)]
pub struct Error(Box<Failure>);

#[derive(Debug)]
struct Failure {
    code: Code,
    message: String,
    detail: Vec<(&'static str, String)>,
    hint: Option<String>,
    system: Option<i32>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error(Box::new(Failure { code, message: message.into(), detail: Vec::new(), hint: None, system: None }))
    }

    /// Machine-readable facts for `--json` and JSON log lines: file, offset, field, got, want.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.0.detail.push((key, value.into()));
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Keeps the number of the system's error: a full disk under an OUTPUT_WRITE makes a rung of the cache's ladder fail, no more.
    #[must_use]
    pub fn caused_by(mut self, cause: &std::io::Error) -> Self {
        self.0.system = cause.raw_os_error();
        self
    }

    /// As `std::io::Error::raw_os_error`.
    pub fn system_error(&self) -> Option<i32> {
        self.0.system
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub fn detail(&self) -> &[(&'static str, String)] {
        &self.0.detail
    }

    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error[{}]: {}", self.code().name(), self.message())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use std::path::Path;

    /// Code and launcher's exit of each row, from the page that is generated from the code tables of `src/`.
    fn documented(page: &str) -> HashMap<&str, u8> {
        let rows = page.lines().filter(|line| line.starts_with("| `"));
        rows.map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let exit = cells.iter().filter_map(|cell| cell.parse().ok()).find(|number| *number > 100);
            (cells[0].trim_matches('`'), exit.unwrap_or_else(|| panic!("no launcher's exit in {row}")))
        })
        .collect()
    }

    #[test]
    fn s8_5_codes_and_exits_are_those_of_the_documentation() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
        let Ok(page) = std::fs::read_to_string(&path) else {
            return println!("{} is not here: nothing to compare with", path.display());
        };
        let documented = documented(&page);
        assert!(documented.len() > Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(documented.get(code.name()), Some(&code.exit()), "{}", code.name());
        }
    }

    #[test]
    fn an_error_shows_its_code_and_keeps_its_facts_apart() {
        let error = Error::new(Code::SlotId, "slot 1: id is 7")
            .with("got", "7")
            .hint("look")
            .caused_by(&std::io::Error::from_raw_os_error(5));
        assert_eq!(error.to_string(), "error[SLOT_ID]: slot 1: id is 7");
        assert_eq!(
            (error.detail(), error.hint_text(), error.system_error()),
            (&[("got", "7".to_string())][..], Some("look"), Some(5))
        );
    }
}
