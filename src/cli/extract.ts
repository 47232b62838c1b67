import { openPackage } from '../package/package-file.ts'
import { unpackSlot } from '../package/unpack.ts'
import { slotArgument } from './slot-argument.ts'
import { plainText } from './ui/plain-text.ts'
import { formatBytes, formatCount } from './ui/quantity.ts'
import { defineVerb } from './verb.ts'

export const extract = defineVerb({
  name: 'extract',
  summary: 'unpack one slot of a package',
  description:
    'A slot that holds a tree becomes a directory, any other a file. It is verified while it is unpacked and appears when it is complete.',
  arguments: {
    FILE: { description: 'the package', completion: 'file' },
    SLOT: { description: 'position or id of the slot' },
    OUT: { description: 'the file or directory to make', completion: 'file' },
  },
  flags: { force: { type: 'boolean', short: 'f', description: 'replace OUT if it exists' } },
  examples: [
    { command: 'flavor extract app.psp 0 out', description: 'the first slot' },
    { command: 'flavor extract app.psp python python', description: 'the slot with the id python' },
  ],
  exits: [3],
  json: {
    type: 'always "extract"',
    file: 'the package',
    index: 'position of the slot',
    id: 'id of the slot',
    path: 'what was made',
    files: 'files that it unpacked to',
    bytes: 'their bytes',
    tree: 'SHA-256 of the canonical listing of what was unpacked',
  },
  async run({ args, options, io }) {
    const pkg = openPackage(args.FILE)
    try {
      const slot = slotArgument(pkg, args.SLOT)
      const { onProgress } = io.progress()
      const unpacked = await unpackSlot(pkg, slot, args.OUT, { replace: options.force, onProgress })
      io.report({ type: 'extract', file: args.FILE, ...unpacked }, () => {
        const what = `${formatCount(unpacked.files, 'file')}, ${formatBytes(unpacked.bytes)}`
        return `${plainText(args.OUT)}: slot ${unpacked.index} (${plainText(unpacked.id)}), ${what}\n`
      })
      return 0
    } finally {
      pkg.close()
    }
  },
  interruptible: true,
})
