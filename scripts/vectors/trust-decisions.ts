import {
  FOURTH_KEY,
  hexOf,
  KEY,
  keyLine,
  memoryText,
  OTHER_KEY,
  rotationLine,
  seenLine,
  THIRD_KEY,
} from './trust-texts.ts'
import { inArea, type Vector } from './vector.ts'

const trust = inArea('trust', {})

const NOW = 1_800_000_000
const SEEN = memoryText(seenLine('app', KEY, '2.0', 'current'))

const decision = (
  name: string,
  comment: string,
  spec: string,
  input: Readonly<Record<string, unknown>>,
  expect: Vector['expect'],
) =>
  trust({
    name: `decision-${name}`,
    comment,
    spec,
    kind: 'trust-decision',
    input: { policy: 'open', name: 'app', version: '2.0', public_key: hexOf(KEY.publicKey), now: NOW, ...input },
    expect,
  })

const REFUSED = (error: string) => ({ error })
const accepted = (ok: Readonly<Record<string, unknown>>) => ({ ok: { pinned_by: [], ...ok } })
const keys = (...of: readonly { publicKey: Uint8Array }[]) => of.map(key => hexOf(key.publicKey))
const RING = { project: keyLine(KEY, 'app') + keyLine(OTHER_KEY, 'app') + keyLine(THIRD_KEY, '*') }
const ROTATED = rotationLine('app', OTHER_KEY, KEY)
const SEEN_OTHER = memoryText(seenLine('app', OTHER_KEY, '1.0', 'current'))

const POLICIES: readonly Vector[] = [
  decision('open', 'Nothing is known, nothing is asked.', 'trust §4', {}, accepted({})),
  decision(
    'open-pinned-other',
    'Pins hold at every policy.',
    'trust §4',
    { keyrings: { user: keyLine(OTHER_KEY, 'app') } },
    REFUSED('KEY_UNTRUSTED'),
  ),
  decision(
    'tofu-first',
    'The first package of a name.',
    'trust §4',
    { policy: 'tofu', memory: '' },
    accepted({ seen: 'first', memory: SEEN }),
  ),
  decision(
    'tofu-same',
    'The same again.',
    'trust §4',
    { policy: 'tofu', memory: SEEN },
    accepted({ seen: 'same', memory: SEEN }),
  ),
  decision(
    'tofu-other-name',
    'A key that is known for another name.',
    'trust §4',
    { policy: 'tofu', memory: memoryText(seenLine('other', OTHER_KEY, '1', 'current')) },
    accepted({
      seen: 'first',
      memory: memoryText(seenLine('app', KEY, '2.0', 'current'), seenLine('other', OTHER_KEY, '1', 'current')),
    }),
  ),
  decision(
    'tofu-newer',
    'A newer version is remembered.',
    'trust §5.2',
    { policy: 'tofu', memory: SEEN, version: '2.1' },
    accepted({ seen: 'same', memory: memoryText(seenLine('app', KEY, '2.1', 'current')) }),
  ),
  decision(
    'tofu-older',
    'An older version is a warning.',
    'trust §5.2',
    { policy: 'tofu', memory: SEEN, version: '2.0rc1' },
    accepted({ seen: 'same', older_than: '2.0', memory: SEEN }),
  ),
  decision('tofu-changed', 'Another key.', 'trust §4', { policy: 'tofu', memory: SEEN_OTHER }, REFUSED('KEY_CHANGED')),
  decision(
    'tofu-rotation',
    'Another key, with a statement of the old one.',
    'trust §6',
    { policy: 'tofu', memory: SEEN_OTHER, rotations: ROTATED },
    accepted({
      seen: 'rotation',
      memory: memoryText(seenLine('app', OTHER_KEY, '1.0', 'former'), seenLine('app', KEY, '2.0', 'current')),
    }),
  ),
  decision(
    'tofu-rotation-other',
    'A statement that leads to a third key.',
    'trust §6',
    { policy: 'tofu', memory: SEEN_OTHER, rotations: rotationLine('app', OTHER_KEY, THIRD_KEY) },
    REFUSED('KEY_CHANGED'),
  ),
  decision(
    'tofu-rotation-invalid',
    'A statement that the old key did not sign.',
    'trust §6',
    { policy: 'tofu', memory: SEEN_OTHER, rotations: rotationLine('app', OTHER_KEY, KEY, KEY) },
    REFUSED('ROTATION_INVALID'),
  ),
  decision(
    'tofu-former',
    'The key before the rotation.',
    'trust §6',
    {
      policy: 'tofu',
      memory: memoryText(seenLine('app', KEY, '1.0', 'former'), seenLine('app', OTHER_KEY, '2.0', 'current')),
    },
    REFUSED('KEY_CHANGED'),
  ),
  decision(
    'tofu-pinned',
    'A keyring has the new key: a person decided.',
    'trust §4',
    { policy: 'tofu', memory: SEEN_OTHER, keyrings: { user: keyLine(KEY, 'app') } },
    accepted({
      pinned_by: ['user'],
      seen: 'pinned',
      memory: memoryText(seenLine('app', OTHER_KEY, '1.0', 'former'), seenLine('app', KEY, '2.0', 'current')),
    }),
  ),
  decision(
    'tofu-pin-against-rotation',
    'A rotation does not move a pin.',
    'trust §3',
    { policy: 'tofu', memory: SEEN_OTHER, rotations: ROTATED, keyrings: { user: keyLine(OTHER_KEY, 'app') } },
    REFUSED('KEY_UNTRUSTED'),
  ),
  decision(
    'pinned',
    'A key that a keyring has.',
    'trust §4',
    { policy: 'pinned', memory: '', keyrings: { system: keyLine(KEY, '*') } },
    accepted({ pinned_by: ['system'], seen: 'pinned', memory: SEEN }),
  ),
  decision(
    'pinned-none',
    'No keyring has one.',
    'trust §4',
    { policy: 'pinned', memory: SEEN },
    REFUSED('KEY_UNPINNED'),
  ),
  decision(
    'pinned-older',
    'An older version is refused.',
    'trust §5.2',
    { policy: 'pinned', memory: SEEN, version: '1.9', keyrings: { system: keyLine(KEY, '*') } },
    REFUSED('VERSION_ROLLBACK'),
  ),
  decision(
    'pinned-older-by-another',
    'Versions of another key do not count.',
    'trust §5.2',
    {
      policy: 'pinned',
      memory: memoryText(seenLine('app', OTHER_KEY, '9', 'current')),
      keyrings: { system: keyLine(KEY, '*') },
    },
    accepted({
      pinned_by: ['system'],
      seen: 'pinned',
      memory: memoryText(seenLine('app', OTHER_KEY, '9', 'former'), seenLine('app', KEY, '2.0', 'current')),
    }),
  ),
  decision('expired', 'At this second it is past.', 'trust §8', { expires: NOW }, REFUSED('PACKAGE_EXPIRED')),
  decision('expires-later', 'One second later.', 'trust §8', { expires: NOW + 1 }, accepted({})),
  decision(
    'expired-first',
    'Expiry comes before trust.',
    'trust §4',
    { expires: 0, policy: 'pinned', memory: '' },
    REFUSED('PACKAGE_EXPIRED'),
  ),
]

const THRESHOLDS: readonly Vector[] = [
  decision(
    'threshold-own',
    'The key of the package is one signer.',
    'trust §7.2',
    { threshold: 1, keyrings: RING },
    accepted({ pinned_by: ['project'], counted: 1 }),
  ),
  decision(
    'threshold-missed',
    'One of two.',
    'trust §7.2',
    { threshold: 2, keyrings: RING },
    REFUSED('THRESHOLD_MISSED'),
  ),
  decision(
    'threshold-2-of-3',
    'Two of three.',
    'trust §7.2',
    { threshold: 2, keyrings: RING, signatures: keys(OTHER_KEY) },
    accepted({ pinned_by: ['project'], counted: 2 }),
  ),
  decision(
    'threshold-same-twice',
    'The same key twice counts once.',
    'trust §7.2',
    { threshold: 2, keyrings: RING, signatures: keys(KEY, KEY) },
    REFUSED('THRESHOLD_MISSED'),
  ),
  decision(
    'threshold-stranger',
    'A stranger counts for nothing.',
    'trust §7.2',
    { threshold: 2, keyrings: RING, signatures: keys(FOURTH_KEY) },
    REFUSED('THRESHOLD_MISSED'),
  ),
  decision(
    'threshold-named',
    'Keys that the caller named count, those of keyrings do not.',
    'trust §7.2',
    { threshold: 2, named_keys: keys(OTHER_KEY, FOURTH_KEY), keyrings: RING, signatures: keys(OTHER_KEY, THIRD_KEY) },
    REFUSED('THRESHOLD_MISSED'),
  ),
  decision(
    'named-detached',
    'The named key signed apart.',
    'trust §7.2',
    { named_keys: keys(OTHER_KEY), signatures: keys(OTHER_KEY) },
    accepted({ counted: 1 }),
  ),
  decision(
    'named-other',
    'Another key than the named one.',
    'trust §7.2',
    { named_keys: keys(OTHER_KEY) },
    REFUSED('KEY_UNEXPECTED'),
  ),
  decision(
    'named-other-detached',
    'A detached signature of somebody else.',
    'trust §7.2',
    { named_keys: keys(OTHER_KEY), signatures: keys(THIRD_KEY) },
    REFUSED('THRESHOLD_MISSED'),
  ),
  decision(
    'threshold-no-keys',
    'Nobody counts where no key is known.',
    'trust §7.2',
    { threshold: 1 },
    REFUSED('THRESHOLD_MISSED'),
  ),
]

export const TRUST_DECISIONS: readonly Vector[] = [...POLICIES, ...THRESHOLDS]
