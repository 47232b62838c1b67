import { openPackage } from '../package/package-file.ts'
import { describePackage, INSPECTION_FIELDS } from './inspection/inspection.ts'
import { inspectionText } from './inspection/inspection-text.ts'
import { defineVerb } from './verb.ts'

export const inspect = defineVerb({
  name: 'inspect',
  summary: 'show what a package is and what it would run',
  description:
    'Reads and checks the signed part only, so it is quick however large the file is; `flavor verify` reads all of it. A package whose signature does not fit is shown too, is said to be so, and exits with 3.',
  arguments: { FILE: { description: 'the package', completion: 'file' } },
  flags: {
    'slot-details': { type: 'boolean', description: 'offsets, checksums, trees and permissions of every slot' },
    'compression-stats': {
      type: 'boolean',
      description: 'what each part of the file takes, and what compression saved',
    },
  },
  examples: [
    { command: 'flavor inspect app.psp', description: 'name, version, key, launcher, slots, command' },
    {
      command: 'flavor inspect --json app.psp',
      description: 'all of it for programs, the two flags make no difference',
    },
  ],
  exits: [3],
  json: INSPECTION_FIELDS,
  async run({ args, options, io }) {
    const pkg = openPackage(args.FILE, { signature: 'report' })
    try {
      const shown = { slotDetails: options['slot-details'], compressionStats: options['compression-stats'] }
      const inspection = describePackage(pkg)
      io.answer(inspection, () => inspectionText(inspection, shown, io.paint))
      return pkg.signatureValid ? 0 : 3
    } finally {
      pkg.close()
    }
  },
})
