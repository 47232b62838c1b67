//! workenv §10.5: what the table `cache` of a user's `config.toml` says. Not all of TOML 1.0, but enough to pass by everything else that
//! such a file may hold: strings of all four kinds, arrays over several lines, inline tables. A parser of others takes 60 kB and more.

/// One key of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    Text(String),
    /// Another type of TOML than a string or the number 0.
    Other,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct CacheSettings {
    pub max_age: Option<Setting>,
    pub max_size: Option<Setting>,
    is_there: bool,
}

/// `None` for what is not TOML, or has something else than one table under that name.
pub fn read_cache_settings(text: &str) -> Option<CacheSettings> {
    let mut reader = Reader { rest: text, found: CacheSettings::default() };
    let mut table = Vec::new();
    loop {
        reader.skip_lines();
        if reader.rest.is_empty() {
            return Some(reader.found);
        }
        if reader.take("[") {
            table = reader.header()?;
        } else {
            let keys = reader.keys()?;
            reader.pair([table.as_slice(), &keys].concat())?;
        }
        reader.end_line()?;
    }
}

/// As far as anything here needs to know.
enum Value {
    Text(String),
    /// A number, a date, true or false.
    Plain(String),
    Table,
    Array,
}

struct Reader<'a> {
    rest: &'a str,
    found: CacheSettings,
}

impl<'a> Reader<'a> {
    fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_while(&mut self, is_it: fn(char) -> bool) -> &'a str {
        let all = self.rest;
        self.rest = all.trim_start_matches(is_it);
        all.get(..all.len().saturating_sub(self.rest.len())).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        self.take_while(|char| matches!(char, ' ' | '\t'));
    }

    fn skip_lines(&mut self) {
        loop {
            self.take_while(|char| matches!(char, ' ' | '\t' | '\r' | '\n'));
            if !self.take("#") {
                return;
            }
            self.take_while(|char| char != '\n');
        }
    }

    /// Nothing but a comment up to the end of the line.
    fn end_line(&mut self) -> Option<()> {
        self.skip_blanks();
        if self.take("#") {
            self.take_while(|char| char != '\n');
        }
        (self.rest.is_empty() || self.take("\n") || self.take("\r\n")).then_some(())
    }

    /// Behind the first bracket.
    fn header(&mut self) -> Option<Vec<String>> {
        let is_array = self.take("[");
        let keys = self.keys()?;
        if !self.take("]") || (is_array && !self.take("]")) {
            return None;
        }
        match keys.as_slice() {
            [name] if name == "cache" && (is_array || self.found.is_there) => return None,
            [name] if name == "cache" => self.found.is_there = true,
            path => self.note(path, Setting::Other)?,
        }
        Some(keys)
    }

    /// Bare or quoted, with dots between them.
    fn keys(&mut self) -> Option<Vec<String>> {
        let mut keys = Vec::new();
        loop {
            self.skip_blanks();
            keys.push(match self.rest.as_bytes().first()? {
                b'"' | b'\'' => self.string()?,
                _ => self.take_while(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-')).to_string(),
            });
            let is_bare_and_empty = keys.last().is_some_and(String::is_empty);
            self.skip_blanks();
            if is_bare_and_empty {
                return None;
            }
            if !self.take(".") {
                return Some(keys);
            }
        }
    }

    /// Behind the keys.
    fn pair(&mut self, path: Vec<String>) -> Option<()> {
        if !self.take("=") {
            return None;
        }
        let value = self.value(Some(&path))?;
        if path.len() == 1 && path.first().is_some_and(|name| name == "cache") {
            let is_first = !std::mem::replace(&mut self.found.is_there, true);
            return (is_first && matches!(value, Value::Table)).then_some(());
        }
        let setting = match value {
            Value::Text(text) => Setting::Text(text),
            Value::Plain(text) if text == "0" => Setting::Text(text),
            _ => Setting::Other,
        };
        self.note(&path, setting)
    }

    /// `path`: of the value; `None` in an array, which nothing of ours is in.
    fn value(&mut self, path: Option<&[String]>) -> Option<Value> {
        self.skip_blanks();
        match self.rest.as_bytes().first()? {
            b'"' | b'\'' => self.string().map(Value::Text),
            b'[' => self.array(),
            b'{' => self.inline_table(path),
            _ => self.plain(),
        }
    }

    fn array(&mut self) -> Option<Value> {
        self.take("[");
        loop {
            self.skip_lines();
            if self.take("]") {
                return Some(Value::Array);
            }
            self.value(None)?;
            self.skip_lines();
            if !self.take(",") && !self.rest.starts_with(']') {
                return None;
            }
        }
    }

    fn inline_table(&mut self, path: Option<&[String]>) -> Option<Value> {
        self.take("{");
        self.skip_blanks();
        if self.take("}") {
            return Some(Value::Table);
        }
        loop {
            let keys = self.keys()?;
            // What is in a value of the table itself is looked at by nobody.
            match path.filter(|path| path.len() < 2) {
                Some(path) => self.pair([path, &keys].concat())?,
                None if self.take("=") => drop(self.value(None)?),
                None => return None,
            }
            self.skip_blanks();
            if self.take("}") {
                return Some(Value::Table);
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    /// One of the four kinds. Of escapes, which no setting needs, only the character behind the backslash is kept.
    fn string(&mut self) -> Option<String> {
        let quote = self.rest.get(..1)?;
        let three = quote.repeat(3);
        let (end, is_long) = if self.take(&three) { (three.as_str(), true) } else { (quote, false) };
        if !is_long {
            self.take(quote);
        }
        let mut text = String::new();
        loop {
            if self.take(end) {
                // Up to two more belong to the text.
                while is_long && self.take(quote) {}
                return Some(text);
            }
            if quote == "\"" {
                self.take("\\");
            }
            let char = self.rest.chars().next().filter(|char| is_long || *char != '\n')?;
            self.rest = self.rest.get(char.len_utf8()..)?;
            text.push(char);
        }
    }

    fn plain(&mut self) -> Option<Value> {
        let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.' | '_' | ':');
        let text = self.take_while(is_part).to_string();
        if text.len() == 10 && text.get(4..5) == Some("-") {
            // A date, with a blank before its time.
            let before = self.rest;
            if !self.take(" ") || self.take_while(is_part).is_empty() {
                self.rest = before;
            }
        }
        is_plain(&text).then_some(Value::Plain(text))
    }

    fn note(&mut self, path: &[String], setting: Setting) -> Option<()> {
        let [table, key, deeper @ ..] = path else { return Some(()) };
        if table != "cache" {
            return Some(());
        }
        let place = match key.as_str() {
            "max-age" => &mut self.found.max_age,
            "max-size" => &mut self.found.max_size,
            _ => return Some(()),
        };
        let former = place.replace(if deeper.is_empty() { setting } else { Setting::Other });
        (former.is_none() || !deeper.is_empty()).then_some(())
    }
}

/// An age without its quotes is none of these.
fn is_plain(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
    match unsigned {
        "inf" | "nan" => true,
        "true" | "false" => unsigned == text,
        _ if ["0x", "0o", "0b"].iter().any(|prefix| unsigned.starts_with(prefix)) => {
            unsigned.len() > 2 && unsigned.get(2..).is_some_and(is_digits)
        }
        _ => {
            let is_part = |byte: u8| byte.is_ascii_digit() || b"_.eE+-:TtZz".contains(&byte);
            unsigned.starts_with(|char: char| char.is_ascii_digit()) && unsigned.bytes().all(is_part)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn age(text: &str) -> Option<Option<Setting>> {
        read_cache_settings(text).map(|settings| settings.max_age)
    }

    #[test]
    fn s10_5_finds_its_table_among_others_of_every_form() {
        let around = "a = \"\"\"\n[cache]\nmax-age = '1d'\"\"\"\nb = '''[cache]'''\nc = [ # ]\n 1, [\"]\"], { x = 1 },\n]\n[\"x.y\".z]\nd = 1979-05-27 07:32:00\n";
        let wanted = Some(Some(Setting::Text("7d".to_string())));
        for own in ["[cache]\nmax-age = \"7d\" # week\n", "[ \"cache\" ]\r\n\"max-age\" = '7d'\r\n"] {
            assert_eq!(age(&format!("{around}{own}[[tail]]\nmax-age = 3\n")), wanted, "{own}");
        }
        for own in ["cache.max-age = \"7d\"", "cache = { max-age = \"7d\", x = [1] }"] {
            assert_eq!(age(own), wanted, "{own}");
        }
        assert_eq!(age(around), Some(None));
        assert_eq!(age("[cache]\nmax-age = 0"), Some(Some(Setting::Text("0".to_string()))));
        assert_eq!(age("[cache]\nmax-age = 30"), Some(Some(Setting::Other)));
        assert_eq!(age("[cache.max-age]"), Some(Some(Setting::Other)));
    }

    #[test]
    fn s10_5_what_is_not_toml_says_nothing() {
        for bad in [
            "[cache]\nmax-age = 30d",
            "[cache]\nmax-age = \"1d\"\nmax-age = \"2d\"",
            "[cache]\n[cache]",
            "[[cache]]",
            "cache = 3",
            "[cache",
            "x",
            "x = ",
            "x = \"a\nb\"",
            "x = [1",
            "x = 1 2",
            "= 1",
        ] {
            assert_eq!(read_cache_settings(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn s10_5_no_text_makes_it_fail_or_run_on(text in "[\\[\\]{}=,.\"'#a \n\\\\0cé]{0,40}") {
            read_cache_settings(&text);
        }

        #[test]
        fn s10_5_a_string_before_the_table_is_passed_by(inner in "[a-z\\[\\]=# ]{0,20}") {
            let text = format!("x = \"{inner}\"\ny = '{inner}'\n[cache]\nmax-age = \"1d\"\n");
            prop_assert_eq!(age(&text), Some(Some(Setting::Text("1d".to_string()))));
        }
    }
}
