import { cleanWorkenvs } from '../../workenv/clean-workenvs.ts'
import { CliError } from '../cli-error.ts'
import { formatBytes, formatCount } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { cleanText } from './clean-text.ts'
import { fieldsBelow, REMOVAL_FIELDS, removalObject } from './workenv-object.ts'

export const workenvClean = defineVerb({
  name: 'workenv clean',
  summary: 'remove work environments that were not used for long, and leftovers',
  description:
    'Also removes shared slots that no work environment needs any more, and what processes that died left behind. What a program uses, or was used within 24 hours, stays; --all removes the latter too. Persistent data of programs lies elsewhere and is never touched.',
  arguments: {},
  flags: {
    'older-than': {
      type: 'integer',
      placeholder: 'DAYS',
      default: 30,
      minimum: 0,
      description: 'not used for so many days',
    },
    all: { type: 'boolean', description: 'every one that no program uses, however new' },
    'dry-run': { type: 'boolean', short: 'n', description: 'only say what would be removed' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  examples: [
    { command: 'flavor workenv clean', description: 'what was not used for 30 days, after asking' },
    { command: 'flavor workenv clean --older-than 7 -y', description: 'for a cron job' },
  ],
  json: {
    type: 'always "workenv-clean"',
    bytes: 'what was removed, or would be',
    dry_run: 'true where nothing was removed',
    ...fieldsBelow('removed[]', REMOVAL_FIELDS),
    'kept[].id': 'a work environment that was asked for and stays',
    'kept[].reason': 'why it stays',
  },
  interruptible: true,
  async run({ options, io }) {
    const dryRun = options['dry-run']
    if (options.all && options['older-than'] !== 30) {
      throw new CliError('FLAG_CONFLICT', '--all and --older-than exclude each other', {
        flag: '--all',
        got: '--older-than',
      })
    }
    const wish = { olderThanDays: options['older-than'], all: options.all }
    const found = cleanWorkenvs(io.environment, { ...wish, dryRun: true })
    const what = `${formatCount(found.removed.length, 'entry', 'entries')}, ${formatBytes(found.bytes)}`
    const nothing = found.removed.length === 0
    if (!dryRun && !nothing && !(await io.confirm(`remove ${what}?`, options.yes))) {
      io.note('nothing was removed')
      return 1
    }
    const report = dryRun || nothing ? found : cleanWorkenvs(io.environment, wish)
    const removed = report.removed.map(removalObject)
    io.report({ type: 'workenv-clean', bytes: report.bytes, dry_run: dryRun, removed, kept: report.kept }, () => {
      const end = nothing ? 'nothing to remove' : `${dryRun ? 'would remove' : 'removed'} ${formatBytes(report.bytes)}`
      return `${cleanText(report)}${end}\n`
    })
    return 0
  },
})
