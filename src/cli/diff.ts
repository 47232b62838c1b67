import { packageDifferences } from '../package/difference/package-difference.ts'
import { openPackage } from '../package/package-file.ts'
import { countDifferences, differencesText, MAX_SHOWN } from './difference-text.ts'
import { plainText } from './ui/plain-text.ts'
import { defineVerb } from './verb.ts'

export const diff = defineVerb({
  name: 'diff',
  summary: 'say in what two packages differ',
  description:
    'Compares key, launcher, the fields of the signed metadata, and what the slots unpack to, file by file; stored bytes alone where the files are the same. Exits with 1 where the packages differ in a single byte.',
  arguments: {
    A: { description: 'a package', completion: 'file' },
    B: { description: 'the package to compare it with', completion: 'file' },
  },
  flags: {},
  examples: [{ command: 'flavor diff old.psp new.psp', description: 'what changed between two releases?' }],
  exits: [3],
  json: {
    type: 'always "diff"',
    a: 'the first path that was given',
    b: 'the second path that was given',
    same: 'true where both files have the same bytes',
    total: 'number of differences',
    'differences[].kind': `key, launcher, field (of the metadata), slot, file (in a slot), sbom, provenance or layout; the list ends after ${MAX_SHOWN}`,
    'differences[].slot': 'id of the slot, or null',
    'differences[].path': 'the field, the file in the slot, or the place in the document, or null',
    'differences[].a': 'what the first has there, as text, or null for nothing',
    'differences[].b': 'what the second has there',
  },
  async run({ args, io }) {
    const a = openPackage(args.A)
    try {
      const b = openPackage(args.B)
      try {
        const found = await countDifferences(packageDifferences(a, b))
        const { shown, total } = found
        const object = { type: 'diff', a: args.A, b: args.B, same: total === 0, total, differences: shown }
        io.answer(object, () =>
          total === 0 ? `${plainText(args.A)} and ${plainText(args.B)} are the same\n` : differencesText(found),
        )
        return total === 0 ? 0 : 1
      } finally {
        b.close()
      }
    } finally {
      a.close()
    }
  },
})
