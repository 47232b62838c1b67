//! Variables as bytes, in their order.

use std::ffi::{OsStr, OsString};

pub type Variable = (OsString, OsString);

/// The first value, as getenv(3) has it; on Windows whatever the case of its name.
pub fn lookup<'a>(variables: &'a [Variable], name: &str) -> Option<&'a OsStr> {
    let is_it = |known: &OsStr| known == name || (cfg!(windows) && known.eq_ignore_ascii_case(name));
    variables.iter().find(|(known, _)| is_it(known)).map(|(_, value)| value.as_os_str())
}

/// Variables by name; on Windows `Path` and `PATH` are one, under the name that it had first.
pub struct VariableMap {
    entries: Vec<Variable>,
    ignores_case: bool,
}

impl VariableMap {
    /// Of a name that is there more than once the first value counts, as getenv(3) has it: otherwise two programs would find two.
    pub fn new(variables: Vec<Variable>, ignores_case: bool) -> Self {
        let mut map = VariableMap { entries: variables, ignores_case };
        map.remove_repeated();
        map
    }

    /// By sorting: a caller may have set very many.
    fn remove_repeated(&mut self) {
        let mut order: Vec<(OsString, usize)> = Vec::with_capacity(self.entries.len());
        for (at, (name, _)) in self.entries.iter().enumerate() {
            order.push((if self.ignores_case { name.to_ascii_uppercase() } else { name.clone() }, at));
        }
        order.sort_unstable();
        let mut repeated: Vec<usize> = order
            .windows(2)
            .filter_map(|pair| match pair {
                [(one, _), (other, at)] if one == other => Some(*at),
                _ => None,
            })
            .collect();
        if repeated.is_empty() {
            return;
        }
        repeated.sort_unstable();
        let mut at = 0;
        self.entries.retain(|_| {
            at += 1;
            repeated.binary_search(&(at - 1)).is_err()
        });
    }

    fn position(&self, name: &OsStr) -> Option<usize> {
        self.entries.iter().position(|(known, _)| match self.ignores_case {
            true => known.eq_ignore_ascii_case(name),
            false => known == name,
        })
    }

    pub fn get(&self, name: &OsStr) -> Option<&OsStr> {
        self.entries.get(self.position(name)?).map(|(_, value)| value.as_os_str())
    }

    pub fn names(&self) -> impl Iterator<Item = &OsStr> {
        self.entries.iter().map(|(name, _)| name.as_os_str())
    }

    /// As it is written in the map.
    pub fn name_of(&self, name: &OsStr) -> Option<&OsStr> {
        self.entries.get(self.position(name)?).map(|(known, _)| known.as_os_str())
    }

    /// In the place that the name has already, else behind all others.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        let name = name.into();
        match self.position(&name).and_then(|at| self.entries.get_mut(at)) {
            Some((_, former)) => *former = value.into(),
            None => self.entries.push((name, value.into())),
        }
    }

    pub fn take(&mut self, name: &OsStr) -> Option<OsString> {
        self.position(name).map(|at| self.entries.remove(at).1)
    }

    pub fn retain(&mut self, keeps: impl Fn(&OsStr) -> bool) {
        self.entries.retain(|(name, _)| keeps(name));
    }

    pub fn into_variables(self) -> Vec<Variable> {
        self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<Variable> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[test]
    fn of_a_repeated_name_the_first_value_counts_and_the_order_stays() {
        let map = VariableMap::new(variables(&[("B", "1"), ("A", "2"), ("B", "3"), ("C", "4"), ("B", "5")]), false);
        assert_eq!(map.into_variables(), variables(&[("B", "1"), ("A", "2"), ("C", "4")]));
    }

    #[test]
    fn on_windows_path_and_its_capitals_are_one() {
        let mut map = VariableMap::new(variables(&[("Path", "1"), ("PATH", "2"), ("a", "3")]), true);
        map.set("PATH", "4");
        assert_eq!(map.take(OsStr::new("A")), Some("3".into()));
        assert_eq!(map.into_variables(), variables(&[("Path", "4")]));
    }

    #[test]
    fn set_keeps_its_place() {
        let mut map = VariableMap::new(variables(&[("A", "1"), ("a", "2")]), false);
        map.set("A", "3");
        map.set("b", "4");
        assert_eq!(map.get(OsStr::new("a")), Some(OsStr::new("2")));
        assert_eq!(map.into_variables(), variables(&[("A", "3"), ("a", "2"), ("b", "4")]));
    }
}
