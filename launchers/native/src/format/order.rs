//! Sorting, by positions: the standard library's is compiled again for each type that it sorts, 3 kB a time, and where it is compiled for
//! size it takes no less time for what is sorted already.

use std::cmp::Ordering;

/// Stable. What is in order already takes one look at each item.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = sorted_positions(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let Some(order) = order else { return };
    let mut unsorted: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| unsorted.get_mut(at)?.take()));
}

/// Stable.
pub fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
}

/// As `one.cmp(other)`, eight bytes at a time: musl compares byte by byte, and paths begin alike.
pub fn compare_bytes(one: &[u8], other: &[u8]) -> Ordering {
    let (ours, _) = one.as_chunks::<8>();
    let (theirs, _) = other.as_chunks::<8>();
    let alike = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count() * 8;
    one.get(alike..).cmp(&other.get(alike..))
}

/// A merge sort that begins with what is in order; nothing where that is all.
#[inline(never)]
fn sorted_positions(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Option<Vec<usize>> {
    let is_after = |one: &usize, other: &usize| compare(*one, *other) == Ordering::Greater;
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for at in 0..count {
        match runs.last_mut() {
            Some(run) if !run.last().is_some_and(|last| is_after(last, &at)) => run.push(at),
            _ => runs.push(vec![at]),
        }
    }
    if runs.len() < 2 {
        return None;
    }
    while runs.len() > 1 {
        runs = runs.chunks(2).map(|pair| merged(pair, &is_after)).collect();
    }
    runs.pop()
}

/// One run of two; of equal ones those of the first come first.
fn merged(runs: &[Vec<usize>], is_after: &dyn Fn(&usize, &usize) -> bool) -> Vec<usize> {
    let [first, second] = runs else { return runs.concat() };
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.as_slice(), second.as_slice());
    while let (Some((one, more)), Some((other, others))) = (first.split_first(), second.split_first()) {
        if is_after(one, other) {
            merged.push(*other);
            second = others;
        } else {
            merged.push(*one);
            first = more;
        }
    }
    merged.extend_from_slice(first);
    merged.extend_from_slice(second);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(items in prop::collection::vec((0u8..9, any::<u16>()), 0..200)) {
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by(&mut ours, |(one, _), (other, _)| one.cmp(other));
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(&ours, &theirs);
            sort(&mut ours);
            theirs.sort();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn compares_as_the_standard_library_does(
            alike in prop::collection::vec(any::<u8>(), 0..20),
            one in prop::collection::vec(any::<u8>(), 0..12),
            other in prop::collection::vec(any::<u8>(), 0..12),
        ) {
            let (one, other) = ([&alike[..], &one].concat(), [&alike[..], &other].concat());
            prop_assert_eq!(compare_bytes(&one, &other), one.cmp(&other));
            prop_assert_eq!(compare_bytes(&one, &one), Ordering::Equal);
        }
    }

    #[test]
    fn looks_at_what_is_in_order_once() {
        let looks = std::cell::Cell::new(0);
        let mut items: Vec<u32> = (0..100).collect();
        sort_by(&mut items, |one, other| {
            looks.set(looks.get() + 1);
            one.cmp(other)
        });
        assert_eq!((items, looks.get()), ((0..100).collect(), 99));
    }
}
