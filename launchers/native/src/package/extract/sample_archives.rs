//! Archives for tests, and zstd streams of all forms.

use zstd_safe::{CCtx, CParameter};

pub fn header(kind: u8, path: &str, link: &str, mode: u16, size: usize) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, path.as_bytes());
    put(100, format!("{mode:07o}\0").as_bytes());
    put(124, format!("{size:011o}\0").as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(157, link.as_bytes());
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

pub fn file(path: &str, mode: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = header(b'0', path, "", mode, body.len());
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

pub fn archive(entries: &[Vec<u8>]) -> Vec<u8> {
    [entries.concat(), vec![0; 1024]].concat()
}

pub fn body(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|at| ((at * 7 + seed * 13) >> 3) as u8).collect()
}

/// Frames of `step` decoded bytes each, as our packer writes them; one long frame where `step` is above 4 MiB.
pub fn zstd(content: &[u8], step: usize) -> Vec<u8> {
    let frame = |piece: &[u8]| {
        let mut stored = vec![0; zstd_safe::compress_bound(piece.len())];
        let mut context = CCtx::create();
        context.set_parameter(CParameter::ChecksumFlag(true)).unwrap();
        context.set_parameter(CParameter::CompressionLevel(1)).unwrap();
        let length = context.compress2(&mut stored[..], piece).unwrap();
        stored.truncate(length);
        stored
    };
    content.chunks(step).flat_map(frame).collect()
}

/// 600 files in 20 directories, one of them of several chunks.
pub fn sample_archive() -> Vec<u8> {
    let mut entries: Vec<Vec<u8>> = (0..20).map(|at| header(b'5', &format!("d{at}/"), "", 0o755, 0)).collect();
    entries.push(header(b'2', "d1/link", "../d2", 0o777, 0));
    for at in 0..600 {
        let mode = if at % 5 == 0 { 0o755 } else { 0o644 };
        entries.push(file(&format!("d{}/implied/f{at}", at % 20), mode, &body(at, at * 50)));
    }
    entries.push(file("long", 0o600, &body(7, 5_000_000)));
    entries.push(header(b'1', "hard", "long", 0o600, 0));
    archive(&entries)
}
