import { keyId } from '../../crypto/key-id.ts'
import { openPackage } from '../../package/package-file.ts'
import { isSameKey } from '../../trust/base64.ts'
import type { KeyLine } from '../../trust/key-line.ts'
import { addKey, listKeyring, removeKeys } from '../../trust/keyring-changes.ts'
import type { KeyringPlace } from '../../trust/keyring-places.ts'
import { type PinMove, pinMoves } from '../../trust/pin-moves.ts'
import { parseRotations, type Rotation } from '../../trust/rotation.ts'
import { CliError } from '../cli-error.ts'
import { readGiven, STATEMENTS } from '../trust-wishes.ts'
import { plainText } from '../ui/plain-text.ts'
import { defineVerb } from '../verb.ts'
import { chosenKeyring } from './chosen-keyring.ts'
import { isPackage } from './show.ts'

export const trustFollow = defineVerb({
  name: 'trust follow',
  summary: 'move pins from an old key to the one that it says takes its place',
  description:
    'FILE holds statements of `flavor trust rotate`, or is a package that carries them. Pins of an old key are moved to the new one, for the names that both are for; what the old key is pinned for besides stays. What the old key signed is refused from then on, unless --keep-old leaves its pin beside the new one. Whoever has the old key can make such statements: ask its owner before.',
  arguments: { FILE: { description: 'statements, or a package that carries them', completion: 'file' } },
  flags: {
    'keep-old': { type: 'boolean', description: 'leave the old key pinned too' },
    system: { type: 'boolean', description: 'in the keyring of everyone on this machine; needs root' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  examples: [
    { command: 'flavor trust follow myapp.rotation', description: 'the old key counts no more' },
    { command: 'flavor trust follow --keep-old app.psp', description: 'what it signed before still runs' },
  ],
  exits: [3],
  json: {
    type: 'always "trust-follow"',
    keyring: 'system or user',
    'moved[].from': 'key id of the old key',
    'moved[].to': 'key id of the new key',
    'moved[].names[]': 'patterns of the names of packages that the new key is pinned for',
    'removed[].key_id': 'an old key',
    'removed[].names[]': 'patterns that it is not pinned for any more',
  },
  async run({ args, options, io }) {
    const place = chosenKeyring(io, options.system)
    const moves = pinMoves(listKeyring(place), statementsOf(args.FILE))
    if (moves.length === 0) throw nothing(args.FILE, place.path)
    const moved = moves.flatMap(({ from, to }) =>
      to.map(({ publicKey, names }) => ({ from: keyId(from.publicKey), to: keyId(publicKey), names })),
    )
    const removed = moves
      .filter(({ covered }) => covered.length > 0 && !options['keep-old'])
      .map(({ from, covered }) => ({ key_id: keyId(from.publicKey), names: covered }))
    if (removed.length > 0) {
      const what = removed.map(({ key_id, names }) => `${key_id} for ${plainText(names.join(', '))}`).join('; ')
      const to = [...new Set(moved.map(one => one.to))].join(', ')
      if (!(await io.confirm(`pin ${to} in ${plainText(place.path)}, and no longer ${what}?`, options.yes))) {
        io.note('nothing was moved')
        return 1
      }
    }
    for (const move of moves) await apply(place, move, options['keep-old'])
    io.report({ type: 'trust-follow', keyring: place.keyring, moved, removed }, () =>
      [
        ...moved.map(({ from, to, names }) => `pinned ${to} for ${plainText(names.join(', '))}, after ${from}\n`),
        ...removed.map(({ key_id, names }) => `removed ${key_id} for ${plainText(names.join(', '))}\n`),
      ].join(''),
    )
    return 0
  },
})

/** New keys first: whatever ends this in between, no name is without a pin. */
async function apply(place: KeyringPlace, { from, to, covered }: PinMove, keepsOld: boolean): Promise<void> {
  for (const { publicKey, names } of to) await addKey(place, { publicKey, names, comment: from.comment })
  if (keepsOld || covered.length === 0) return
  const left = from.names.filter(name => !covered.includes(name))
  if (left.length > 0) await addKey(place, { ...from, names: left })
  const isOld = (line: KeyLine) => isSameKey(line.publicKey, from.publicKey) && `${line.names}` === `${from.names}`
  await removeKeys(place, isOld)
}

function statementsOf(path: string): Rotation[] {
  if (!isPackage(path)) return parseRotations(readGiven(path, STATEMENTS), path)
  const pkg = openPackage(path)
  try {
    return parseRotations(Buffer.from((pkg.metadata.rotations ?? []).join('\n')), `rotations of ${path}`)
  } finally {
    pkg.close()
  }
}

function nothing(file: string, path: string): CliError {
  const message = `${file}: rotates no key that ${path} has for its names, expected a statement by a pinned key`
  const hint = '`flavor trust list` shows the keys; --system looks at the keyring of everyone'
  return new CliError('NOTHING_THERE', message, { got: file }, { hint })
}
