//! Spec §5.3: the typed metadata out of its JSON. Keys that are not listed are allowed and mean nothing; listed ones are checked in the
//! order of the specification, those that nothing here uses too.

use super::json_fields::{Fields, Read, boolean, count, list, map, string, wrong};
use super::limits::MAX_SLOTS;
use super::metadata::{
    Argv0, Build, CommandMetadata, DerivedFile, Execution, LauncherMetadata, Metadata, Package, PackagePlatform,
    RuntimeEnv, SetupCommand, SlotMetadata, ValidationLevel, WorkenvDirectory, WorkenvMetadata,
};
use super::metadata_forms::{
    argv, argv0, environment, foreign_hash, key_id, key_source, libc_version, name, name_fault, octal, octal_or_number,
    own_hash, slot_platform, text, texts, variable, variable_fault,
};
use super::metadata_json::Json;
use super::platform::{Arch, LibcKind, Os};
use super::slot_enumerations::SlotPlatform;

pub fn read_metadata(value: &Json<'_>) -> Read<Metadata> {
    let fields = Fields::of(value)?;
    fields.required("format", |value| match string(value)? {
        "PSPF/2025" => Ok(()),
        _ => Err(wrong(value, "\"PSPF/2025\"")),
    })?;
    fields.optional("format_version", text)?;
    let package = fields.required("package", read_package)?;
    let slots = fields.required("slots", |value| match list(value, read_slot)? {
        slots if slots.len() <= MAX_SLOTS as usize => Ok(slots),
        _ => Err(wrong(value, "at most 1024 slots")),
    })?;
    let execution = fields.required("execution", read_execution)?;
    let derived = fields.optional("derived", |value| list(value, read_derived))?.unwrap_or_default();
    let runtime_env = fields.nullable("runtime", |value| Fields::of(value)?.nullable("env", read_runtime_env))?;
    let workenv = fields.nullable("workenv", read_workenv)?.unwrap_or_default();
    let setup_commands = fields.nullable("setup_commands", |value| list(value, read_setup))?.unwrap_or_default();
    fields.nullable("cache_validation", |value| {
        let fields = Fields::of(value)?;
        fields.required("check_file", text)?;
        fields.required("expected_content", text)
    })?;
    let minimum_level = fields.nullable("verification", read_minimum_level)?.flatten();
    let build = fields.nullable("build", read_build)?.unwrap_or_default();
    let launcher = fields.nullable("launcher", read_launcher)?.unwrap_or_default();
    fields.optional("test_key", boolean)?;
    fields.optional("expires", count)?;
    fields.optional("rotations", texts)?;
    Ok(Metadata {
        package,
        slots,
        execution,
        derived,
        runtime_env: runtime_env.flatten().unwrap_or_default(),
        workenv,
        setup_commands,
        minimum_level,
        build,
        launcher,
        platforms: fields.optional("platforms", |value| list(value, read_platform))?,
        key_id: fields.optional("key_id", key_id)?,
        ephemeral: fields.optional("ephemeral", boolean)?.unwrap_or_default(),
        sbom: fields.optional("sbom", text)?,
        provenance: fields.optional("provenance", text)?,
    })
}

fn read_package(value: &Json<'_>) -> Read<Package> {
    let fields = Fields::of(value)?;
    Ok(Package {
        name: fields.required("name", name)?,
        version: fields.required("version", text)?,
        description: fields.optional("description", text)?.unwrap_or_default(),
    })
}

fn read_slot(value: &Json<'_>) -> Read<SlotMetadata> {
    let fields = Fields::of(value)?;
    let slot = fields.required("slot", count)?;
    let id = fields.required("id", name)?;
    fields.optional("source", text)?;
    let target = fields.required("target", text)?;
    let size = fields.required("size", count)?;
    let original_size = fields.optional("original_size", count)?;
    let checksum = fields.required("checksum", |value| match string(value)? {
        "" => Ok(String::new()),
        _ => foreign_hash(value),
    })?;
    let operations = fields.required("operations", text)?;
    let purpose = fields.optional("purpose", text)?.unwrap_or_else(|| "data".to_string());
    let lifecycle = fields.optional("lifecycle", text)?.unwrap_or_else(|| "runtime".to_string());
    fields.optional("resolution", text)?;
    Ok(SlotMetadata {
        slot,
        id,
        target,
        size,
        original_size,
        checksum,
        operations,
        purpose,
        lifecycle,
        permissions: fields.nullable("permissions", octal)?,
        self_ref: fields.optional("self_ref", boolean)?.unwrap_or_default(),
        share: fields.optional("share", boolean)?.unwrap_or_default(),
        tree: fields.optional("tree", own_hash)?,
        files: fields.optional("files", count)?,
        bytes: fields.optional("bytes", count)?,
        platform: fields.optional("platform", slot_platform)?.unwrap_or(SlotPlatform::Any),
        key_source: fields.optional("key_source", key_source)?,
    })
}

fn read_execution(value: &Json<'_>) -> Read<Execution> {
    let fields = Fields::of(value)?;
    Ok(Execution {
        primary_slot: fields.optional("primary_slot", count)?.unwrap_or_default(),
        command: fields.required("command", text)?,
        argv: fields.optional("argv", argv)?,
        argv0: fields.optional("argv0", argv0)?.unwrap_or(Argv0::Invoked),
        commands: fields.optional("commands", |value| map(value, name_fault, read_command))?.unwrap_or_default(),
        env: fields.nullable("env", environment)?.unwrap_or_default(),
        environment: fields.nullable("environment", environment)?.unwrap_or_default(),
    })
}

/// Spec §8.1: how one command of the package is started.
fn read_command(value: &Json<'_>) -> Read<CommandMetadata> {
    let fields = Fields::of(value)?;
    Ok(CommandMetadata {
        argv: fields.required("argv", argv)?,
        argv0: fields.optional("argv0", argv0)?.unwrap_or(Argv0::Invoked),
    })
}

/// Spec §6.5.
fn read_derived(value: &Json<'_>) -> Read<DerivedFile> {
    let fields = Fields::of(value)?;
    Ok(DerivedFile {
        path: fields.required("path", name)?,
        template: fields.required("template", string)?.to_string(),
        mode: fields.required("mode", octal)?,
    })
}

/// Spec §7.2.
fn read_runtime_env(value: &Json<'_>) -> Read<RuntimeEnv> {
    let fields = Fields::of(value)?;
    Ok(RuntimeEnv {
        pass: fields.optional("pass", texts)?.unwrap_or_default(),
        unset: fields.optional("unset", texts)?.unwrap_or_default(),
        map: fields.optional("map", |value| map(value, variable_fault, variable))?.unwrap_or_default(),
        set: fields.optional("set", environment)?.unwrap_or_default(),
    })
}

/// Spec §7.3.
fn read_workenv(value: &Json<'_>) -> Read<WorkenvMetadata> {
    let fields = Fields::of(value)?;
    let directories = fields.nullable("directories", |value| {
        list(value, |value| {
            let fields = Fields::of(value)?;
            Ok(WorkenvDirectory { path: fields.required("path", text)?, mode: fields.nullable("mode", octal)? })
        })
    })?;
    let env = fields.nullable("env", environment)?;
    fields.nullable("umask", octal)?;
    Ok(WorkenvMetadata { directories: directories.unwrap_or_default(), env: env.unwrap_or_default() })
}

/// Spec §7.5: the four kinds of setup command, and the plain string that only one reference reads.
fn read_setup(value: &Json<'_>) -> Read<SetupCommand> {
    if let Json::Text(_) = value {
        return Ok(SetupCommand::Execute { command: text(value)? });
    }
    let fields = Fields::of(value)?;
    match fields.required("type", string)? {
        "execute" => Ok(SetupCommand::Execute { command: fields.required("command", text)? }),
        "enumerate_and_execute" => {
            let command = fields.required("command", text)?;
            let (path, pattern) = fields.required("enumerate", |value| {
                let fields = Fields::of(value)?;
                Ok((fields.required("path", text)?, fields.required("pattern", text)?))
            })?;
            Ok(SetupCommand::EnumerateAndExecute { command, path, pattern })
        }
        "write_file" => Ok(SetupCommand::WriteFile {
            path: fields.required("path", text)?,
            content: fields.required("content", text)?,
            mode: fields.optional("mode", octal_or_number)?,
        }),
        "chmod" => Ok(SetupCommand::Chmod {
            path: fields.required("path", text)?,
            mode: fields.optional("mode", octal)?.unwrap_or(0o700),
        }),
        _ => Err(wrong(value, "execute, enumerate_and_execute, write_file or chmod")),
    }
}

fn read_minimum_level(value: &Json<'_>) -> Read<Option<ValidationLevel>> {
    let fields = Fields::of(value)?;
    fields.optional("signed", boolean)?;
    fields.optional("minimum_level", |value| match string(value)? {
        "strict" => Ok(ValidationLevel::Strict),
        "standard" => Ok(ValidationLevel::Standard),
        "relaxed" => Ok(ValidationLevel::Relaxed),
        "minimal" => Ok(ValidationLevel::Minimal),
        "none" => Ok(ValidationLevel::None),
        _ => Err(wrong(value, "strict, standard, relaxed, minimal or none")),
    })
}

fn read_build(value: &Json<'_>) -> Read<Build> {
    let fields = Fields::of(value)?;
    let build = Build {
        tool: fields.optional("tool", text)?,
        tool_version: fields.optional("tool_version", text)?,
        timestamp: fields.optional("timestamp", text)?,
    };
    fields.optional("deterministic", boolean)?;
    Ok(build)
}

fn read_launcher(value: &Json<'_>) -> Read<LauncherMetadata> {
    let fields = Fields::of(value)?;
    Ok(LauncherMetadata {
        tool: fields.optional("tool", text)?,
        tool_version: fields.optional("tool_version", text)?,
        size: fields.optional("size", count)?,
        checksum: fields.optional("checksum", foreign_hash)?,
    })
}

fn read_platform(value: &Json<'_>) -> Read<PackagePlatform> {
    let fields = Fields::of(value)?;
    Ok(PackagePlatform {
        os: fields
            .required("os", |value| Os::of(string(value)?).ok_or_else(|| wrong(value, "linux, darwin or windows")))?,
        arch: fields
            .required("arch", |value| Arch::of(string(value)?).ok_or_else(|| wrong(value, "amd64 or arm64")))?,
        libc: fields.optional("libc", |value| match string(value)? {
            "glibc" => Ok(LibcKind::Glibc),
            "musl" => Ok(LibcKind::Musl),
            _ => Err(wrong(value, "glibc or musl")),
        })?,
        libc_version: fields.optional("libc_version", libc_version)?,
    })
}

#[cfg(test)]
mod tests;
