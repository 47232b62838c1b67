import { openPackage } from '../package/package-file.ts'
import { unpackPackage } from '../package/unpack.ts'
import { plainText } from './ui/plain-text.ts'
import { formatBytes, formatCount } from './ui/quantity.ts'
import { formatTable } from './ui/table.ts'
import { defineVerb } from './verb.ts'

export const extractAll = defineVerb({
  name: 'extract-all',
  summary: 'unpack every slot of a package, and its metadata',
  description:
    'Makes DIR/NN_ID for each slot, a directory for a tree and a file for anything else, and DIR/metadata.json with exactly the bytes that are signed. All of it appears at the end, or nothing.',
  arguments: {
    FILE: { description: 'the package', completion: 'file' },
    DIR: { description: 'the directory to make', completion: 'directory' },
  },
  flags: {
    force: {
      type: 'boolean',
      short: 'f',
      description: 'unpack into an existing directory; what has these names is replaced',
    },
  },
  examples: [{ command: 'flavor extract-all app.psp app', description: 'everything below app/' }],
  exits: [3],
  json: {
    type: 'always "extract-all"',
    file: 'the package',
    directory: 'the directory',
    metadata: 'path of the signed bytes',
    'slots[].index': 'position of the slot',
    'slots[].id': 'id of the slot',
    'slots[].path': 'what was made',
    'slots[].files': 'files that it unpacked to',
    'slots[].bytes': 'their bytes',
    'slots[].tree': 'SHA-256 of the canonical listing of what was unpacked',
  },
  async run({ args, options, io }) {
    const pkg = openPackage(args.FILE)
    try {
      const { onProgress } = io.progress()
      const slots = await unpackPackage(pkg, args.DIR, { replace: options.force, onProgress })
      const metadata = `${args.DIR}/metadata.json`
      io.report({ type: 'extract-all', file: args.FILE, directory: args.DIR, metadata, slots }, () => {
        const rows = slots.map(slot => [plainText(slot.path), formatCount(slot.files, 'file'), formatBytes(slot.bytes)])
        return `${formatTable([...rows, [plainText(metadata), '', formatBytes(pkg.metadataBytes.length)]], [1, 2]).join('\n')}\n`
      })
      return 0
    } finally {
      pkg.close()
    }
  },
  interruptible: true,
})
