//! Typed values out of JSON, with the path of the first that is wrong. The path grows on the way up, so that good metadata pays
//! nothing for it.

use super::metadata_json::Json;
use std::borrow::Cow;

/// A field that has another form than §5.3 gives it.
#[derive(Debug)]
pub struct Wrong {
    /// Such as `slots.0.target`; empty for the whole.
    pub path: String,
    pub got: String,
    pub want: &'static str,
}

pub type Read<T> = Result<T, Box<Wrong>>;

/// An object of the metadata.
#[derive(Clone, Copy)]
pub struct Fields<'a>(&'a [(Cow<'a, str>, Json<'a>)]);

impl<'a> Fields<'a> {
    /// An array is no object, although some readers fill structures by position.
    pub fn of(value: &'a Json<'a>) -> Read<Self> {
        match value {
            Json::Object(members) => Ok(Fields(members)),
            other => Err(wrong(other, "an object")),
        }
    }

    fn get(self, key: &str) -> Option<&'a Json<'a>> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub fn required<T>(self, key: &str, read: impl FnOnce(&'a Json<'a>) -> Read<T>) -> Read<T> {
        match self.optional(key, read)? {
            Some(value) => Ok(value),
            None => Err(Box::new(Wrong { path: key.to_string(), got: "absent".to_string(), want: "a value" })),
        }
    }

    /// May be absent; `null` is a value like any other.
    pub fn optional<T>(self, key: &str, read: impl FnOnce(&'a Json<'a>) -> Read<T>) -> Read<Option<T>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        read(value).map(Some).map_err(|wrong| below(key, wrong))
    }

    /// May be absent, or `null`, which means the same.
    pub fn nullable<T>(self, key: &str, read: impl FnOnce(&'a Json<'a>) -> Read<T>) -> Read<Option<T>> {
        self.optional(key, |value| if *value == Json::Null { Ok(None) } else { read(value).map(Some) })
            .map(Option::flatten)
    }
}

/// An array of values of one kind.
pub fn list<'a, T>(value: &'a Json<'a>, read: impl Fn(&'a Json<'a>) -> Read<T>) -> Read<Vec<T>> {
    let Json::Array(items) = value else { return Err(wrong(value, "an array")) };
    let mut values = Vec::with_capacity(items.len());
    for (position, item) in items.iter().enumerate() {
        values.push(read(item).map_err(|wrong| below(&position.to_string(), wrong))?);
    }
    Ok(values)
}

/// An object whose keys are names of any kind that `check` allows, in the order of the text.
pub fn map<'a, T>(
    value: &'a Json<'a>,
    check: fn(&str) -> Option<&'static str>,
    read: impl Fn(&'a Json<'a>) -> Read<T>,
) -> Read<Vec<(String, T)>> {
    let Fields(members) = Fields::of(value)?;
    let mut values = Vec::with_capacity(members.len());
    for (key, member) in members {
        if let Some(want) = check(key) {
            return Err(Box::new(Wrong { path: key.to_string(), got: "a name".to_string(), want }));
        }
        values.push((key.to_string(), read(member).map_err(|wrong| below(key, wrong))?));
    }
    Ok(values)
}

/// Any string.
pub fn string<'a>(value: &'a Json<'a>) -> Read<&'a str> {
    match value {
        Json::Text(text) => Ok(text),
        other => Err(wrong(other, "a string")),
    }
}

pub fn boolean(value: &Json<'_>) -> Read<bool> {
    match value {
        Json::Bool(value) => Ok(*value),
        other => Err(wrong(other, "true or false")),
    }
}

/// An integer that is not negative.
pub fn count(value: &Json<'_>) -> Read<u64> {
    match value {
        Json::Integer(integer) => u64::try_from(*integer).map_err(|_| wrong(value, "an integer of at least 0")),
        other => Err(wrong(other, "an integer of at least 0")),
    }
}

#[cold]
pub fn wrong(value: &Json<'_>, want: &'static str) -> Box<Wrong> {
    let got = match value {
        Json::Null => "null".to_string(),
        Json::Bool(value) => value.to_string(),
        Json::Integer(value) => value.to_string(),
        Json::Text(text) => super::quoted::quoted(&text.chars().take(80).collect::<String>()),
        Json::Array(_) => "an array".to_string(),
        Json::Object(_) => "an object".to_string(),
    };
    Box::new(Wrong { path: String::new(), got, want })
}

#[cold]
fn below(step: &str, mut wrong: Box<Wrong>) -> Box<Wrong> {
    if !wrong.path.is_empty() {
        wrong.path.insert(0, '.');
    }
    wrong.path.insert_str(0, step);
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::metadata_json::parse_metadata_json;

    fn json(text: &str) -> Json<'_> {
        parse_metadata_json(text.as_bytes()).unwrap()
    }

    #[test]
    fn names_the_place_of_what_is_wrong() {
        let value = json(r#"{"a":[{"b":1},{"b":"x"}]}"#);
        let fault = Fields::of(&value)
            .unwrap()
            .required("a", |items| list(items, |item| Fields::of(item)?.required("b", count)))
            .unwrap_err();
        assert_eq!((fault.path.as_str(), fault.got.as_str()), ("a.1.b", "\"x\""));
    }

    #[test]
    fn tells_absent_from_null() {
        let value = json(r#"{"a":null}"#);
        let fields = Fields::of(&value).unwrap();
        assert_eq!(fields.optional("b", count).unwrap(), None);
        assert_eq!(fields.nullable("a", count).unwrap(), None);
        assert_eq!(fields.optional("a", count).unwrap_err().got, "null");
        assert_eq!(fields.required("b", count).unwrap_err().got, "absent");
    }

    #[test]
    fn an_array_is_no_object_and_a_negative_number_no_count() {
        assert!(Fields::of(&json("[]")).is_err());
        assert!(count(&json("-1")).is_err());
        assert!(map(&json(r#"{"":1}"#), |name| name.is_empty().then_some("a name"), count).is_err());
    }
}
