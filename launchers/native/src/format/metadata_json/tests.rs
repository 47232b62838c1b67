use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Json<'_> {
    parse_metadata_json(text.as_bytes()).unwrap()
}

fn refused(text: &str) -> Code {
    parse_metadata_json(text.as_bytes()).unwrap_err().code()
}

#[test]
fn s5_2_keeps_order_and_means_what_the_text_means() {
    let Json::Object(members) = parse(r#"{"b":[1,-2,null,true],"a":"\u00e9\n","":{}}"#) else { panic!() };
    let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
    assert_eq!(keys, ["b", "a", ""]);
    let numbers = vec![Json::Integer(1), Json::Integer(-2), Json::Null, Json::Bool(true)];
    assert_eq!(members[0].1, Json::Array(numbers));
    assert_eq!(members[1].1, Json::Text(Cow::Borrowed("é\n")));
}

#[test]
fn s5_2_takes_no_copy_of_a_string_without_escapes() {
    assert!(matches!(parse(r#""plain""#), Json::Text(Cow::Borrowed("plain"))));
}

#[test]
fn s5_2_refuses_a_byte_order_mark_and_bytes_that_are_not_utf_8() {
    assert_eq!(refused("\u{feff}{}"), Code::MetadataUtf8);
    assert_eq!(parse_metadata_json(b"{\"a\":\"\xff\"}").unwrap_err().code(), Code::MetadataUtf8);
    assert_eq!(parse_metadata_json(b"\"\xed\xa0\x80\"").unwrap_err().code(), Code::MetadataUtf8);
}

#[test]
fn s5_2_refuses_what_is_not_json() {
    for text in [
        "",
        "{",
        "{}x",
        "{} {}",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "nul",
        "NaN",
        "+1",
        "\"\\x\"",
        "\"\u{1}\"",
        "// a\n{}",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "{\"\\ud800a\":1}",
        "{\"__proto__\":1}",
        "{\"a\":{\"\\u0063onstructor\":1}}",
        "{\"prototype\":1}",
    ] {
        assert_eq!(refused(text), Code::MetadataJson, "{text}");
    }
}

#[test]
fn s5_2_refuses_a_key_that_is_there_twice_in_whatever_spelling() {
    assert_eq!(refused(r#"{"a":1,"b":2,"a":1}"#), Code::MetadataDuplicateKey);
    assert_eq!(refused(r#"{"a":1,"\u0061":1}"#), Code::MetadataDuplicateKey);
    let many: Vec<String> = (0..100).map(|number| format!("\"k{}\":1", number % 99)).collect();
    assert_eq!(refused(&format!("{{{}}}", many.join(","))), Code::MetadataDuplicateKey);
    parse(r#"{"a":{"a":{"a":1}}}"#);
}

#[test]
fn s5_2_bounds_nesting() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    parse(&nested(32));
    assert_eq!(refused(&nested(33)), Code::MetadataDepth);
    assert_eq!(refused(&"[".repeat(1_000_000)), Code::MetadataDepth);
    assert_eq!(refused(&"{\"a\":".repeat(1_000_000)), Code::MetadataDepth);
}

#[test]
fn s5_2_refuses_numbers_that_readers_hold_differently() {
    for text in [
        "1.0",
        "1e2",
        "-0",
        "0.5",
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551616",
        "1e400",
        "-1e400",
        "01",
        "[1.]",
        "[-]",
        "{\"a\":[1E5]}",
    ] {
        assert_eq!(refused(text), Code::MetadataNumber, "{text}");
    }
    assert_eq!(parse("9007199254740991"), Json::Integer(9_007_199_254_740_991));
    assert_eq!(parse("-9007199254740991"), Json::Integer(-9_007_199_254_740_991));
}

fn any_json() -> impl Strategy<Value = Json<'static>> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Json::Integer),
        any::<String>().prop_map(|text| Json::Text(Cow::Owned(text))),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|members| Json::Object(
                members.into_iter().map(|(key, value)| (Cow::Owned(key), value)).collect()
            )),
        ]
    })
}

/// The same value as serde_json holds it.
fn to_serde(value: &Json<'_>) -> serde_json::Value {
    match value {
        Json::Null => serde_json::Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Integer(value) => (*value).into(),
        Json::Text(text) => text.as_ref().into(),
        Json::Array(items) => items.iter().map(to_serde).collect(),
        Json::Object(members) => members.iter().map(|(key, value)| (key.to_string(), to_serde(value))).collect(),
    }
}

proptest! {
    #[test]
    fn s5_2_what_serde_json_writes_reads_back(value in any_json()) {
        let text = serde_json::to_string(&to_serde(&value)).unwrap();
        prop_assert_eq!(parse_metadata_json(text.as_bytes()).unwrap(), value);
    }

    #[test]
    fn s5_2_what_is_accepted_serde_json_accepts_with_the_same_value(text in "[\\[\\]{}:,\"a\\\\u0-9 .eE-]{0,24}") {
        if let Ok(value) = parse_metadata_json(text.as_bytes()) {
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), to_serde(&value));
        }
    }

    #[test]
    fn s5_2_any_bytes_are_refused_with_a_code_of_metadata(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Err(error) = parse_metadata_json(&bytes) {
            prop_assert!(error.code().name().starts_with("METADATA_"));
        }
    }
}
