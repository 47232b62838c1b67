import { type CacheReport, workenvInfo } from '../../workenv/list-workenvs.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatTable } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { sumText } from './list.ts'

export const workenvInfoVerb = defineVerb({
  name: 'workenv info',
  summary: 'show the directories that packages unpack to, and what they hold',
  description:
    'In the order in which they are tried: the first one that can be used is where the next package unpacks to, and all of them are searched for what is unpacked already.',
  arguments: {},
  flags: {},
  examples: [{ command: 'flavor workenv info', description: 'where is all of it, and how much?' }],
  json: {
    type: 'always "workenv-info"',
    bytes: 'all that is there, shared slots counted once',
    workenvs: 'how many work environments there are',
    'bases[].rung': 'which choice it is: FLAVOR_CACHE, cache, runtime, temporary or memory',
    'bases[].path': 'the directory',
    'bases[].state': 'usable, read-only, absent or refused',
    'bases[].reason': 'why it is refused, where it is',
    'shared[].tree': 'tree hash of a shared slot, or of a lazy one that a program asked for',
    'shared[].path': 'where it is',
    'shared[].bytes': 'its bytes',
    'shared[].files': 'its files',
    'shared[].needed_by': 'ids of the work environments that link to it, or whose lazy slot it is',
  },
  async run({ io }) {
    const report = workenvInfo(io.environment)
    const { bases, bytes, workenvs } = report
    const shared = report.shared.map(({ neededBy, ...rest }) => ({ ...rest, needed_by: neededBy }))
    io.answer({ type: 'workenv-info', bytes, workenvs: workenvs.length, bases, shared }, () => infoText(report))
    return 0
  },
})

function infoText(report: CacheReport): string {
  const rows = report.bases.map(({ rung, path, state, reason }) => [
    rung,
    plainText(path),
    reason === undefined ? state : `${state}: ${plainText(reason)}`,
  ])
  return `${formatTable(rows).join('\n')}\n\n${sumText(report)}\n`
}
