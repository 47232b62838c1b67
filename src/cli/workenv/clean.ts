import { readBudgets } from '../../workenv/budgets.ts'
import { type CleanOptions, type CleanReport, cleanWorkenvs } from '../../workenv/clean-workenvs.ts'
import { thisMachine } from '../../workenv/machine.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../ui/io.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes, formatCount } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { readAge, readSize } from './amount-flag.ts'
import { cleanText, removalText } from './clean-text.ts'
import { warnOfRefusedBases } from './refused-bases.ts'
import { fieldsBelow, REMOVAL_FIELDS, removalObject } from './workenv-object.ts'

export const workenvClean = defineVerb({
  name: 'workenv clean',
  summary: 'remove work environments that were not used for long, and leftovers',
  description:
    'Without a flag, what [cache] of the configuration says (docs/cache.md), by default what was not used for 30 days. With --older-than and --max-size, what either asks for; with --keep alone, all but the newest versions of each package. Also removes shared slots that no work environment needs any more, and what processes that died left behind; those of the reference launchers are treated alike. What a program uses, or was used within 24 hours, stays; --all removes the latter too. Persistent data of programs lies elsewhere and is never touched.',
  arguments: {},
  flags: {
    'older-than': {
      type: 'string',
      placeholder: 'AGE',
      description: 'not used for so long: 30d, 12h, 2w; a number alone is days',
    },
    keep: {
      type: 'integer',
      placeholder: 'N',
      minimum: 0,
      description: 'the N newest versions of each package stay, whatever else is asked for',
    },
    'max-size': {
      type: 'string',
      placeholder: 'SIZE',
      description: 'as many of those that were unused for the longest as it takes for the rest to fit: 2GB, 500MB',
    },
    all: { type: 'boolean', description: 'every one that no program uses, however new' },
    'dry-run': { type: 'boolean', short: 'n', description: 'only say what would be removed' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  examples: [
    { command: 'flavor workenv clean', description: 'what was not used for 30 days, or as configured, after asking' },
    { command: 'flavor workenv clean --older-than 7d -y', description: 'for a cron job' },
    { command: 'flavor workenv clean --keep 1', description: 'all but the newest version of each package' },
    { command: 'flavor workenv clean --max-size 2GB -n', description: 'what would go for the rest to take 2 GB?' },
  ],
  json: {
    type: 'always "workenv-clean"',
    bytes: 'what was removed, or would be',
    dry_run: 'true where nothing was removed',
    left: 'with --max-size: what the work environments that are left take, with the slots that they share',
    ...fieldsBelow('removed[]', REMOVAL_FIELDS),
    'kept[].id': 'a work environment that was asked for and stays',
    'kept[].reason': 'why it stays',
  },
  interruptible: true,
  async run({ options, io }) {
    const dryRun = options['dry-run']
    warnOfRefusedBases(io)
    const asked = wishOf(options['older-than'], options['max-size'], options.keep, options.all)
    const wish = Object.keys(asked).length > 0 ? asked : await configured(io)
    const found = cleanWorkenvs(io.environment, { ...wish, dryRun: true })
    const nothing = found.removed.length === 0
    if (!dryRun && !nothing && !(await confirm(found, options.yes, io))) {
      io.note('nothing was removed')
      return 1
    }
    const report = dryRun || nothing ? found : cleanWorkenvs(io.environment, wish)
    const { bytes, kept, left } = report
    const removed = report.removed.map(removalObject)
    const sized = left === undefined ? {} : { left }
    io.report({ type: 'workenv-clean', bytes, dry_run: dryRun, ...sized, removed, kept }, () => {
      const end = nothing ? 'nothing to remove' : `${dryRun ? 'would remove' : 'removed'} ${formatBytes(bytes)}`
      return `${cleanText(report)}${end}\n`
    })
    if (left !== undefined && wish.maxSize !== undefined && left > wish.maxSize) {
      io.note(`${formatBytes(left)} are left, more than was asked for: what stays is in use, was used today or is kept`)
    }
    return 0
  },
})

function wishOf(
  age: string | undefined,
  size: string | undefined,
  keep: number | undefined,
  all: boolean,
): CleanOptions {
  if (all && age !== undefined) {
    throw new CliError('FLAG_CONFLICT', '--all and --older-than exclude each other', {
      flag: '--all',
      got: '--older-than',
    })
  }
  return {
    ...(age === undefined ? {} : { maxAge: readAge('--older-than', age) }),
    ...(size === undefined ? {} : { maxSize: readSize('--max-size', size) }),
    ...(keep === undefined ? {} : { keep }),
    ...(all ? { all } : {}),
  }
}

/** workenv §10.5: the limits of the user, for all packages. */
async function configured(io: Io): Promise<CleanOptions> {
  const { budgets, warnings } = await readBudgets(thisMachine(io.environment))
  for (const warning of warnings) io.warn(plainText(warning))
  const { maxAge, maxSize } = budgets
  // No limit at all must not become the default of `cleanWorkenvs`: then only leftovers go.
  return maxSize === undefined ? { maxAge: maxAge ?? Number.POSITIVE_INFINITY } : { maxAge, maxSize }
}

/** Shows what would go before it asks; a number alone tells nobody whether to agree. */
async function confirm(found: CleanReport, assume: boolean, io: Io): Promise<boolean> {
  const what = `${formatCount(found.removed.length, 'entry', 'entries')}, ${formatBytes(found.bytes)}`
  if (!assume && io.terminal.stderr.isTTY) io.show(removalText(found.removed))
  return io.confirm(`remove ${what}?`, assume)
}
