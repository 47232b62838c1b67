import { listWorkenvs } from '../../workenv/list-workenvs.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes, formatDuration } from '../ui/quantity.ts'
import { formatTable } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { fieldsBelow, WORKENV_FIELDS, workenvObject } from './workenv-object.ts'

export const workenvList = defineVerb({
  name: 'workenv list',
  summary: 'list what packages unpacked: name, size, last use',
  arguments: {},
  flags: {},
  examples: [{ command: 'flavor workenv list', description: 'every work environment of this user' }],
  json: { type: 'always "workenv-list"', ...fieldsBelow('workenvs[]', WORKENV_FIELDS) },
  async run({ io }) {
    const workenvs = listWorkenvs(io.environment)
    io.answer({ type: 'workenv-list', workenvs: workenvs.map(workenvObject) }, () => {
      const rows = workenvs.map(({ id, bytes, lastUse, state, inUse }) => [
        plainText(id),
        formatBytes(bytes),
        `used ${formatDuration(Math.max(0, Date.now() - lastUse.getTime()))} ago`,
        state === 'damaged' ? 'damaged' : inUse === undefined ? '' : 'in use',
      ])
      return formatTable(rows, [1])
        .map(line => `${line}\n`)
        .join('')
    })
    if (workenvs.length === 0) io.note('nothing is unpacked')
    return 0
  },
})
