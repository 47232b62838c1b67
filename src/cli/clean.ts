import { cleanLaunchers, listLaunchers } from '../builders/launcher/launcher-store.ts'
import { packAreas, removePackAreas } from '../builders/pack-areas.ts'
import { reportBases } from '../workenv/cache-contents.ts'
import { type CleanReport, cleanWorkenvs } from '../workenv/clean-workenvs.ts'
import { diskUsage } from '../workenv/disk-usage.ts'
import { thisMachine } from '../workenv/machine.ts'
import type { Io } from './ui/io.ts'
import { plainText } from './ui/plain-text.ts'
import { formatBytes } from './ui/quantity.ts'
import { formatTable } from './ui/table.ts'
import { defineVerb } from './verb.ts'
import { cleanText } from './workenv/clean-text.ts'
import { warnOfRefusedBases } from './workenv/refused-bases.ts'
import { fieldsBelow, REMOVAL_FIELDS, removalObject } from './workenv/workenv-object.ts'

export const clean = defineVerb({
  name: 'clean',
  summary: 'remove what flavor keeps: unpacked packages, the pack cache, launchers',
  description:
    'Without a flag, every work environment that no program uses. All of it is made again when it is needed. Your keys, your packages and the persistent data of programs are never touched.',
  arguments: {},
  flags: {
    'pack-cache': { type: 'boolean', description: 'what packing keeps: compressed slots, interpreters, tools' },
    helpers: { type: 'boolean', description: 'the launchers that are built' },
    all: { type: 'boolean', description: 'work environments, pack cache and launchers' },
    'dry-run': { type: 'boolean', short: 'n', description: 'only say what would be removed' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  examples: [
    { command: 'flavor clean --all --dry-run', description: 'how much is it?' },
    { command: 'flavor clean --pack-cache -y', description: 'only what packing keeps' },
  ],
  json: {
    type: 'always "clean"',
    bytes: 'what was removed, or would be',
    dry_run: 'true where nothing was removed',
    ...fieldsBelow('removed[]', {
      ...REMOVAL_FIELDS,
      kind: 'workenv, reference workenv, shared slot, leftover, pack cache or launcher',
    }),
    'kept[].id': 'a work environment that stays',
    'kept[].reason': 'why it stays',
  },
  interruptible: true,
  async run({ options, io }) {
    const areas = {
      workenvs: options.all || !(options['pack-cache'] || options.helpers),
      packCache: options.all || options['pack-cache'],
      helpers: options.all || options.helpers,
    }
    const dryRun = options['dry-run']
    warnOfRefusedBases(io)
    const found = measure(areas, io)
    if (!dryRun && found.bytes > 0 && !(await io.confirm(`remove ${formatBytes(found.bytes)}?`, options.yes))) {
      io.note('nothing was removed')
      return 1
    }
    const done = dryRun ? found : remove(areas, found, io)
    const { removed, kept, bytes } = done
    io.report({ type: 'clean', bytes, dry_run: dryRun, removed, kept }, () => {
      return `${doneText(done)}${dryRun ? 'would remove' : 'removed'} ${formatBytes(bytes)}\n`
    })
    return 0
  },
})

interface Areas {
  readonly workenvs: boolean
  readonly packCache: boolean
  readonly helpers: boolean
}

/** The cache that `cacheBase` would take, if it is there: a machine without one is not given one for being cleaned. */
function cachesOf(io: Io): string[] {
  const [first] = reportBases(thisMachine(io.environment)).filter(
    ({ state }) => state === 'usable' || state === 'absent',
  )
  return first?.state === 'usable' ? [first.path] : []
}

interface Cleaned {
  readonly workenvs: CleanReport
  readonly removed: readonly {
    readonly kind: string
    readonly id: string
    readonly path: string
    readonly bytes: number
  }[]
  readonly kept: CleanReport['kept']
  readonly bytes: number
}

const NOTHING: CleanReport = { removed: [], kept: [], bytes: 0 }

function measure(areas: Areas, io: Io): Cleaned {
  const caches = cachesOf(io)
  const workenvs = areas.workenvs ? cleanWorkenvs(io.environment, { all: true, dryRun: true }) : NOTHING
  const packs = areas.packCache ? caches.flatMap(packAreas) : []
  const launchers = areas.helpers ? caches.flatMap(listLaunchers) : []
  return cleaned(workenvs, [
    ...packs.map(path => ({ kind: 'pack cache', id: path, path, bytes: diskUsage(path).bytes })),
    ...launchers.map(({ path, sha256, size }) => ({ kind: 'launcher', id: sha256, path, bytes: size })),
  ])
}

/** What is in use may have changed since it was measured, so work environments are judged again. */
function remove(areas: Areas, found: Cleaned, io: Io): Cleaned {
  const workenvs = areas.workenvs ? cleanWorkenvs(io.environment, { all: true }) : NOTHING
  for (const cache of cachesOf(io)) {
    if (areas.packCache) removePackAreas(cache)
    if (areas.helpers) cleanLaunchers(cache)
  }
  return cleaned(
    workenvs,
    found.removed.filter(({ kind }) => kind === 'pack cache' || kind === 'launcher'),
  )
}

function cleaned(workenvs: CleanReport, others: Cleaned['removed']): Cleaned {
  const bytes = others.reduce((sum, one) => sum + one.bytes, workenvs.bytes)
  return { workenvs, removed: [...workenvs.removed.map(removalObject), ...others], kept: workenvs.kept, bytes }
}

function doneText({ workenvs, removed }: Cleaned): string {
  const rows = removed
    .slice(workenvs.removed.length)
    .map(({ kind, path, bytes }) => [kind, plainText(path), formatBytes(bytes)])
  return `${cleanText(workenvs)}${formatTable(rows, [2])
    .map(line => `${line}\n`)
    .join('')}`
}
