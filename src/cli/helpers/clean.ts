import { cleanLaunchers, listLaunchers } from '../../builders/launcher/launcher-store.ts'
import { cacheBase } from '../../workenv/cache-base.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes, formatCount } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'

export const helpersClean = defineVerb({
  name: 'helpers clean',
  summary: 'remove the launchers that are built',
  description: 'Packages hold a copy of theirs and do not miss them; the next pack builds the one that it needs.',
  arguments: {},
  flags: {
    'dry-run': { type: 'boolean', short: 'n', description: 'only say what would be removed' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  examples: [{ command: 'flavor helpers clean -y', description: 'all of them' }],
  json: {
    type: 'always "helpers-clean"',
    'removed[]': 'paths that were removed, or would be',
    bytes: 'what they take',
    dry_run: 'true where nothing was removed',
  },
  async run({ options, io }) {
    const cache = cacheBase(io.environment).path
    const launchers = listLaunchers(cache)
    const bytes = launchers.reduce((sum, launcher) => sum + launcher.size, 0)
    const dryRun = options['dry-run']
    const what = `${formatCount(launchers.length, 'launcher')}, ${formatBytes(bytes)}`
    const question = `remove ${what}?`
    if (!dryRun && launchers.length > 0 && !(await io.confirm(question, options.yes))) {
      io.note('nothing was removed')
      return 1
    }
    cleanLaunchers(cache, { dryRun })
    const removed = launchers.map(launcher => launcher.path)
    io.report({ type: 'helpers-clean', removed, bytes, dry_run: dryRun }, () => {
      const paths = removed.map(path => `${plainText(path)}\n`).join('')
      return `${paths}${dryRun ? 'would remove' : 'removed'} ${what}\n`
    })
    return 0
  },
})
