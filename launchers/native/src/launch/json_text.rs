//! JSON as `JSON.stringify` writes it, in the order of the calls: both launchers give the same bytes to scripts.

/// An object on one line.
pub struct JsonObject(String);

impl JsonObject {
    pub fn new(kind: &str) -> Self {
        JsonObject(String::from("{")).text("type", kind)
    }

    /// Without a `type`: an object within another.
    pub fn inner() -> Self {
        JsonObject(String::from("{"))
    }

    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, &json_string(value))
    }

    #[must_use]
    pub fn number(self, name: &str, value: u64) -> Self {
        self.raw(name, &value.to_string())
    }

    #[must_use]
    pub fn boolean(self, name: &str, value: bool) -> Self {
        self.raw(name, if value { "true" } else { "false" })
    }

    /// A value that is JSON already.
    #[must_use]
    pub fn raw(mut self, name: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&json_string(name));
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    pub fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

pub fn array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// A string in quotes.
pub fn json_string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            control if control < ' ' => {
                json.push_str("\\u00");
                for half in [control as u8 >> 4, control as u8 & 15] {
                    json.push(char::from_digit(half.into(), 16).unwrap_or('0'));
                }
            }
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_json_stringify_writes_it() {
        let inner = JsonObject::inner().boolean("deep", true).finish();
        let object =
            JsonObject::new("x").text("é", "a\"\\\n\u{1f}\u{7f}/").number("n", 7).raw("list", &array(&[inner]));
        assert_eq!(
            object.finish(),
            "{\"type\":\"x\",\"é\":\"a\\\"\\\\\\n\\u001f\u{7f}/\",\"n\":7,\"list\":[{\"deep\":true}]}"
        );
    }
}
