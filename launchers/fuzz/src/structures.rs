//! Answers of `format` and `crypto` for bytes.

use crate::answers::answer;
use crate::inputs::{number, text};
use flavor_launcher::crypto::ed25519::verify_ed25519;
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::crypto::sha256::sha256;
use flavor_launcher::format::execution_rules::check_execution;
use flavor_launcher::format::index_block::IndexBlock;
use flavor_launcher::format::layout::Layout;
use flavor_launcher::format::metadata::{Metadata, Pairs, SetupCommand, checksum_hex};
use flavor_launcher::format::operations::OperationChain;
use flavor_launcher::format::slot_descriptor::SlotDescriptor;
use flavor_launcher::format::trailer::parse_trailer;
use flavor_launcher::format::tree_listing::{build_listing, parse_listing};

/// The last bytes of a file.
pub fn trailer(bytes: &[u8]) -> String {
    answer(parse_trailer(bytes, bytes.len() as u64).map(|index| {
        let mut fields = numbers_of(&index).map(|value| value.to_string()).to_vec();
        fields.extend([hex(&index.public_key), hex(&index.metadata_checksum), hex(&index.signature)]);
        fields
    }))
}

fn numbers_of(index: &IndexBlock) -> [u64; 7] {
    [
        index.package_size,
        index.launcher_size,
        index.metadata_offset,
        index.metadata_size,
        index.slot_table_offset,
        index.slot_table_size,
        u64::from(index.slot_count),
    ]
}

/// The numbers of an index from package_size on, as they lie in the block, 4 bytes of slot_count; then offset and size of each slot.
pub fn index(bytes: &[u8]) -> String {
    let at = |field: usize| number(bytes, 8 * field);
    let index = IndexBlock {
        package_size: at(0),
        launcher_size: at(1),
        metadata_offset: at(2),
        metadata_size: at(3),
        slot_table_offset: at(4),
        slot_table_size: at(5),
        slot_count: at(6) as u32,
        public_key: [0; 32],
        metadata_checksum: [0; 32],
        signature: [0; 64],
    };
    let slots: Vec<_> = bytes.get(52..).unwrap_or_default().chunks_exact(16).take(16).enumerate().map(slot).collect();
    answer(Layout::check(&index, index.package_size).and_then(|layout| {
        let gaps = layout.gaps(slots.iter())?;
        Ok(gaps.iter().flat_map(|gap| [gap.range.start.to_string(), gap.range.end.to_string()]).collect())
    }))
}

fn slot((id, bytes): (usize, &[u8])) -> SlotDescriptor {
    SlotDescriptor {
        id: id as u64,
        name_hash: 0,
        offset: number(bytes, 0),
        size: number(bytes, 8),
        original_size: 0,
        operations: OperationChain::default(),
        checksum: 0,
        purpose: 0,
        lifecycle: 0,
        priority: 0,
        platform: 0,
        permissions: 0,
    }
}

/// One descriptor, at the position that its first byte says.
pub fn slot_descriptor(bytes: &[u8]) -> String {
    let position = bytes.first().copied().unwrap_or_default();
    answer(SlotDescriptor::parse(bytes, usize::from(position)).map(|slot| {
        let numbers = [slot.id, slot.name_hash, slot.offset, slot.size, slot.original_size, slot.checksum];
        let mut fields: Vec<_> = numbers.iter().map(u64::to_string).collect();
        let bytes = [slot.purpose, slot.lifecycle, slot.priority, slot.platform];
        fields.extend(bytes.iter().map(u8::to_string));
        fields.extend([slot.permissions.to_string(), hex(&slot.operations.0), slot.operations.name()]);
        fields
    }))
}

/// 8 bytes are a packed chain, all else the name of one.
pub fn operations(bytes: &[u8]) -> String {
    let found = |chain: OperationChain| vec![hex(&chain.0), chain.name()];
    if bytes.len() == 8 {
        return answer(OperationChain::unpack(number(bytes, 0), 0).map(found));
    }
    text(bytes, |name| answer(OperationChain::parse(name, 0).map(found)))
}

/// Public key, signature, message.
pub fn ed25519(bytes: &[u8]) -> String {
    let Some((key, rest)) = bytes.split_first_chunk::<32>() else { return "short".to_owned() };
    let Some((signature, message)) = rest.split_first_chunk::<64>() else { return "short".to_owned() };
    verify_ed25519(signature, message, key).to_string()
}

pub fn listing(bytes: &[u8]) -> String {
    answer(parse_listing(bytes).map(|entries| {
        let again = build_listing(&entries);
        assert_eq!(again, bytes, "a listing that is accepted is written alike");
        vec![entries.len().to_string(), hex(&sha256(&again))]
    }))
}

/// The JSON of a package, with the rules that need nothing else.
pub fn metadata(bytes: &[u8]) -> String {
    answer(Metadata::parse(bytes).and_then(|metadata| {
        check_execution(&metadata)?;
        Ok(metadata_fields(&metadata))
    }))
}

fn metadata_fields(metadata: &Metadata) -> Vec<String> {
    let Metadata { package, execution, runtime_env, workenv, build, launcher, .. } = metadata;
    let mut fields = vec![package.name.clone(), package.version.clone(), package.description.clone()];
    for slot in &metadata.slots {
        fields.extend([slot.slot.to_string(), slot.id.clone(), slot.target.clone(), slot.size.to_string()]);
        fields.extend([slot.original_size, slot.files, slot.bytes].map(or_dash));
        fields.extend([checksum_hex(&slot.checksum).to_owned(), slot.operations.clone(), or_dash(slot.tree.clone())]);
        fields.extend([slot.purpose.clone(), slot.lifecycle.clone(), or_dash(slot.permissions)]);
        fields.extend([slot.self_ref.to_string(), slot.share.to_string(), slot.platform.name().to_owned()]);
    }
    fields.extend([execution.primary_slot.to_string(), execution.command.clone(), format!("{:?}", execution.argv0)]);
    fields.extend(execution.argv.iter().flatten().cloned());
    for (name, command) in &execution.commands {
        fields.extend([name.clone(), format!("{:?}", command.argv0)]);
        fields.extend(command.argv.iter().cloned());
    }
    for pairs in [&execution.env, &execution.environment, &runtime_env.map, &runtime_env.set, &workenv.env] {
        fields.extend(sorted(pairs));
    }
    fields.extend(runtime_env.pass.iter().chain(&runtime_env.unset).cloned());
    for directory in &workenv.directories {
        fields.extend([directory.path.clone(), or_dash(directory.mode)]);
    }
    for file in &metadata.derived {
        fields.extend([file.path.clone(), file.template.clone(), file.mode.to_string()]);
    }
    fields.extend(metadata.setup_commands.iter().flat_map(setup_fields));
    fields.extend([
        or_dash(build.tool.clone()),
        or_dash(launcher.size),
        or_dash(launcher.checksum.as_deref().map(checksum_hex)),
    ]);
    fields.extend([or_dash(metadata.key_id.clone()), metadata.ephemeral.to_string()]);
    fields.extend([or_dash(metadata.sbom.clone()), or_dash(metadata.provenance.clone())]);
    fields
}

/// Text of what may be absent.
fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// JavaScript moves keys that look like numbers to the front: the order means nothing here.
fn sorted(pairs: &Pairs) -> Vec<String> {
    let mut texts: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    texts.sort();
    texts
}

fn setup_fields(command: &SetupCommand) -> Vec<String> {
    match command {
        SetupCommand::Execute { command } => vec!["execute".to_owned(), command.clone()],
        SetupCommand::EnumerateAndExecute { command, path, pattern } => {
            vec!["enumerate".to_owned(), command.clone(), path.clone(), pattern.clone()]
        }
        SetupCommand::WriteFile { path, content, mode } => vec![path.clone(), content.clone(), or_dash(*mode)],
        SetupCommand::Chmod { path, mode } => vec![path.clone(), mode.to_string()],
    }
}
