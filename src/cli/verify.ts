import { openPackage, type PackageFile } from '../package/package-file.ts'
import { type VerifyReport, verifyPackage } from '../package/verify.ts'
import { expectKey } from './key-pin.ts'
import type { Paint } from './ui/colour.ts'
import { plainText } from './ui/plain-text.ts'
import { formatBytes, formatCount } from './ui/quantity.ts'
import { formatPairs } from './ui/table.ts'
import { defineVerb } from './verb.ts'

export const verify = defineVerb({
  name: 'verify',
  summary: 'check every byte of a package against its signature',
  description:
    'Checks the structure, the signature, and the hashes of the launcher and of every slot as stored; a single damaged byte fails. With --deep every slot is also decoded, and its files are compared with the signed trees.\nThe key comes with the file, so this proves that the file is whole, not who made it: --key does that.',
  arguments: { FILE: { description: 'the package', completion: 'file' } },
  flags: {
    deep: { type: 'boolean', description: 'also decode the slots and compare their trees, files and bytes' },
    key: {
      type: 'string',
      placeholder: 'KEY',
      description: 'the key that must have signed it: a public key file, its 64 hex digits, or a key id',
      completion: 'file',
    },
  },
  examples: [
    { command: 'flavor verify app.psp', description: 'is the file whole?' },
    {
      command: 'flavor verify --deep --key keys/flavor-public.key app.psp',
      description: 'is it mine, and does it unpack?',
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
    ephemeral: 'true where the key was made for this package and thrown away',
    launcher_covered: 'false where the package says nothing about its launcher, which then nobody signed',
    deep: 'whether the slots were decoded',
    'slots[].index': 'position of the slot',
    'slots[].id': 'id of the slot',
    'slots[].size': 'stored bytes, all of them hashed',
    'slots[].files': 'with --deep: files that it unpacks to',
    'slots[].bytes': 'with --deep: their bytes',
  },
  async run({ args, options, io }) {
    const pkg = openPackage(args.FILE)
    try {
      if (options.key !== undefined) expectKey(pkg, options.key)
      const report = await verifyPackage(pkg, { deep: options.deep, onProgress: io.progress().onProgress })
      const isExpected = options.key !== undefined
      io.report(reportObject(pkg, report, isExpected), () => reportText(pkg, report, isExpected, io.paint))
      return 0
    } finally {
      pkg.close()
    }
  },
})

function reportObject(pkg: PackageFile, report: VerifyReport, isExpected: boolean) {
  const { keyId, launcherCovered, name, version, size, deep, slots } = report
  const { ephemeral } = pkg.metadata
  const key = { key_id: keyId, key_expected: isExpected, ephemeral }
  return { type: 'verify', file: pkg.path, name, version, size, ...key, launcher_covered: launcherCovered, deep, slots }
}

/** What was checked; also at the end of `flavor pack` and `flavor demo`. */
export function reportText(pkg: PackageFile, report: VerifyReport, isExpected: boolean, paint: Paint): string {
  const title = `${plainText(report.name)} ${plainText(report.version)}`
  return `${paint('verified', 'green', 'bold')} ${title}\n${formatPairs(
    [
      ['file', `${plainText(pkg.path)}, ${formatBytes(report.size)}`],
      [
        'signature',
        `valid, by key ${report.keyId}${pkg.metadata.ephemeral ? ', made for this package and thrown away' : ''}`,
      ],
      [
        'trust',
        isExpected ? 'the key is the one that was expected' : 'the key came with the file; --key says whose it must be',
      ],
      ['launcher', report.launcherCovered ? 'is the one that was signed' : 'not covered by the signature'],
      ['slots', slotsText(report)],
    ],
    '  ',
  )}`
}

function slotsText({ slots, deep }: VerifyReport): string {
  const stored = slots.reduce((sum, slot) => sum + slot.size, 0)
  const hashed = `${formatCount(slots.length, 'slot')}, ${formatBytes(stored)}: every stored byte hashed`
  if (!deep) return hashed
  const files = slots.reduce((sum, slot) => sum + (slot.files ?? 0), 0)
  const bytes = slots.reduce((sum, slot) => sum + (slot.bytes ?? 0), 0)
  return `${hashed}, ${formatCount(files, 'file')} of ${formatBytes(bytes)} decoded and compared`
}
