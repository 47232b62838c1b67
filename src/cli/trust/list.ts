import { keyId } from '../../crypto/key-id.ts'
import { encodeBase64 } from '../../trust/base64.ts'
import { listKeyring, strayFiles } from '../../trust/keyring-changes.ts'
import { keyringPlaces } from '../../trust/keyring-places.ts'
import { readMemory } from '../../trust/memory-file.ts'
import { thisMachine } from '../../workenv/machine.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatTable } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { fieldsOf, KEY_FIELDS, keyObject } from './chosen-keyring.ts'

export const trustList = defineVerb({
  name: 'trust list',
  summary: 'list whose packages are trusted: pinned keys, and keys that were seen',
  description:
    'Keys that are pinned for a name keep every launcher, `flavor run` and `flavor verify` from taking a package of that name by another key. Keys that were seen count with --trust-policy tofu.',
  arguments: {},
  flags: {},
  examples: [{ command: 'flavor trust list', description: 'the keyrings of the system and of this user' }],
  json: {
    type: 'always "trust-list"',
    ...fieldsOf('keys[]', KEY_FIELDS),
    'seen[].name': 'name of the packages',
    'seen[].key_id': 'the key that signed them',
    'seen[].public_key': 'the public key in base64',
    'seen[].version': 'the highest version of them',
    'seen[].current': 'whether this key was accepted last',
  },
  async run({ io }) {
    const places = keyringPlaces(thisMachine(io.environment))
    const keys = places.flatMap(place => listKeyring(place).map(line => keyObject(place.keyring, line)))
    const memory = places.filter(({ keyring }) => keyring === 'user').flatMap(readMemory)
    const seen = memory.map(({ name, publicKey, version, isCurrent }) => {
      return { name, key_id: keyId(publicKey), public_key: encodeBase64(publicKey), version, current: isCurrent }
    })
    io.answer({ type: 'trust-list', keys, seen }, () => {
      const rows = [
        ...keys.map(key => [key.keyring, key.key_id, key.names.join(','), plainText(key.comment)]),
        ...seen.map(one => [
          'seen',
          one.key_id,
          plainText(one.name),
          `${plainText(one.version)}${one.current ? '' : ', before a rotation'}`,
        ]),
      ]
      return formatTable(rows)
        .map(line => `${line}\n`)
        .join('')
    })
    for (const path of places.flatMap(strayFiles)) {
      io.warn(
        `${plainText(path)}: is not read, expected all.keys or for-NAME.keys; \`flavor trust add\` takes a key from a file`,
      )
    }
    if (keys.length + seen.length === 0) io.note('no key is pinned, and none was seen')
    return 0
  },
})
