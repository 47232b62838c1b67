//! workenv §10.5: ages and sizes as people write them.

/// What a JSON number still holds exactly, so that both implementations know the same values.
const LIMIT: u64 = (1 << 53) - 1;

const AGES: &[(&str, u64)] = &[("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

const SIZES: &[(&str, u64)] = &[
    ("b", 1),
    ("kb", 1000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
];

/// Milliseconds.
pub fn parse_age(text: &str) -> Option<u64> {
    amount(text, AGES)
}

/// Bytes.
pub fn parse_size(text: &str) -> Option<u64> {
    amount(text, SIZES)
}

/// Digits and a unit, in any case; `0` needs none.
fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, factor) = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    number.parse::<u64>().ok()?.checked_mul(*factor).filter(|amount| *amount <= LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn s10_5_a_number_needs_its_unit_and_nothing_else() {
        assert_eq!([parse_age("30d"), parse_age("0"), parse_age("0w")], [Some(2_592_000_000), Some(0), Some(0)]);
        assert_eq!([parse_size("2GB"), parse_size("1KiB")], [Some(2_000_000_000), Some(1024)]);
        for bad in ["", "30", "d", "-1d", "+1d", "1.5d", " 1d", "1 d", "1d ", "1GB", "1é", "99999999999999999999d"] {
            assert_eq!(parse_age(bad), None, "{bad}");
        }
        assert_eq!(parse_size("9007199254740992B"), None);
    }

    proptest! {
        #[test]
        fn s10_5_no_text_is_more_than_the_limit(text in "[0-9]{0,20}[a-zA-Zé]{0,4}") {
            for amount in [parse_age(&text), parse_size(&text)].into_iter().flatten() {
                prop_assert!(amount <= LIMIT);
            }
        }
    }
}
