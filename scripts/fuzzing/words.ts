/** Words that the readers know, for changes of bytes; as latin1, so that any byte can be written. */
const HEX = 'ab'.repeat(32)
/** Between blanks; what holds a blank stands apart. */
const list = (text: string) => text.trim().split(/\s+/)
/** The start of a placeholder that is none. */
const DOLLAR = '$'

const PATHS = [
  ...list(
    '/ // . .. ../ /.. ./ \\ \0 c: con CON nul.txt com1 lpt9 com\xc2\xb9 aux {workenv} {workenv}/ { } a a/b \xc3\xa9 e\xcc\x81 .exe :',
  ),
  ...[' ', '\xf0\x9f\x93\xa6', '\xef\xbb\xbf', 'a'.repeat(256)],
]
const TEXTS = [
  ...list(
    `' " \\ \\" \\$ \\\` $ \` {slot:0} {slot:1} {slot:2} {slot:00} {slot: {primary} {workenv} {version} {package_name} {os} {arch}`,
  ),
  ...list(`{platform} {other} ${DOLLAR}{workenv} } { : ; , )`),
  ...[' ', '\t', '\n'],
]
const METADATA = [
  ...list(
    '"" { } [ ] , : null true false -0 1e5 1.0 9007199254740991 9007199254740992 "": \\u0061 \\ud800 \\udc00 \\u0000 \\n "',
  ),
  ...list(
    '"__proto__" "constructor" "PSPF/2025" "format" "package" "name" "version" "slots" "slot" "id" "target" "size" "checksum"',
  ),
  ...list(
    '"operations" "execution" "command" "argv" "argv0" "program" "invoked" "commands" "env" "environment" "derived" "path" "template"',
  ),
  ...list(
    '"mode" "runtime" "pass" "unset" "map" "set" "workenv" "directories" "setup_commands" "type" "execute" "enumerate_and_execute"',
  ),
  ...list(
    '"write_file" "chmod" "pattern" "content" "verification" "minimum_level" "strict" "build" "tool" "flavor" "launcher" "platforms"',
  ),
  ...list(
    '"os" "linux" "windows" "libc" "glibc" "libc_version" "2.36" "key_id" "ephemeral" "share" "tree" "files" "bytes" "platform"',
  ),
  ...list(
    '"self_ref" "permissions" "0755" "purpose" "lifecycle" "original_size" "primary_slot" "cache_validation" "sbom" "provenance"',
  ),
  ...list(`"umask" "enumerate" "sha256:${HEX}"`),
]

/** Spec §5.7: points of small order, p, L and their neighbours, little-endian. */
const ED25519 = [
  `01${'00'.repeat(31)}`,
  `${'00'.repeat(31)}80`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(31)}`,
  'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
]

export const WORDS = {
  operations: list('raw none gzip tgz tar.gz tar tar.zst zstd xz txz | , hash-0x70 aes256-gcm xz|'),
  ed25519: ED25519.map(hex => Buffer.from(hex, 'hex').toString('latin1')),
  metadata: [...METADATA, ...PATHS, ...TEXTS],
  zstd: ['28b52ffd', '502a4d18', '5e2a4d18', 'b1ea928f', '28b52ffd24', '010000', '28b52ffd20'].map(hex =>
    Buffer.from(hex, 'hex').toString('latin1'),
  ),
  tar: [
    ...PATHS,
    ...list('ustar\x0000 0 1 2 3 4 5 6 7 x g L K S 0000644\0 0004755\0 \x80'),
    ...[
      '9 path=a\n',
      '16 linkpath=../a\n',
      '10 size=1\n',
      '18 hdrcharset=BINARY\n',
      '22 GNU.sparse.major=1\n',
      'ustar  \0',
    ],
    '\0'.repeat(512),
  ],
  listing: [
    `f 0444 0 ${HEX} a\0`,
    'd 0755 0 - a\0',
    `l 0777 1 ${HEX} a\0`,
    '\0',
    ' ',
    '-',
    '0',
    '0777',
    '\xef\xbb\xbf',
    '\xff',
  ],
  seal: [
    ...[
      'flavor-workenv 1\n',
      `content ${HEX}\n`,
      'attempt 1\n',
      'place -\n',
      `place ${HEX}\n`,
      'boot -\n',
      'boot 1-2\n',
    ],
    ...[
      'executable -\n',
      'executable 1 2\n',
      'setup -\n',
      `own 0 ${HEX}\n`,
      `share 1 ${HEX} 3\n`,
      `sum ${HEX}\n`,
      'AB',
      '\r',
      '\n',
      '0',
    ],
  ],
  texts: [...TEXTS, ...PATHS],
  paths: PATHS,
  patterns: [...list('* ? [ ] [! [^ - []a] [a-z] \xc3\xa9 \xf0\x9f\x93\xa6 [*] ** A FLAVOR_'), '\n'],
  manifest: [
    ...TEXTS,
    ...PATHS,
    ...[
      '[project]\n',
      '[tool.flavor]\n',
      '[[tool.flavor.slots]]\n',
      '[tool.flavor.execution.runtime.env]\n',
      'dynamic = ["version"]',
    ],
    ...[
      'name = ',
      'version = ',
      'requires-python = ">=3.11"',
      'entry_point = ',
      'id = ',
      'source = ',
      'operations = ',
      'unset = ["*"]',
    ],
    ...[
      '"slots": [',
      '"execution": {',
      ...list(`""" ''' ={ [ ] # scripts inf 1979-05-27 __proto__ constructor \\u0000`),
    ],
  ],
  arguments: [...list('-- - --json --help -h --no- = --key --quiet --deep -o x 1 -1 --yes= --no-json'), '\n'],
}

/** The words of a target as bytes. */
export function wordBytes(words: readonly string[]): Uint8Array[] {
  return words.map(word => Buffer.from(word, 'latin1'))
}

/** The dictionary of libFuzzer for them. */
export function dictionary(words: readonly string[]): string {
  const lines = wordBytes(words).map(
    word => `"${Array.from(word, byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`,
  )
  return `${lines.join('\n')}\n`
}
