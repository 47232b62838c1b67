use super::super::tar_member::TarMemberType;
use super::*;
use proptest::prelude::*;

/// What an archive told: each member with its body.
#[derive(Default)]
struct Told<'b> {
    bytes: &'b [u8],
    members: Vec<(TarMember, Vec<u8>)>,
}

impl TarSink for Told<'_> {
    fn member(&mut self, member: TarMember) -> Result<()> {
        self.members.push((member, Vec::new()));
        Ok(())
    }

    fn body(&mut self, part: Range<usize>) -> Result<()> {
        assert!(!part.is_empty());
        let (_, body) = self.members.last_mut().unwrap();
        body.extend_from_slice(&self.bytes[part]);
        Ok(())
    }
}

type Members = Vec<(TarMember, Vec<u8>)>;

/// In one piece and in pieces of every kind; what is found must not differ.
fn read(archive: &[u8]) -> std::result::Result<Members, Code> {
    let whole = read_in(archive, archive.len().max(1));
    for step in [1, 511, 512, 700] {
        if archive.len() / step < 20_000 {
            assert_eq!(read_in(archive, step), whole);
        }
    }
    whole
}

fn read_in(archive: &[u8], step: usize) -> std::result::Result<Members, Code> {
    let (mut reader, mut members) = (TarReader::new("it"), Vec::new());
    for piece in archive.chunks(step) {
        let mut told = Told { bytes: piece, members };
        let outcome = reader.push(piece, &mut told);
        members = told.members;
        outcome.map_err(|error| error.code())?;
    }
    reader.finish().map_err(|error| error.code())?;
    assert_eq!(reader.offset(), archive.len() as u64);
    Ok(members)
}

fn header(kind: u8, path: &str, link: &str, mode: u16, size: u64) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, &path.as_bytes()[..path.len().min(100)]);
    put(100, format!("{mode:07o}\0").as_bytes());
    put(124, format!("{size:011o}\0").as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(157, &link.as_bytes()[..link.len().min(100)]);
    put(257, b"ustar\x0000");
    seal(block)
}

fn seal(mut block: Vec<u8>) -> Vec<u8> {
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

fn padded(body: &[u8]) -> Vec<u8> {
    let mut bytes = body.to_vec();
    bytes.resize(body.len().next_multiple_of(512), 0);
    bytes
}

fn extension(kind: u8, content: &[u8]) -> Vec<u8> {
    [header(kind, "x", "", 0o644, content.len() as u64), padded(content)].concat()
}

fn record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let length = (rest + 1..).find(|length| *length == rest + length.to_string().len()).unwrap();
    format!("{length} {key}={value}\n")
}

fn file(path: &str, body: &[u8]) -> Vec<u8> {
    [header(b'0', path, "", 0o644, body.len() as u64), padded(body)].concat()
}

fn closed(parts: &[&[u8]]) -> Vec<u8> {
    [parts.concat(), vec![0; 1024]].concat()
}

fn refusal(archive: &[u8]) -> Option<Code> {
    read(archive).err()
}

#[test]
fn s4_5_reads_files_directories_and_links() {
    let archive = closed(&[
        &header(b'5', "d/", "", 0o755, 0),
        &file("d/a", &[7; 1000]),
        &header(0, "d/empty", "", 0o600, 0),
        &header(b'1', "d/h", "d/a", 0o644, 0),
        &header(b'2', "d/l", "a", 0o777, 0),
    ]);
    let members = read(&archive).unwrap();
    let shown: Vec<_> = members.iter().map(|(member, body)| (member.path.as_str(), member.kind, body.len())).collect();
    use TarMemberType::{Directory, File, Hardlink, Symlink};
    let want =
        [("d/", Directory, 0), ("d/a", File, 1000), ("d/empty", File, 0), ("d/h", Hardlink, 0), ("d/l", Symlink, 0)];
    assert_eq!(shown, want);
    assert_eq!(members[1].0.offset, 512);
    assert_eq!((members[3].0.link_target.as_str(), members[1].0.mode), ("d/a", 0o644));
}

#[test]
fn s4_5_reads_prefixes_pax_and_gnu_names() {
    let mut block = header(b'0', "name", "", 0o644, 0);
    block[345..351].copy_from_slice(b"prefix");
    let long = "p/".repeat(200) + "q";
    let pax = record("path", &long) + &record("mtime", "1.5");
    let archive = closed(&[
        &seal(block),
        &extension(b'x', pax.as_bytes()),
        &file("short", b"1"),
        &extension(b'L', (long.clone() + "\0").as_bytes()),
        &extension(b'K', b"target"),
        &header(b'2', "short", "", 0o777, 0),
        &extension(b'g', record("comment", "c").as_bytes()),
        &extension(b'x', record("size", "3").as_bytes()),
        &header(b'0', "sized", "", 0o644, 0),
        &padded(b"abc"),
    ]);
    let members = read(&archive).unwrap();
    let paths: Vec<_> = members.iter().map(|(member, _)| member.path.as_str()).collect();
    assert_eq!(paths, ["prefix/name", &long, &long, "sized"]);
    assert_eq!(members[2].0.link_target, "target");
    assert_eq!(members[3].1, b"abc");
}

#[test]
fn s4_5_refuses_every_cut() {
    let archive = closed(&[&extension(b'L', b"long"), &file("a", &[1; 600]), &header(b'5', "d", "", 0o755, 0)]);
    assert!(read(&archive).is_ok());
    for length in 0..archive.len() {
        assert_eq!(refusal(&archive[..length]), Some(Code::Truncated), "{length} bytes");
    }
}

#[test]
fn s4_5_refuses_what_follows_the_end() {
    let mut archive = closed(&[&file("a", b"1"), &[0; 2048]]);
    assert!(read(&archive).is_ok());
    archive.truncate(archive.len() - 5);
    assert!(read(&archive).is_ok());
    for at in [1024 + 512, 1024 + 1024, archive.len() - 1] {
        let mut changed = archive.clone();
        changed[at] = 1;
        assert_eq!(refusal(&changed), Some(Code::TarEnd));
    }
}

#[test]
fn s4_5_refuses_hidden_bytes_and_judges_padding_before_extensions() {
    let mut archive = closed(&[&extension(b'x', b"no record"), &file("a", &[1; 600])]);
    assert_eq!(refusal(&archive), Some(Code::TarExtension));
    archive[1023] = 1;
    assert_eq!(refusal(&archive), Some(Code::TarPadding));
    let mut archive = closed(&[&file("a", &[1; 600])]);
    archive[1535] = 1;
    assert_eq!(refusal(&archive), Some(Code::TarPadding));
}

#[test]
fn s4_5_refuses_headers_that_readers_differ_on() {
    let cases: [(Vec<u8>, Code); 14] = [
        (header(b'3', "a", "", 0o644, 0), Code::TarType),
        (header(b'S', "a", "", 0o644, 0), Code::TarType),
        (header(b'9', "a", "", 0o644, 0), Code::TarType),
        (header(b'0', "a", "", 0o4755, 0), Code::TarMode),
        (header(b'0', "", "", 0o644, 0), Code::TarName),
        (header(b'0', "a", "b", 0o644, 0), Code::TarName),
        (header(b'2', "a", "", 0o777, 0), Code::TarName),
        (header(b'5', "a", "", 0o755, 1), Code::TarSize),
        (header(b'0', "a\0b", "", 0o644, 0), Code::TarName),
        (extension(b'x', &record("path", "a").into_bytes()), Code::TarExtension),
        ([extension(b'L', b"a"), extension(b'L', b"b")].concat(), Code::TarExtension),
        ([extension(b'L', b"a\0b"), file("x", b"")].concat(), Code::TarName),
        (header(b'x', "x", "", 0o644, MAX_ARCHIVE_EXTENSION + 1), Code::TarLimit),
        (vec![1; 512], Code::TarHeader),
    ];
    for (entry, want) in cases {
        assert_eq!(refusal(&closed(&[&entry])), Some(want));
    }
    let mut block = header(b'0', "a", "", 0o644, 0);
    block[0] = b'b';
    assert_eq!(refusal(&closed(&[&block])), Some(Code::TarChecksum));
    block[0] = 0xff;
    assert_eq!(refusal(&closed(&[&seal(block.clone())])), Some(Code::TarName));
    block[257] = b'U';
    assert_eq!(refusal(&closed(&[&seal(block)])), Some(Code::TarHeader));
}

#[test]
fn s4_5_reads_gnus_binary_sizes_up_to_the_limit() {
    let sized = |size: &[u8; 12]| {
        let mut block = header(b'0', "a", "", 0o644, 0);
        block[124..136].copy_from_slice(size);
        [seal(block), padded(b"abc"), vec![0; 1024]].concat()
    };
    assert_eq!(read(&sized(b"\x80\0\0\0\0\0\0\0\0\0\0\x03")).unwrap()[0].1, b"abc");
    assert_eq!(refusal(&sized(b"\x80\0\0\0\0\x20\0\0\0\0\0\0")), Some(Code::TarHeader));
    assert_eq!(refusal(&sized(&[0xff; 12])), Some(Code::TarHeader));
    assert_eq!(refusal(&sized(b"        8   ")), Some(Code::TarHeader));
    assert_eq!(read(&sized(b"         3  ")).unwrap()[0].1, b"abc");
}

fn any_member() -> impl Strategy<Value = (u8, String, String, u16, Vec<u8>)> {
    let path = "[a-zé/]{1,300}";
    let body = proptest::collection::vec(any::<u8>(), 0..1500);
    (prop_oneof![Just(b'0'), Just(b'5'), Just(b'2'), Just(b'1')], path, "[a-z]{1,150}", 0u16..0o1000, body)
}

/// A writer of its own: pax for every path, plain headers around it.
fn write((kind, path, link, mode, body): &(u8, String, String, u16, Vec<u8>)) -> Vec<u8> {
    let is_link = matches!(kind, b'1' | b'2');
    let body: &[u8] = if *kind == b'0' { body } else { b"" };
    let mut records = record("path", path);
    if is_link {
        records += &record("linkpath", link);
    }
    [&extension(b'x', records.as_bytes())[..], &header(*kind, "", "", *mode, body.len() as u64), &padded(body)].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn s4_5_reads_what_a_writer_wrote(members in proptest::collection::vec(any_member(), 0..6)) {
        let archive = closed(&[&members.iter().flat_map(write).collect::<Vec<u8>>()]);
        let found = read(&archive).unwrap();
        prop_assert_eq!(found.len(), members.len());
        for ((member, body), (kind, path, link, mode, content)) in found.iter().zip(&members) {
            prop_assert_eq!(&member.path, path);
            prop_assert_eq!(member.mode, *mode);
            let is_link = matches!(kind, b'1' | b'2');
            prop_assert_eq!(&member.link_target, if is_link { link } else { "" });
            prop_assert_eq!(body, if *kind == b'0' { content } else { &[][..] });
        }
    }

    #[test]
    fn s4_5_a_changed_archive_is_read_or_refused_by_code(
        members in proptest::collection::vec(any_member(), 1..4),
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4),
        is_sealed in any::<bool>(),
    ) {
        let mut archive = closed(&[&members.iter().flat_map(write).collect::<Vec<u8>>()]);
        for (at, byte) in changes {
            let length = archive.len();
            archive[at % length] = byte;
            if is_sealed {
                let block = at % length / 512 * 512;
                let sealed = seal(archive[block..block + 512].to_vec());
                archive[block..block + 512].copy_from_slice(&sealed);
            }
        }
        if let Err(code) = read(&archive) {
            prop_assert!(code == Code::Truncated || code.name().starts_with("TAR_"));
        }
    }

    #[test]
    fn s4_5_noise_is_refused_by_code(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        if let Err(code) = read(&bytes) {
            prop_assert!(code == Code::Truncated || code.name().starts_with("TAR_"));
        }
    }
}
