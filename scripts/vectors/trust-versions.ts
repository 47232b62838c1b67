import { inArea, type Vector } from './vector.ts'

const trust = inArea('trust', {})

/** Each is older than the next. */
const RISING = [
  [
    '1.0.dev1',
    '1.0a1.dev1',
    '1.0a1',
    '1.0a2',
    '1.0b1',
    '1.0rc1',
    '1.0',
    '1.0.post1',
    '1.0.1',
    '1.1',
    '1.10',
    '2',
    '10',
    '1!0.1',
  ],
  [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1-foo',
    '1.0.1',
  ],
  ['', '1'],
  ['2024.1.9', '2024.1.10', '2024.10.1'],
  ['99999999999999999999', '100000000000000000000'],
]
const EQUAL = [
  ['1', '1.0.0'],
  ['v1.2', '1.2'],
  ['1.0RC1', '1.0-preview.1'],
  ['1.0alpha2', '1.0.a.2'],
  ['1.0+local.1', '1.0+other'],
  ['01.2', '1.02'],
  ['1.0.0.post1', '1.post1'],
  ['1.0-r3', '1.0.rev3'],
  ['0!1', '1'],
  ['', '0.0'],
]

const order = (name: string, a: string, b: string, sign: number) =>
  trust({
    name: `version-${name}`,
    comment: `${JSON.stringify(a)} and ${JSON.stringify(b)}.`,
    spec: 'trust §5.2',
    kind: 'version-order',
    input: { one: a, other: b },
    expect: { ok: { order: sign } },
  })

export const TRUST_VERSIONS: readonly Vector[] = [
  ...RISING.flatMap((versions, row) =>
    versions.slice(1).map((next, at) => order(`rising-${row + 1}-${at + 1}`, versions[at] ?? '', next, -1)),
  ),
  order('falling', '1.0.1', '1.0.post9', 1),
  ...EQUAL.map(([a = '', b = ''], at) => order(`equal-${at + 1}`, a, b, 0)),
]
