import { inspectWorkenv, type WorkenvInfo } from '../../workenv/list-workenvs.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes, formatCount } from '../ui/quantity.ts'
import { formatPairs } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { WORKENV_FIELDS, workenvObject } from './workenv-object.ts'

export const workenvInspect = defineVerb({
  name: 'workenv inspect',
  summary: 'show one work environment',
  arguments: { ID: { description: 'its id, the beginning of it, or the name of the package' } },
  flags: {},
  examples: [{ command: 'flavor workenv inspect httpie', description: 'where is it, and who uses it?' }],
  json: { type: 'always "workenv-inspect"', ...WORKENV_FIELDS },
  async run({ args, io }) {
    const info = inspectWorkenv(io.environment, args.ID)
    io.answer({ type: 'workenv-inspect', ...workenvObject(info) }, () => inspectText(info))
    return 0
  },
})

function inspectText(info: WorkenvInfo): string {
  return formatPairs([
    ['id', plainText(info.id)],
    ['package', plainText(`${info.name} ${info.version}`.trimEnd())],
    ['unpacked from', info.package === '' ? undefined : plainText(info.package)],
    ['path', plainText(info.path)],
    ['state', info.state],
    ['in use', info.inUse ?? 'no'],
    ['last use', info.lastUse.toISOString()],
    ['size', `${formatBytes(info.bytes)}, ${formatCount(info.files, 'file')}`],
    ['content', info.content === '' ? undefined : info.content],
    ...info.shares.map((tree, position): [string, string] => [position === 0 ? 'shares' : '', tree]),
  ])
}
