import { openPackage } from '../package/package-file.ts'
import { describePackage, INSPECTION_FIELDS } from './inspection/inspection.ts'
import { inspectionText } from './inspection/inspection-text.ts'
import { ORIGIN_FIELDS, originObject, originText, readShownOrigin } from './inspection/origin-parts.ts'
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
    sbom: { type: 'boolean', description: 'print the bill of materials alone (CycloneDX)' },
    provenance: { type: 'boolean', description: 'print the provenance alone (in-toto), once its signature is checked' },
    'show-deps': { type: 'boolean', description: 'list what the package is made of, with versions and licences' },
    'dependency-tree': { type: 'boolean', description: 'show what of it needs what' },
  },
  examples: [
    { command: 'flavor inspect app.psp', description: 'name, version, key, launcher, slots, command' },
    {
      command: 'flavor inspect --json app.psp',
      description: 'all but the parts of the origin for programs; these only by their flags',
    },
    { command: 'flavor inspect --sbom app.psp > app.cdx.json', description: 'what it is made of, for a scanner' },
  ],
  exits: [3],
  json: { ...INSPECTION_FIELDS, ...ORIGIN_FIELDS },
  async run({ args, options, io }) {
    const pkg = openPackage(args.FILE, { signature: 'report' })
    try {
      const shown = { slotDetails: options['slot-details'], compressionStats: options['compression-stats'] }
      const flags = {
        sbom: options.sbom,
        provenance: options.provenance,
        'show-deps': options['show-deps'],
        'dependency-tree': options['dependency-tree'],
      }
      const origin = await readShownOrigin(pkg, flags, io.json)
      const inspection = describePackage(pkg)
      io.answer({ ...inspection, ...originObject(origin, flags) }, () => {
        return originText(origin, flags) ?? inspectionText(inspection, shown, io.paint)
      })
      return pkg.signatureValid ? 0 : 3
    } finally {
      pkg.close()
    }
  },
})
