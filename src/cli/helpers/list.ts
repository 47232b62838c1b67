import { listLaunchers } from '../../builders/launcher/launcher-store.ts'
import { cacheBase } from '../../workenv/cache-base.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes } from '../ui/quantity.ts'
import { formatTable } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { launcherFields, launcherObject } from './launcher-object.ts'

export const helpersList = defineVerb({
  name: 'helpers list',
  summary: 'list the launchers that are built',
  arguments: {},
  flags: { verbose: { type: 'boolean', short: 'v', description: 'versions and paths too' } },
  examples: [{ command: 'flavor helpers list -v', description: 'each launcher with its SHA-256 and its path' }],
  json: { type: 'always "helpers-list"', ...launcherFields('launchers[]') },
  async run({ options, io }) {
    const launchers = listLaunchers(cacheBase(io.environment).path).map(launcherObject)
    io.answer({ type: 'helpers-list', launchers }, () => {
      const rows = launchers.map(one => {
        const row = [one.name, one.platform, formatBytes(one.size), one.current ? 'current' : 'old', one.sha256]
        return options.verbose ? [...row, one.version, plainText(one.path)] : row
      })
      return formatTable(rows, [2])
        .map(line => `${line}\n`)
        .join('')
    })
    if (launchers.length === 0)
      io.note('no launcher is built yet; `flavor pack` builds what it needs, `flavor helpers build` does it now')
    return 0
  },
})
