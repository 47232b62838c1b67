//! How many processors this process may use. Rust's own count reads the quotas of control groups too, which takes 9 kB of code; threads beyond
//! a quota take turns and cost nothing.

/// At least 1.
pub fn processors() -> usize {
    usize::try_from(counted()).map_or(1, |count| count.max(1))
}

#[cfg(target_os = "linux")]
fn counted() -> libc::c_int {
    // SAFETY: a set is bits, for which zeros are a value.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is as long as the call is told.
    let outcome = unsafe { libc::sched_getaffinity(0, size_of_val(&set), &raw mut set) };
    // SAFETY: it counts the bits of what it is given.
    if outcome == 0 { unsafe { libc::CPU_COUNT(&set) } } else { 1 }
}

#[cfg(not(target_os = "linux"))]
fn counted() -> libc::c_long {
    // SAFETY: the call takes no memory of ours.
    unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_no_more_than_the_system_has() {
        // SAFETY: the call takes no memory of ours.
        let configured = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_CONF) };
        assert!((1..=usize::try_from(configured).unwrap()).contains(&processors()));
    }
}
