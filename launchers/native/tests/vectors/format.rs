//! Vectors of `format` and `crypto`.

use crate::vector::{Reader, Vector};
use ed25519_dalek::SigningKey;
use flavor_launcher::crypto::ed25519::verify_ed25519;
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::crypto::key_id::key_id;
use flavor_launcher::crypto::sha256::sha256;
use flavor_launcher::error::{Code, Error, Result};
use flavor_launcher::format::command_line::split_command;
use flavor_launcher::format::operations::OperationChain;
use flavor_launcher::format::placeholders::{Place, Values, substitute};
use flavor_launcher::format::slot_descriptor::SlotDescriptor;
use flavor_launcher::format::target_path::parse_target;
use flavor_launcher::format::tree_listing::{build_listing, parse_listing};
use serde_json::{Value, json};

pub const READERS: &[(&str, Reader)] = &[
    ("slot-descriptor", |vector, _| read_descriptor(vector)),
    ("placeholder", |vector, _| read_placeholder(vector)),
    ("command-line", |vector, _| Ok(json!({ "argv": split_command(vector.text("command"), &"command")? }))),
    ("operations", |vector, _| read_operations(vector)),
    ("operations-name", |vector, _| Ok(json!({ "chain": OperationChain::parse(vector.text("text"), 0)?.0 }))),
    ("target-path", |vector, _| Ok(json!({ "path": parse_target(vector.text("target"), 0)? }))),
    ("listing", |vector, _| read_listing(vector)),
    ("ed25519", |vector, _| read_signature(vector)),
    ("seed-key", |vector, _| read_seed_key(vector)),
];

fn read_operations(vector: &Vector) -> Result<Value> {
    let packed = u64::from_str_radix(vector.text("packed").trim_start_matches("0x"), 16).unwrap();
    let chain = OperationChain::unpack(packed, 0)?;
    let mut again = [0; 8];
    again[..chain.0.len()].copy_from_slice(&chain.0);
    assert_eq!(u64::from_le_bytes(again), packed);
    Ok(json!({ "chain": chain.0, "name": chain.name() }))
}

fn read_descriptor(vector: &Vector) -> Result<Value> {
    let slot = SlotDescriptor::parse(&vector.bytes(), vector.number("slot") as usize)?;
    Ok(json!({
        "id": slot.id,
        "name_hash": format!("{:016x}", slot.name_hash),
        "offset": slot.offset,
        "size": slot.size,
        "original_size": slot.original_size,
        "operations": slot.operations.0,
        "checksum": format!("{:016x}", slot.checksum),
        "purpose": slot.purpose,
        "lifecycle": slot.lifecycle,
        "priority": slot.priority,
        "platform": slot.platform,
        "permissions": slot.permissions,
    }))
}

fn read_placeholder(vector: &Vector) -> Result<Value> {
    let place = if vector.text("place") == "command" { Place::Command } else { Place::Text };
    Ok(json!({ "text": substitute(vector.text("template"), &"template", &values_of(vector), place)? }))
}

/// What placeholders stand for in the vectors of this and of the launch.
pub fn values_of(vector: &Vector) -> Values {
    let values = &vector.input["values"];
    let text = |key: &str| values[key].as_str().unwrap().to_string();
    let slots = values["slots"].as_array().unwrap();
    Values {
        workenv: text("workenv"),
        package_name: text("package_name"),
        version: text("version"),
        os: text("os"),
        arch: text("arch"),
        platform: text("platform"),
        primary_slot: values["primary_slot"].as_u64().unwrap(),
        slots: slots.iter().map(|slot| slot.as_str().unwrap().to_string()).collect(),
    }
}

fn read_listing(vector: &Vector) -> Result<Value> {
    let entries = parse_listing(&vector.bytes())?;
    Ok(json!({ "entries": entries.len(), "tree": hex(&sha256(&build_listing(&entries))) }))
}

fn read_signature(vector: &Vector) -> Result<Value> {
    let is_valid = match (vector.hex("signature").try_into(), vector.hex("public_key").try_into()) {
        (Ok(signature), Ok(key)) => verify_ed25519(&signature, &vector.hex("message"), &key),
        _ => false,
    };
    if is_valid { Ok(json!({})) } else { Err(Error::new(Code::SignatureInvalid, "no signature of the message")) }
}

/// A launcher makes no keys: this shows that the vectors' key is that of the crate that verifies.
fn read_seed_key(vector: &Vector) -> Result<Value> {
    let seed = sha256(vector.text("text").as_bytes());
    let public_key = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
    Ok(json!({ "seed": hex(&seed), "public_key": hex(&public_key), "key_id": key_id(&public_key) }))
}
