import { base64, HASH, hexOf, KEY, keyLine, OTHER_KEY, rotationLine, signatureLine, THIRD_KEY } from './trust-texts.ts'
import { inArea, type Vector } from './vector.ts'

const trust = inArea('trust', {})
const P = base64(KEY.publicKey)

const keyLines = (name: string, comment: string, text: string, expect: Vector['expect'], spec = 'trust §2.3') =>
  trust({ name: `key-lines-${name}`, comment, spec, kind: 'key-lines', input: { text }, expect })
const found = (...keys: readonly (readonly [key: { publicKey: Uint8Array }, names: string[], comment: string])[]) => ({
  ok: { keys: keys.map(([{ publicKey }, names, comment]) => ({ public_key: hexOf(publicKey), names, comment })) },
})
const REFUSED = { error: 'TRUST_LINE' }

const KEY_LINES: readonly Vector[] = [
  keyLines(
    'one',
    'The line of a key, with a comment.',
    keyLine(KEY, 'httpie', 'Alice, releases'),
    found([KEY, ['httpie'], 'Alice, releases']),
  ),
  keyLines(
    'no-comment',
    'Nothing behind the names, and no LF at the end.',
    keyLine(KEY, '*').trim(),
    found([KEY, ['*'], '']),
  ),
  keyLines('empty', 'A file without lines.', '', found()),
  keyLines(
    'layout',
    'Comments, empty lines, tabs and CR.',
    `# keys\r\n\n \t \n \t# more\n\t flavor-ed25519\t ${P} \ta,b-* \t x  y \t\r\n${keyLine(OTHER_KEY, 'c')}`,
    found([KEY, ['a', 'b-*'], 'x  y'], [OTHER_KEY, ['c'], '']),
  ),
  keyLines(
    'escapes',
    'Every kind of escape.',
    keyLine(KEY, 'a%20b,%00,%1F*,%25,%2A,%2C,%7F,é'),
    found([KEY, ['a%20b', '%00', '%1F*', '%25', '%2A', '%2C', '%7F', 'é'], '']),
  ),
  keyLines(
    'comment-hash',
    'A # behind the key begins no comment of the file.',
    keyLine(KEY, '#a', '# b'),
    found([KEY, ['#a'], '# b']),
  ),
  keyLines(
    'other-type',
    'A type that nobody knows pins something that nobody could check.',
    `flavor-p256 ${P} *\n`,
    REFUSED,
  ),
  keyLines('type-alone', 'Nothing behind the type.', 'flavor-ed25519\n', REFUSED),
  keyLines('no-names', 'A key for no package.', `flavor-ed25519 ${P}\n`, REFUSED),
  keyLines('second-line', 'A good line does not save a bad one.', `${keyLine(KEY, '*')}x\n`, REFUSED),
  keyLines('pem', 'PEM is for `trust add`.', '-----BEGIN PUBLIC KEY-----\n', REFUSED),
  keyLines('bom', 'A byte order mark.', `\ufeff${keyLine(KEY, '*')}`, REFUSED),
  keyLines('nul', 'A NUL in a comment.', keyLine(KEY, '*', 'a\0b'), REFUSED),
  keyLines('nul-in-comment-line', 'A NUL in a line that means nothing.', '# \0\n', REFUSED),
  keyLines('short-key', '31 bytes.', `flavor-ed25519 ${base64(KEY.publicKey.subarray(1))} *\n`, REFUSED),
  keyLines('long-key', '33 bytes.', `flavor-ed25519 ${base64(Buffer.alloc(33))} *\n`, REFUSED),
  keyLines('hex-key', 'Hex digits.', `flavor-ed25519 ${hexOf(KEY.publicKey)} *\n`, REFUSED),
  keyLines('no-padding', 'Base64 without its padding.', `flavor-ed25519 ${P.slice(0, -1)} *\n`, REFUSED),
  keyLines('stray-bits', 'Bits that encode nothing are set.', `flavor-ed25519 ${'A'.repeat(42)}B= *\n`, REFUSED),
  keyLines('url-base64', 'The alphabet of URLs.', `flavor-ed25519 ${'-'.repeat(42)}A= *\n`, REFUSED),
  ...Object.entries({
    'empty-name': 'a,',
    'empty-first': ',a',
    'star-inside': 'a*b',
    'two-stars': 'a**',
    'escape-alone': 'a%',
    'escape-of-nothing': 'a%41',
    'escape-in-small-letters': 'a%2a',
    'escape-cut': 'a%2',
    'control-character': 'a\u0001',
    delete: 'a\u007f',
    'cr-inside': 'a\rb',
  }).map(([name, names]) =>
    keyLines(
      `names-${name}`,
      `${JSON.stringify(names)} can match no name.`,
      keyLine(KEY, names, 'x'),
      REFUSED,
      'trust §2.4',
    ),
  ),
]

const names = (name: string, comment: string, patterns: string, of: string, matches: boolean, file: string) =>
  trust({
    name: `names-${name}`,
    comment,
    spec: 'trust §2.4',
    kind: 'trust-names',
    input: { names: patterns, name: of },
    expect: { ok: { matches, file } },
  })

const NAMES: readonly Vector[] = [
  names('same', 'The same name.', 'httpie', 'httpie', true, 'for-httpie.keys'),
  names('case', 'Letters of another case.', 'HTTPie', 'httpie', false, 'for-httpie.keys'),
  names('beginning', 'A beginning without a star.', 'http', 'httpie', false, 'for-httpie.keys'),
  names('star', 'A star alone.', '*', 'any thing', true, 'for-any_thing.keys'),
  names('prefix', 'A beginning with a star.', 'x,acme-*', 'acme-tool', true, 'for-acme-tool.keys'),
  names('prefix-itself', 'What stands before the star, alone.', 'acme-*', 'acme-', true, 'for-acme-.keys'),
  names('prefix-other', 'Another beginning.', 'acme-*', 'acm', false, 'for-acm.keys'),
  names('one-of', 'One of several.', 'a,b,c', 'b', true, 'for-b.keys'),
  names('blank', 'A blank is escaped.', 'a%20b', 'a b', true, 'for-a_b.keys'),
  names('literal-star', 'A star in a name is no pattern.', 'a%2A', 'a*', true, 'for-a_.keys'),
  names(
    'literal-star-other',
    'A name that ends with a star does not match others.',
    'a%2A',
    'ab',
    false,
    'for-ab.keys',
  ),
  names('percent', 'A name that looks like an escape.', 'a%20b', 'a%20b', false, 'for-a_20b.keys'),
  names('percent-escaped', 'The same, escaped.', 'a%2520b', 'a%20b', true, 'for-a_20b.keys'),
  names('comma', 'A comma.', 'a%2Cb', 'a,b', true, 'for-a_b.keys'),
  names('shared-file', 'Another name of the same file.', 'a%2Cb', 'a_b', false, 'for-a_b.keys'),
  names('path', 'A name that would lead elsewhere.', '../x', '../x', true, 'for-.._x.keys'),
  names('not-ascii', 'Letters beyond ASCII, each one code point.', 'é🦀', 'é🦀', true, 'for-__.keys'),
  names('not-normalised', 'The same letter in two forms.', 'e\u0301', 'é', false, 'for-_.keys'),
  names('long', 'A long name.', 'x*', 'x'.repeat(300), true, `for-${'x'.repeat(200)}.keys`),
]

const PINS: readonly Vector[] = [
  ['none', 'No keyring.', {}, { ok: { pinned_by: [] } }],
  [
    'other-name',
    'A keyring that has nothing for the name.',
    { system: keyLine(OTHER_KEY, 'other') },
    { ok: { pinned_by: [] } },
  ],
  ['system', 'The key that the system has.', { system: keyLine(KEY, 'app') }, { ok: { pinned_by: ['system'] } }],
  [
    'system-other',
    'Another key than the system has.',
    { system: keyLine(OTHER_KEY, 'app') },
    { error: 'KEY_UNTRUSTED' },
  ],
  ['user-other', 'Another key than the user has.', { user: keyLine(OTHER_KEY, 'a*') }, { error: 'KEY_UNTRUSTED' }],
  [
    'one-of-two',
    'One of two keys.',
    { user: keyLine(OTHER_KEY, 'app') + keyLine(KEY, '*') },
    { ok: { pinned_by: ['user'] } },
  ],
  [
    'both',
    'The key that both have.',
    { system: keyLine(KEY, '*'), user: keyLine(KEY, 'app') },
    { ok: { pinned_by: ['system', 'user'] } },
  ],
  [
    'user-cannot-widen',
    'The user has it, the system has another.',
    { system: keyLine(OTHER_KEY, 'app'), user: keyLine(KEY, 'app') },
    { error: 'KEY_UNTRUSTED' },
  ],
  [
    'system-cannot-widen',
    'The system has it, the user has another.',
    { system: keyLine(KEY, 'app'), user: keyLine(OTHER_KEY, 'app') },
    { error: 'KEY_UNTRUSTED' },
  ],
  ['bad-line', 'A line that means nothing.', { system: keyLine(KEY, 'app'), user: `x\n` }, { error: 'TRUST_LINE' }],
].map(([name, comment, keyrings, expect]) =>
  trust({
    name: `pins-${name}`,
    comment: comment as string,
    spec: 'trust §3',
    kind: 'pins',
    input: { name: 'app', public_key: hexOf(KEY.publicKey), keyrings },
    expect: expect as Vector['expect'],
  }),
)

const rotation = (name: string, comment: string, text: string, expect: Vector['expect'], input = {}) =>
  trust({
    name: `rotation-${name}`,
    comment,
    spec: 'trust §6',
    kind: 'rotation',
    input: { text, name: 'app', from: hexOf(KEY.publicKey), to: hexOf(OTHER_KEY.publicKey), ...input },
    expect,
  })
const follows = (does: boolean) => ({ ok: { follows: does } })
const INVALID = { error: 'ROTATION_INVALID' }
const [TO_OTHER, TO_THIRD] = [rotationLine('app', KEY, OTHER_KEY), rotationLine('app', KEY, THIRD_KEY)]

const ROTATIONS: readonly Vector[] = [
  rotation('one', 'One step.', TO_OTHER, follows(true)),
  rotation('comment', 'With a comment, and a line that is one.', `# x\n${TO_OTHER.trim()} in 2026\n`, follows(true)),
  rotation('same', 'The same key needs none.', '', follows(true), { to: hexOf(KEY.publicKey) }),
  rotation('none', 'No statement.', '', follows(false)),
  rotation('other-name', 'A statement for another name.', rotationLine('other', KEY, OTHER_KEY), follows(false)),
  rotation('pattern', 'A statement for many names.', rotationLine('x,a*', KEY, OTHER_KEY), follows(true)),
  rotation('backwards', 'A statement does not lead back.', rotationLine('app', OTHER_KEY, KEY), follows(false)),
  rotation(
    'chain',
    'Two steps, the second first.',
    rotationLine('app', THIRD_KEY, OTHER_KEY) + TO_THIRD,
    follows(true),
  ),
  rotation(
    'chain-broken',
    'Two steps, one of them for another name.',
    rotationLine('x', THIRD_KEY, OTHER_KEY) + TO_THIRD,
    follows(false),
  ),
  rotation('circle', 'Steps in a circle.', TO_THIRD + rotationLine('app', THIRD_KEY, KEY), follows(false)),
  rotation(
    'signed-by-new',
    'Signed by the new key, not by the old one.',
    rotationLine('app', KEY, OTHER_KEY, OTHER_KEY),
    INVALID,
  ),
  rotation('signed-by-third', 'Signed by somebody else.', rotationLine('app', KEY, OTHER_KEY, THIRD_KEY), INVALID),
  rotation('names-changed', 'The names were changed afterwards.', TO_OTHER.replace(' app ', ' * '), INVALID),
  rotation('to-itself', 'To the same key.', rotationLine('app', KEY, KEY), INVALID),
  rotation('bad-beside-good', 'A bad statement beside a good one.', `${TO_OTHER}x\n`, INVALID),
  rotation('short', 'Without its signature.', TO_OTHER.split(' ').slice(0, 4).join(' '), INVALID),
  rotation('many', '65 statements.', TO_OTHER.repeat(65), INVALID),
  rotation('weak-new', 'To a key of small order.', weakRotation(), INVALID),
]

function weakRotation(): string {
  const weak = Buffer.alloc(32)
  weak[0] = 1
  return rotationLine('app', KEY, { ...KEY, publicKey: weak })
}

const signatures = (name: string, comment: string, text: string, expect: Vector['expect']) =>
  trust({
    name: `detached-${name}`,
    comment,
    spec: 'trust §7.1',
    kind: 'detached-signature',
    input: { text, hash: HASH },
    expect,
  })
const signers = (...keys: readonly { publicKey: Uint8Array }[]) => ({
  ok: { keys: keys.map(key => hexOf(key.publicKey)) },
})
const DETACHED_INVALID = { error: 'DETACHED_SIGNATURE' }

const DETACHED: readonly Vector[] = [
  signatures('one', 'One signature.', signatureLine(KEY), signers(KEY)),
  signatures(
    'two',
    'Two of them.',
    `# x\n${signatureLine(KEY).trim()} Alice\n${signatureLine(OTHER_KEY)}`,
    signers(KEY, OTHER_KEY),
  ),
  signatures('none', 'No line.', '# nothing\n', DETACHED_INVALID),
  signatures('other-file', 'Of another file.', signatureLine(KEY, 'a'.repeat(64)), DETACHED_INVALID),
  signatures(
    'hash-alone',
    'Over the hash without the first line.',
    `flavor-signature ${P} ${base64(KEY.sign(Buffer.from(HASH)))}\n`,
    DETACHED_INVALID,
  ),
  signatures(
    'other-domain',
    'A signature of another kind.',
    signatureLine(KEY, HASH, 'flavor-rotation 1'),
    DETACHED_INVALID,
  ),
  signatures(
    'other-key',
    'Under the key of somebody else.',
    signatureLine(KEY).replace(P, base64(OTHER_KEY.publicKey)),
    DETACHED_INVALID,
  ),
  signatures(
    'bad-beside-good',
    'A bad line beside a good one.',
    `${signatureLine(KEY)}flavor-signature ${P} x\n`,
    DETACHED_INVALID,
  ),
  signatures('weak-key', 'Under the neutral element, for which anybody signs.', weakSignature(), DETACHED_INVALID),
  signatures('many', '257 signatures.', signatureLine(KEY).repeat(257), DETACHED_INVALID),
]

/** [1]B and 1 are a signature of every text under the neutral element. */
function weakSignature(): string {
  const weak = Buffer.alloc(32)
  weak[0] = 1
  const signature = Buffer.concat([Buffer.from(`58${'66'.repeat(31)}`, 'hex'), weak])
  return `flavor-signature ${base64(weak)} ${base64(signature)}\n`
}

export const TRUST_LINES: readonly Vector[] = [...KEY_LINES, ...NAMES, ...PINS, ...ROTATIONS, ...DETACHED]
