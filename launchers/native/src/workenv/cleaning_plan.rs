//! workenv §10.5: which work environments go after a first run. A pure decision, without a clock and without files.

/// workenv §10.1, milliseconds.
pub const RECENT: u64 = 24 * 3600 * 1000;

/// What the decision knows of one work environment.
#[derive(Clone, Debug)]
pub struct CleaningEntry {
    pub key: String,
    /// Package name; entries of one name are versions of each other.
    pub name: String,
    /// Milliseconds since 1970.
    pub last_use: u64,
    /// Of its own, without shared slots.
    pub bytes: u64,
    /// Tree hashes of the shared slots that it links to.
    pub shares: Vec<String>,
    pub in_use: bool,
}

/// `None`: off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budgets {
    /// Milliseconds.
    pub max_age: Option<u64>,
    /// Bytes.
    pub max_size: Option<u64>,
}

/// Keys, in the order in which they go: those that are too old, then as many as it takes for the rest to fit; the longest unused first.
/// `current` names the one that was just published; `shared` has the bytes of each shared slot by its tree hash.
pub fn plan_cleaning(
    entries: &[CleaningEntry],
    shared: &[(String, u64)],
    current: &str,
    budgets: Budgets,
    now: u64,
) -> Vec<String> {
    let name = entries.iter().find(|entry| entry.key == current).map(|entry| entry.name.as_str());
    let may_go =
        |entry: &CleaningEntry| !entry.in_use && entry.key != current && now.abs_diff(entry.last_use) >= RECENT;
    // A last use in the future is that of a clock that was wrong.
    let is_old = |entry: &CleaningEntry| {
        let age = now.checked_sub(entry.last_use);
        budgets.max_age.zip(age).is_some_and(|(most, age)| age >= most) && Some(entry.name.as_str()) == name
    };
    let mut rest: Vec<&CleaningEntry> = entries.iter().collect();
    let mut go = Vec::new();
    // There are few of them: looking for the next each time takes no code to sort.
    while let Some(entry) = take_longest_unused(&mut rest, &|entry| may_go(entry) && is_old(entry)) {
        go.push(entry.key.clone());
    }
    while budgets.max_size.is_some_and(|most| total(&rest, shared) > most) {
        let Some(entry) = take_longest_unused(&mut rest, &may_go) else { break };
        go.push(entry.key.clone());
    }
    go
}

/// The first of them, where two were last used at the same time.
fn take_longest_unused<'a>(
    rest: &mut Vec<&'a CleaningEntry>,
    may_go: &dyn Fn(&CleaningEntry) -> bool,
) -> Option<&'a CleaningEntry> {
    let possible = rest.iter().enumerate().filter(|(_, entry)| may_go(entry));
    let (at, _) = possible.min_by_key(|(_, entry)| entry.last_use)?;
    Some(rest.remove(at))
}

/// Bytes, each shared slot that anybody needs counted once.
fn total(entries: &[&CleaningEntry], shared: &[(String, u64)]) -> u64 {
    let own = entries.iter().fold(0, |sum: u64, entry| sum.saturating_add(entry.bytes));
    let is_needed = |tree: &String| entries.iter().any(|entry| entry.shares.contains(tree));
    shared.iter().filter(|(tree, _)| is_needed(tree)).fold(own, |sum, (_, bytes)| sum.saturating_add(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(key: &str, last_use: u64, bytes: u64) -> CleaningEntry {
        let (key, name) = (key.to_string(), "a".to_string());
        CleaningEntry { key, name, last_use, bytes, shares: Vec::new(), in_use: false }
    }

    proptest! {
        #[test]
        fn s10_5_what_is_in_use_recent_or_current_never_goes_and_the_rest_fits(
            parts in proptest::collection::vec((0u64..60 * RECENT, 0u64..100, any::<bool>()), 1..12), most in 0u64..400
        ) {
            let now = 50 * RECENT;
            let entries: Vec<CleaningEntry> = parts.iter().enumerate().map(|(at, (last_use, bytes, in_use))| {
                CleaningEntry { in_use: *in_use, ..entry(&format!("k{at}"), *last_use, *bytes) }
            }).collect();
            let budgets = Budgets { max_age: Some(30 * RECENT), max_size: Some(most) };
            let go = plan_cleaning(&entries, &[], "k0", budgets, now);
            let may_go = |one: &CleaningEntry| !one.in_use && one.key != "k0" && now.abs_diff(one.last_use) >= RECENT;
            let rest: Vec<&CleaningEntry> = entries.iter().filter(|one| !go.contains(&one.key)).collect();
            prop_assert!(entries.iter().filter(|one| go.contains(&one.key)).all(may_go));
            prop_assert!(total(&rest, &[]) <= most || !rest.iter().any(|one| may_go(one)));
        }
    }
}
