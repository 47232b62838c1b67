use super::super::byte_source::SliceSource;
use super::*;
use zstd_safe::{CCtx, CParameter};

const SKIPPABLE: &[u8] = b"\x5e\x2a\x4d\x18\x03\0\0\0abc";

/// One frame, with its length in the header unless `is_streamed`.
fn frame(content: &[u8], is_streamed: bool) -> Vec<u8> {
    let mut context = CCtx::create();
    context.set_parameter(CParameter::ChecksumFlag(true)).unwrap();
    context.set_parameter(CParameter::ContentSizeFlag(!is_streamed)).unwrap();
    let mut stored = vec![0; zstd_safe::compress_bound(content.len())];
    let length = context.compress2(&mut stored[..], content).unwrap();
    stored.truncate(length);
    stored
}

fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|at| if at % 3 == 0 { next() } else { (at / 1000) as u8 }).collect()
}

/// By `read` alone, with small and large room, and by `gather`: what comes out is the same, and so is the code of a refusal.
fn decode(stored: &[u8]) -> std::result::Result<Vec<u8>, Code> {
    let serial = read_all(stored, 1 << 16);
    assert_eq!(read_all(stored, 997), serial);
    let gathered = gather_all(stored).map(|(content, _)| content);
    assert_eq!(gathered, serial);
    serial
}

fn read_all(stored: &[u8], room: usize) -> std::result::Result<Vec<u8>, Code> {
    let mut decoder = ZstdDecoder::new(Box::new(SliceSource(stored)), "it");
    let mut content = Vec::new();
    let mut into = vec![0; room];
    loop {
        match decoder.read(&mut into).map_err(|error| error.code())? {
            0 => return Ok(content),
            count => content.extend_from_slice(&into[..count]),
        }
    }
}

/// The content, and how many batches were handed out.
fn gather_all(bytes: &[u8]) -> std::result::Result<(Vec<u8>, usize), Code> {
    let mut decoder = ZstdDecoder::new(Box::new(SliceSource(bytes)), "it");
    let mut context = new_context("it").unwrap();
    let (mut all, mut stored, mut batches) = (Vec::new(), Vec::new(), 0);
    loop {
        match decoder.gather(&mut stored).map_err(|error| error.code())? {
            Gathered::End => return Ok((all, batches)),
            Gathered::Frames { stored: length, content } => {
                assert!(content as u64 <= MAX_GATHERED);
                let mut into = vec![0; content];
                decode_frames(&mut context, &stored[..length], &mut into, "it").map_err(|error| error.code())?;
                all.extend_from_slice(&into);
                batches += 1;
            }
            Gathered::Long => {
                let mut into = vec![0; 1 << 16];
                while !decoder.is_between_frames() {
                    match decoder.read(&mut into).map_err(|error| error.code())? {
                        0 => return Ok((all, batches)),
                        count => all.extend_from_slice(&into[..count]),
                    }
                }
            }
        }
    }
}

#[test]
fn s4_4_decodes_frames_of_all_lengths_in_a_row() {
    let contents = [noise(0), noise(1), noise(300), noise(200_000), noise(5_000_000), noise(2_000_000), noise(70)];
    for is_streamed in [false, true] {
        let frames: Vec<Vec<u8>> = contents.iter().map(|content| frame(content, is_streamed)).collect();
        assert_eq!(decode(&frames.concat()), Ok(contents.concat()));
        assert_eq!(decode(&[SKIPPABLE, &frames.join(SKIPPABLE), SKIPPABLE].concat()), Ok(contents.concat()));
    }
}

#[test]
fn s4_4_hands_out_short_frames_many_at_a_time_and_long_ones_never() {
    let short = frame(&noise(1000), false);
    let (content, batches) = gather_all(&short.repeat(3000)).unwrap();
    assert_eq!((content.len(), batches), (3_000_000, 3));
    let whole = frame(&noise(4 << 20), false);
    assert_eq!(gather_all(&whole.repeat(3)).unwrap().1, 3);
    assert_eq!(gather_all(&frame(&noise((4 << 20) + 1), false)).unwrap().1, 0);
    assert_eq!(gather_all(&frame(&noise(1000), true)).unwrap().1, 0);
    assert_eq!(gather_all(&[frame(&noise(1000), true), short.clone(), whole].concat()).unwrap().1, 1);
}

#[test]
fn s4_4_a_seek_table_that_lies_changes_nothing() {
    let frames = [frame(&noise(3000), false), frame(&noise(4000), false)];
    let mut table = b"\x5e\x2a\x4d\x18\x19\0\0\0".to_vec();
    table.extend([0xff; 16]);
    table.extend(b"\x02\0\0\0\0\xb1\xea\x92\x8f");
    assert_eq!(decode(&[frames.concat(), table].concat()), Ok([noise(3000), noise(4000)].concat()));
}

#[test]
fn s4_4_refuses_every_cut() {
    let stored = [frame(&noise(10), false), SKIPPABLE.to_vec(), frame(&noise(700), true)].concat();
    let ends = [frame(&noise(10), false).len(), frame(&noise(10), false).len() + SKIPPABLE.len(), stored.len()];
    for length in 0..stored.len() {
        let want = match ends.iter().find(|end| (1..4).contains(&length.saturating_sub(**end))) {
            _ if ends.contains(&length) => None,
            Some(_) => Some(Code::ZstdTrailing),
            None => Some(Code::Truncated),
        };
        assert_eq!(decode(&stored[..length]).err(), want, "{length} bytes");
    }
}

#[test]
fn s4_4_refuses_what_follows_a_frame_and_is_none() {
    let stored = frame(&noise(700), false);
    for more in [&b"\0"[..], b"\x28\xb5", b"abcd", &[0; 100]] {
        assert_eq!(decode(&[&stored, more].concat()), Err(Code::ZstdTrailing), "{more:?}");
    }
    assert_eq!(decode(b"abcd"), Err(Code::ZstdFrame));
    assert_eq!(decode(b""), Err(Code::Truncated));
}

#[test]
fn s4_4_refuses_a_wrong_checksum_and_a_length_that_is_not_the_frames_own() {
    let mut stored = frame(&noise(700), false);
    let last = stored.len() - 1;
    stored[last] ^= 1;
    assert_eq!(decode(&stored), Err(Code::ZstdData));
    let mut stored = frame(&noise(700), false);
    stored[5] ^= 1;
    assert_eq!(decode(&stored), Err(Code::ZstdData));
}

#[test]
fn s4_4_refuses_dictionaries_reserved_bits_and_block_types() {
    let changed = |at: usize, bits: u8| {
        let mut stored = frame(&noise(700), false);
        stored[at] |= bits;
        decode(&stored).err()
    };
    assert_eq!(changed(4, 1), Some(Code::ZstdDictionary));
    assert_eq!(changed(4, 8), Some(Code::ZstdFrame));
    assert_eq!(changed(7, 6), Some(Code::ZstdFrame));
}

#[test]
fn s10_refuses_windows_above_the_limit_before_it_takes_memory() {
    assert_eq!(decode(b"\x28\xb5\x2f\xfd\0\x69\x01\0\0"), Err(Code::ZstdWindow));
    assert_eq!(decode(b"\x28\xb5\x2f\xfd\0\x68\x01\0\0"), Ok(vec![]));
    assert_eq!(decode(b"\x28\xb5\x2f\xfd\xa0\x01\0\x80\0\x01\0\0"), Err(Code::ZstdWindow));
}
