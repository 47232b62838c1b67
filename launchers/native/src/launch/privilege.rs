//! Spec §7.4: what a caller with fewer rights must not decide.

use super::variables::Variable;

/// Removes what a caller could steer a process with more rights by.
pub fn trust_environment(environment: &mut Vec<Variable>, is_privileged: bool) {
    if is_privileged {
        environment.retain(|variable| !is_steering(variable));
    }
}

fn is_steering((name, _): &Variable) -> bool {
    name.as_encoded_bytes().starts_with(b"FLAVOR_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(is_privileged: bool) -> Vec<String> {
        let mut environment: Vec<Variable> =
            ["A", "FLAVOR_CACHE", "FLAVOR_", "XFLAVOR_"].map(|name| (name.into(), "1".into())).into();
        trust_environment(&mut environment, is_privileged);
        environment.into_iter().map(|(name, _)| name.into_string().unwrap()).collect()
    }

    #[test]
    fn flavor_variables_count_for_nothing_in_a_process_with_more_rights_than_its_caller() {
        assert_eq!(names(true), ["A", "XFLAVOR_"]);
        assert_eq!(names(false).len(), 4);
    }
}
