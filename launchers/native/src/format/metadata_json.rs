//! Spec §5.2: JSON as every reader reads it.

use super::limits::MAX_METADATA_DEPTH;
use super::quoted::quoted;
use crate::error::{Code, Error, Result};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

/// A value of the metadata. Objects keep the order of the text, strings without escapes are those of the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Text(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// The largest integer that a double holds exactly, and its negation, bound all numbers.
const MAX_INTEGER: u64 = (1 << 53) - 1;
/// Up to here each key is compared with all before it; longer objects are sorted, so that a hostile one costs no square of its length.
const COMPARED_KEYS: usize = 24;

/// Spec §5.2: UTF-8 without a byte order mark, JSON (RFC 8259) without duplicate keys, at most 32 levels deep, every number an
/// integer that a double holds exactly, no key with a meaning of its own in JavaScript. JSON parsers differ on all of these, and a
/// difference between two readers is an attack. Errors: METADATA_UTF8, METADATA_JSON, METADATA_DUPLICATE_KEY, METADATA_DEPTH,
/// METADATA_NUMBER.
pub fn parse_metadata_json(bytes: &[u8]) -> Result<Json<'_>> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        let message = "metadata begins with a byte order mark, expected \"{\" (spec §5.2)";
        return Err(Error::new(Code::MetadataUtf8, message).with("offset", "0"));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            let message = format!("metadata: byte {at} is not UTF-8, expected UTF-8 (spec §5.2)");
            return Err(Error::new(Code::MetadataUtf8, message).with("offset", at.to_string()));
        }
    };
    let fault = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Level { depth: 0, fault: &fault }.deserialize(&mut deserializer);
    read.and_then(|value| deserializer.end().map(|()| value)).map_err(|error| refusal(&error, fault.take()))
}

/// What serde's error cannot carry.
struct Fault {
    code: Code,
    field: &'static str,
    got: String,
    want: &'static str,
}

/// Reads one value, `depth` levels below the whole.
#[derive(Clone, Copy)]
struct Level<'f> {
    depth: usize,
    fault: &'f Cell<Option<Fault>>,
}

impl Level<'_> {
    fn refuse<T, E: serde::de::Error>(
        self,
        code: Code,
        field: &'static str,
        got: String,
        want: &'static str,
    ) -> std::result::Result<T, E> {
        self.fault.set(Some(Fault { code, field, got, want }));
        Err(E::custom(""))
    }

    fn below<E: serde::de::Error>(self) -> std::result::Result<Self, E> {
        let depth = self.depth.saturating_add(1);
        if depth > MAX_METADATA_DEPTH {
            return self.refuse(Code::MetadataDepth, "nesting", format!("{depth} levels"), "at most 32");
        }
        Ok(Level { depth, ..self })
    }

    fn number<E: serde::de::Error>(self, got: String) -> std::result::Result<Json<'static>, E> {
        self.refuse(Code::MetadataNumber, "number", got, "an integer of at most 2^53 - 1")
    }

    /// Names that JavaScript's libraries drop or treat as their own; an object that lost a key would be another object elsewhere.
    fn check_key<E: serde::de::Error>(
        self,
        key: &str,
        before: &[(Cow<'_, str>, Json<'_>)],
    ) -> std::result::Result<(), E> {
        if matches!(key, "__proto__" | "prototype" | "constructor") {
            return self.refuse(Code::MetadataJson, "key", quoted(key), "another name");
        }
        if before.len() < COMPARED_KEYS && before.iter().any(|(known, _)| known == key) {
            return self.duplicate(key);
        }
        Ok(())
    }

    fn check_long<E: serde::de::Error>(self, members: &[(Cow<'_, str>, Json<'_>)]) -> std::result::Result<(), E> {
        if members.len() <= COMPARED_KEYS {
            return Ok(());
        }
        let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
        keys.sort_unstable();
        let twice = keys.array_windows::<2>().find(|[a, b]| a == b);
        twice.map_or(Ok(()), |[key, _]| self.duplicate(key))
    }

    fn duplicate<E: serde::de::Error>(self, key: &str) -> std::result::Result<(), E> {
        self.refuse(Code::MetadataDuplicateKey, "key", quoted(key), "each key once")
    }
}

impl<'a> DeserializeSeed<'a> for Level<'_> {
    type Value = Json<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> std::result::Result<Json<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Level<'_> {
    type Value = Json<'a>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Json<'a>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Json<'a>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<Json<'a>, E> {
        match i64::try_from(value) {
            Ok(integer) if value <= MAX_INTEGER => Ok(Json::Integer(integer)),
            _ => self.number(value.to_string()),
        }
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> std::result::Result<Json<'a>, E> {
        if value.unsigned_abs() > MAX_INTEGER {
            return self.number(value.to_string());
        }
        Ok(Json::Integer(value))
    }

    /// A point, an exponent, -0 or a number too large for 64 bits.
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> std::result::Result<Json<'a>, E> {
        self.number("no integer".to_string())
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> std::result::Result<Json<'a>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Json<'a>, E> {
        Ok(Json::Text(Cow::Owned(text.to_string())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut access: A) -> std::result::Result<Json<'a>, A::Error> {
        let level = self.below()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(level)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut access: A) -> std::result::Result<Json<'a>, A::Error> {
        let level = self.below()?;
        let mut members = Vec::new();
        while let Some(key) = access.next_key_seed(Key)? {
            level.check_key(&key, &members)?;
            members.push((key, access.next_value_seed(level)?));
        }
        level.check_long(&members)?;
        Ok(Json::Object(members))
    }
}

/// Keys are compared as the strings that they mean: `"a"` and `"\u0061"` are one key.
struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> std::result::Result<Cow<'a, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Cow<'a, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> std::result::Result<Cow<'a, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Cow<'a, str>, E> {
        Ok(Cow::Owned(text.to_string()))
    }
}

#[cold]
fn refusal(error: &serde_json::Error, fault: Option<Fault>) -> Error {
    let (line, column) = (error.line(), error.column());
    if let Some(Fault { code, field, got, want }) = fault {
        let shown: String = got.chars().take(80).collect();
        let message =
            format!("metadata: {field} at line {line} column {column} is {shown}, expected {want} (spec §5.2)");
        return Error::new(code, message).with("field", field).with("got", shown).with("want", want);
    }
    let reason = error.to_string();
    // A number's form and range are one rule here, whichever of them serde_json met.
    let is_number = reason.starts_with("invalid number") || reason.starts_with("number out of range");
    let code = if is_number { Code::MetadataNumber } else { Code::MetadataJson };
    Error::new(code, format!("metadata is not JSON: {reason} (spec §5.2)"))
}

#[cfg(test)]
mod tests;
