import { keyId } from '../crypto/key-id.ts'
import { type CheckedOrigin, checkOrigin } from '../package/origin/check-origin.ts'
import { revisionOf } from '../package/origin/provenance-statement.ts'
import { openPackage, type PackageFile } from '../package/package-file.ts'
import { type VerifyReport, verifyPackage } from '../package/verify.ts'
import { timeText } from '../trust/policy.ts'
import { keyNote } from './key-note.ts'
import { type Judged, judge, TRUST_FLAGS } from './trust-wishes.ts'
import type { Paint } from './ui/colour.ts'
import { plainText } from './ui/plain-text.ts'
import { formatBytes, formatCount } from './ui/quantity.ts'
import { formatPairs } from './ui/table.ts'
import { defineVerb } from './verb.ts'

export const verify = defineVerb({
  name: 'verify',
  summary: 'check every byte of a package against its signature',
  description:
    'Checks the structure, the signature, and the hashes of the launcher and of every slot as stored; a single damaged byte fails. With --deep every slot is also decoded, and its files are compared with the signed trees.\nThe key comes with the file, so this proves that the file is whole, not who made it. Whose key it may be, keyrings say (`flavor trust`), what was seen before (--trust-policy tofu), and --key. With --threshold several people must have signed, by the package itself or by detached signatures.',
  arguments: { FILE: { description: 'the package', completion: 'file' } },
  flags: {
    deep: { type: 'boolean', description: 'also decode the slots and compare their trees, files and bytes' },
    ...TRUST_FLAGS,
  },
  examples: [
    { command: 'flavor verify app.psp', description: 'is the file whole?' },
    {
      command: 'flavor verify --deep --key keys/flavor-public.key app.psp',
      description: 'is it mine, and does it unpack?',
    },
    {
      command: 'flavor verify --trust-policy tofu app.psp',
      description: 'by whom the last one of this name was, and not older?',
    },
    {
      command: 'flavor verify --threshold 2 --signature app.psp.sig app.psp',
      description: 'signed by two of the keys that my keyrings have for it?',
    },
  ],
  exits: [3],
  json: {
    type: 'always "verify"',
    file: 'the path that was given',
    name: 'name of the package',
    version: 'version of the package',
    size: 'bytes of the file',
    key_id: 'first 16 hex digits of the SHA-256 of the public key',
    key_expected: 'true where --key was given, and so fits',
    trust_policy: 'open, tofu or pinned',
    'pinned_by[]': 'keyrings that have the key for the name: system, user, project',
    seen: 'first, same, rotation or pinned: how the key stands to the one before; null where nothing is remembered',
    older_than: 'the higher version that was seen before, or null',
    'signers[]': 'key ids of the package and of the detached signatures, all of which fit',
    counted: 'how many signers are among the keys that were asked for, or null',
    expires: 'when it stops to count, such as 2027-01-31T00:00:00Z, or null',
    ephemeral: 'true where the key was made for this package and thrown away',
    test_key: 'true where the package says that its key is one for tests, made from a text that others may guess',
    launcher_covered: 'false where the package says nothing about its launcher, which then nobody signed',
    sbom: 'components in the bill of materials, or null where the package holds none',
    provenance:
      'builder (flavor and its tools, by version), commit and dirty (null where no git checkout was packed) of the provenance, which is of this package; or null',
    deep: 'whether the slots were decoded',
    'slots[].index': 'position of the slot',
    'slots[].id': 'id of the slot',
    'slots[].size': 'stored bytes, all of them hashed',
    'slots[].encrypted': 'true where its content can only be looked at with its key, as --deep does; else absent',
    'slots[].files': 'with --deep: files that it unpacks to',
    'slots[].bytes': 'with --deep: their bytes',
  },
  async run({ args, options, io }) {
    const pkg = openPackage(args.FILE)
    try {
      const wishes = {
        key: options.key,
        policy: options['trust-policy'],
        manifest: options['trust-manifest'],
        signature: options.signature,
        threshold: options.threshold,
        rotation: options.rotation,
      }
      const judged = await judge(pkg, wishes, io)
      const report = await verifyPackage(pkg, { deep: options.deep, onProgress: io.progress().onProgress })
      const origin = await checkOrigin(pkg)
      await judged.remember()
      const verified = { pkg, report, origin, judged, isExpected: options.key.length > 0 }
      io.report(reportObject(verified), () => reportText(verified, io.paint))
      return 0
    } finally {
      pkg.close()
    }
  },
})

interface Verified {
  readonly pkg: PackageFile
  readonly report: VerifyReport
  readonly origin: CheckedOrigin
  readonly judged: Judged
  /** --key was given, and fits. */
  readonly isExpected: boolean
}

function reportObject({ pkg, report, origin, judged, isExpected }: Verified) {
  const { keyId: id, launcherCovered, name, version, size, deep, slots } = report
  const { ephemeral, test_key, expires } = pkg.metadata
  const key = { key_id: id, key_expected: isExpected, ephemeral, test_key }
  const trust = {
    trust_policy: judged.policy,
    pinned_by: judged.pinnedBy,
    seen: judged.seen ?? null,
    older_than: judged.olderThan ?? null,
    signers: judged.signers.map(keyId),
    counted: judged.counted ?? null,
    expires: expires === undefined ? null : timeText(expires),
  }
  const rest = { launcher_covered: launcherCovered, ...originObject(origin), deep, slots }
  return { type: 'verify', file: pkg.path, name, version, size, ...key, ...trust, ...rest }
}

/** What was checked. */
function reportText(verified: Verified, paint: Paint): string {
  const { pkg, report } = verified
  const title = `${plainText(report.name)} ${plainText(report.version)}`
  return `${paint('verified', 'green', 'bold')} ${title}\n${formatPairs(
    [
      ['file', `${plainText(pkg.path)}, ${formatBytes(report.size)}`],
      ['signature', `valid, by key ${report.keyId}${keyNote(pkg.metadata)}`],
      ['trust', trustText(verified)],
      ['expires', pkg.metadata.expires === undefined ? undefined : timeText(pkg.metadata.expires)],
      ['launcher', report.launcherCovered ? 'is the one that was signed' : 'not covered by the signature'],
      ['slots', slotsText(report)],
      ['origin', originText(verified.origin)],
    ],
    '  ',
  )}`
}

/** What speaks for the key, the strongest first. */
function trustText({ judged, isExpected }: Verified): string {
  const { counted, pinnedBy, seen, signers } = judged
  const others = signers.length === 1 ? '' : countedText(counted, signers.length)
  if (isExpected && signers.length === 1) return 'the key is the one that was expected'
  if (isExpected) return `keys that were expected${others}`
  if (pinnedBy.length > 0) return `the key is pinned by the ${pinnedBy.join(' and the ')} keyring${others}`
  if (seen === 'first') return 'the first package of this name: its key is remembered'
  if (seen === 'same') return 'the key is the one that was seen before'
  if (seen === 'rotation') return 'the key follows the one that was seen before, which signed that'
  return `the key came with the file; --key says whose it must be${others}`
}

/** Detached signatures that nobody asked to count are sound, and say no more. */
function countedText(counted: number | undefined, signers: number): string {
  if (counted === undefined) return `; ${formatCount(signers, 'signer')}, --threshold says how many must count`
  return `, ${counted} of ${formatCount(signers, 'signer')} count`
}

function originObject({ components, provenance }: CheckedOrigin) {
  if (provenance === undefined) return { sbom: components ?? null, provenance: null }
  const revision = revisionOf(provenance)
  const { version } = provenance.predicate.runDetails.builder
  const source = { commit: revision?.commit ?? null, dirty: revision?.isDirty ?? null }
  return { sbom: components ?? null, provenance: { builder: version, ...source } }
}

function originText({ components, provenance }: CheckedOrigin): string | undefined {
  if (components === undefined && provenance === undefined) return undefined
  const bill = components === undefined ? 'no bill of materials' : `bill of ${formatCount(components, 'component')}`
  if (provenance === undefined) return `${bill}, no provenance`
  const revision = revisionOf(provenance)
  const source = revision === undefined ? '' : `, from commit ${plainText(revision.commit.slice(0, 12))}`
  return `${bill}, provenance is of this package${source}${revision?.isDirty ? ' with changes' : ''}`
}

function slotsText({ slots, deep }: VerifyReport): string {
  const stored = slots.reduce((sum, slot) => sum + slot.size, 0)
  const hashed = `${formatCount(slots.length, 'slot')}, ${formatBytes(stored)}: every stored byte hashed`
  const encrypted = slots.filter(slot => slot.encrypted === true).length
  if (!deep && encrypted > 0) return `${hashed}; the content of ${encrypted}, encrypted, was not looked at`
  if (!deep) return hashed
  const files = slots.reduce((sum, slot) => sum + (slot.files ?? 0), 0)
  const bytes = slots.reduce((sum, slot) => sum + (slot.bytes ?? 0), 0)
  return `${hashed}, ${formatCount(files, 'file')} of ${formatBytes(bytes)} decoded and compared`
}
