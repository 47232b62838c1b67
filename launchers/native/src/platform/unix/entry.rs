//! What C gives to `main`. Rust's own start is left out: it would ignore SIGPIPE, open closed descriptors and put a handler on an
//! alternative stack, and the program would inherit some of it.

use std::ffi::{CStr, OsStr, OsString, c_char};
use std::os::unix::ffi::OsStrExt;

/// Arguments and variables as bytes.
#[derive(Debug, Default)]
pub struct Started {
    pub argv: Vec<OsString>,
    pub environment: Vec<(OsString, OsString)>,
}

impl Started {
    /// # Safety
    /// Both are what the C library gave to `main`: arrays of strings, each ended by a null pointer.
    pub unsafe fn from_c(argv: *const *const c_char, environment: *const *const c_char) -> Self {
        // SAFETY: as the caller promises.
        let (argv, environment) = unsafe { (strings(argv), strings(environment)) };
        Started { argv: argv.map(OsStr::to_owned).collect(), environment: environment.filter_map(variable).collect() }
    }
}

/// # Safety
/// The array ends with a null pointer, and what it points to lives as long as the process.
unsafe fn strings(array: *const *const c_char) -> impl Iterator<Item = &'static OsStr> {
    let mut next = array;
    std::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: `next` has not passed the null pointer at the end.
        let text = unsafe { *next };
        if text.is_null() {
            return None;
        }
        // SAFETY: the end was not reached, so that there is one more.
        next = unsafe { next.add(1) };
        // SAFETY: not null, so a string that ends with NUL.
        Some(OsStr::from_bytes(unsafe { CStr::from_ptr(text) }.to_bytes()))
    })
}

/// A name has at least one byte, which may be `=`; what has no `=` behind that is no variable, for no getenv finds it.
fn variable(text: &'static OsStr) -> Option<(OsString, OsString)> {
    let bytes = text.as_bytes();
    let at = bytes.iter().skip(1).position(|byte| *byte == b'=')? + 1;
    let (name, value) = (bytes.get(..at)?, bytes.get(at + 1..)?);
    Some((OsStr::from_bytes(name).to_owned(), OsStr::from_bytes(value).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_and_variables_are_bytes_and_what_is_no_variable_is_left_out() {
        let argv = [c"".as_ptr(), c"a\xff".as_ptr(), std::ptr::null()];
        let environment = [c"A=1=2".as_ptr(), c"none".as_ptr(), c"=C:=x".as_ptr(), c"B=".as_ptr(), std::ptr::null()];
        // SAFETY: both end with a null pointer and point to literals.
        let started = unsafe { Started::from_c(argv.as_ptr(), environment.as_ptr()) };
        assert_eq!(started.argv, [OsStr::new(""), OsStr::from_bytes(b"a\xff")]);
        let pairs: Vec<_> =
            started.environment.iter().map(|(a, b)| (a.to_str().unwrap(), b.to_str().unwrap())).collect();
        assert_eq!(pairs, [("A", "1=2"), ("=C:", "x"), ("B", "")]);
    }

    #[test]
    fn no_argument_at_all() {
        // SAFETY: null pointers are empty arrays.
        let started = unsafe { Started::from_c(std::ptr::null(), std::ptr::null()) };
        assert!(started.argv.is_empty() && started.environment.is_empty());
    }
}
