import { inspectWorkenv, type WorkenvInfo } from '../../workenv/list-workenvs.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes, formatCount, formatDuration } from '../ui/quantity.ts'
import { formatPairs } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { warnOfRefusedBases } from './refused-bases.ts'
import { ID_ARGUMENT, WORKENV_FIELDS, workenvObject } from './workenv-object.ts'

export const workenvInspect = defineVerb({
  name: 'workenv inspect',
  summary: 'show one work environment: where it is, where it came from, who uses it',
  arguments: { ID: ID_ARGUMENT },
  flags: {},
  examples: [{ command: 'flavor workenv inspect httpie', description: 'where is it, and who uses it?' }],
  json: { type: 'always "workenv-inspect"', ...WORKENV_FIELDS },
  async run({ args, io }) {
    warnOfRefusedBases(io)
    const info = inspectWorkenv(io.environment, args.ID)
    io.answer({ type: 'workenv-inspect', ...workenvObject(info) }, () => inspectText(info))
    return 0
  },
})

function inspectText(info: WorkenvInfo): string {
  const known = (text: string) => (text === '' ? undefined : plainText(text))
  const age = formatDuration(Math.max(0, Date.now() - info.lastUse.getTime()))
  return formatPairs([
    ['id', plainText(info.id)],
    ['package', plainText(`${info.name} ${info.version}`.trimEnd())],
    ['unpacked from', known(info.package)],
    ['unpacked by', info.kind === 'workenv' ? undefined : 'a launcher of the reference implementations'],
    ['path', plainText(info.path)],
    ['state', info.state],
    ['in use', plainText(info.inUse ?? 'no')],
    ['last use', `${info.lastUse.toISOString()}, ${age} ago`],
    ['size', `${formatBytes(info.bytes)}, ${formatCount(info.files, 'file')}`],
    ['content', known(info.content)],
    ...trees('shares', info.shares),
    ...trees('lazy slots', info.lazy),
  ])
}

function trees(title: string, hashes: readonly string[]): [string, string][] {
  return hashes.map((tree, position) => [position === 0 ? title : '', tree])
}
