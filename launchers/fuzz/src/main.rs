//! One program for all targets: libFuzzer runs the one that FLAVOR_FUZZ_TARGET names. With FLAVOR_FUZZ_ANSWER it answers on stdout for
//! every input on stdin, so that scripts/fuzz can compare it with the reader in TypeScript.
#![no_main]

mod answers;
mod archives;
mod inputs;
mod mending;
mod packages;
mod streams;
mod structures;
mod texts;

use answers::{TARGETS, Target};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::io::{Read, Write, stdin, stdout};
use std::sync::OnceLock;

static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

fuzz_target!(
    init: {
        if std::env::var_os("FLAVOR_FUZZ_ANSWER").is_some() {
            let ended = answer_all();
            std::process::exit(if ended.is_ok() { 0 } else { 1 });
        }
        let name = std::env::var("FLAVOR_FUZZ_TARGET").unwrap_or_default();
        let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            eprintln!("FLAVOR_FUZZ_TARGET is {name:?}, expected one of {}", names.join(" "));
            std::process::exit(2);
        };
        CHOSEN.get_or_init(|| target);
    },
    |bytes: &[u8]| {
        if let Some(target) = CHOSEN.get() {
            (target.answer)(bytes);
        }
    }
);

// Random changes break checksums, behind which nothing else is ever reached: most of them are made right again.
fuzz_mutator!(|bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(bytes, size, max_size);
    if !seed.is_multiple_of(8)
        && let Some(mend) = CHOSEN.get().and_then(|target| target.mend)
    {
        mend(bytes.get_mut(..size).unwrap_or_default());
    }
    size
});

/// Input: number of the target (1 byte), length (4 bytes, little-endian), bytes. Output: length and text of the answer. The names of the
/// targets come first, one a line, in the order of their numbers, and an empty line.
fn answer_all() -> std::io::Result<()> {
    let (mut input, mut output) = (stdin().lock(), stdout().lock());
    for target in TARGETS {
        writeln!(output, "{}", target.name)?;
    }
    writeln!(output)?;
    output.flush()?;
    loop {
        let mut head = [0; 5];
        if input.read(head.get_mut(..1).unwrap_or_default())? == 0 {
            return Ok(());
        }
        input.read_exact(head.get_mut(1..).unwrap_or_default())?;
        let [number, l0, l1, l2, l3] = head;
        let mut bytes = vec![0; u32::from_le_bytes([l0, l1, l2, l3]) as usize];
        input.read_exact(&mut bytes)?;
        let answer = TARGETS.get(usize::from(number)).map_or_else(String::new, |target| (target.answer)(&bytes));
        output.write_all(&(answer.len() as u32).to_le_bytes())?;
        output.write_all(answer.as_bytes())?;
        output.flush()?;
    }
}
