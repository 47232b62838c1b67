import { removeWorkenv } from '../../workenv/remove-workenv.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { warnOfRefusedBases } from './refused-bases.ts'
import { ID_ARGUMENT, REMOVAL_FIELDS, removalObject } from './workenv-object.ts'

export const workenvRemove = defineVerb({
  name: 'workenv remove',
  summary: 'remove one work environment',
  description:
    'The next run of the package unpacks it again. One that a program uses is refused. Slots that it shares with others stay until `flavor workenv clean`.',
  arguments: { ID: ID_ARGUMENT },
  flags: {
    'dry-run': { type: 'boolean', short: 'n', description: 'only say what would be removed' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  examples: [{ command: 'flavor workenv remove -y httpie', description: 'start afresh' }],
  json: { type: 'always "workenv-remove"', dry_run: 'true where nothing was removed', ...REMOVAL_FIELDS },
  async run({ args, options, io }) {
    const dryRun = options['dry-run']
    warnOfRefusedBases(io)
    const found = removeWorkenv(io.environment, args.ID, { dryRun: true })
    const what = `${plainText(found.id)}, ${formatBytes(found.bytes)}`
    if (!dryRun && !(await io.confirm(`remove ${what}?`, options.yes))) {
      io.note('nothing was removed')
      return 1
    }
    const removed = dryRun ? found : removeWorkenv(io.environment, found.id)
    io.report({ type: 'workenv-remove', dry_run: dryRun, ...removalObject(removed) }, () => {
      return `${dryRun ? 'would remove' : 'removed'} ${what}\n`
    })
    return 0
  },
})
