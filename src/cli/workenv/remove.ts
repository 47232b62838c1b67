import { removeWorkenv } from '../../workenv/remove-workenv.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { REMOVAL_FIELDS, removalObject } from './workenv-object.ts'

export const workenvRemove = defineVerb({
  name: 'workenv remove',
  summary: 'remove one work environment',
  description:
    'The next run of the package unpacks it again. One that a program uses is refused. Slots that it shares with others stay until `flavor workenv clean`.',
  arguments: { ID: { description: 'its id, the beginning of it, or the name of the package' } },
  flags: { yes: { type: 'boolean', short: 'y', description: 'do not ask' } },
  examples: [{ command: 'flavor workenv remove -y httpie', description: 'start afresh' }],
  json: { type: 'always "workenv-remove"', ...REMOVAL_FIELDS },
  async run({ args, options, io }) {
    const found = removeWorkenv(io.environment, args.ID, { dryRun: true })
    if (!(await io.confirm(`remove ${plainText(found.id)}, ${formatBytes(found.bytes)}?`, options.yes))) {
      io.note('nothing was removed')
      return 1
    }
    const removed = removeWorkenv(io.environment, found.id)
    io.report({ type: 'workenv-remove', ...removalObject(removed) }, () => {
      return `removed ${plainText(removed.id)}, ${formatBytes(removed.bytes)}\n`
    })
    return 0
  },
})
