import { type CacheReport, type WorkenvInfo, workenvInfo } from '../../workenv/list-workenvs.ts'
import { nameUsers } from '../../workenv/processes.ts'
import type { Io } from '../ui/io.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes, formatCount, formatDuration } from '../ui/quantity.ts'
import { formatTable } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { warnOfRefusedBases } from './refused-bases.ts'
import { fieldsBelow, WORKENV_FIELDS, workenvObject } from './workenv-object.ts'

export const workenvList = defineVerb({
  name: 'workenv list',
  summary: 'list what packages unpacked: name, size, last use, who uses it',
  description:
    'One line each: its id, which begins with the name and the version of the package, its own size, its last use, and who uses it now. The sum, on stderr, counts each shared slot once. Those that a launcher of the reference implementations made are marked so; their last use is known to a day at best.',
  arguments: {},
  flags: {},
  examples: [
    { command: 'flavor workenv list', description: 'every work environment of this user' },
    { command: "flavor workenv list --json | jq '.workenvs[].package'", description: 'where were the packages?' },
  ],
  json: {
    type: 'always "workenv-list"',
    bytes: 'all that is there, shared slots counted once',
    ...fieldsBelow('workenvs[]', WORKENV_FIELDS),
  },
  async run({ io }) {
    warnOfRefusedBases(io)
    const report = workenvInfo(io.environment)
    const { bytes, workenvs } = report
    io.answer({ type: 'workenv-list', bytes, workenvs: workenvs.map(workenvObject) }, () => listText(workenvs, io))
    io.note(sumText(report))
    return 0
  },
})

/** `2 work environments and 1 shared slot, 61.3 MB`. */
export function sumText({ workenvs, shared, bytes }: CacheReport): string {
  if (workenvs.length + shared.length === 0) return 'nothing is unpacked'
  const slots = shared.length === 0 ? '' : ` and ${formatCount(shared.length, 'shared slot')}`
  return `${formatCount(workenvs.length, 'work environment')}${slots}, ${formatBytes(bytes)}`
}

/** A line that a terminal would break is broken where it reads best: behind the id, which is there to be copied. */
function listText(workenvs: readonly WorkenvInfo[], { terminal }: Io): string {
  const rows = workenvs.map(rowOf)
  const lines = formatTable(rows, [1])
  const { isTTY, columns } = terminal.stdout
  if (!isTTY || lines.every(line => line.length <= columns)) return lines.map(line => `${line}\n`).join('')
  const rest = formatTable(
    rows.map(([, ...cells]) => cells),
    [0],
  )
  return rows.map(([id], at) => `${id}\n  ${rest[at]}\n`).join('')
}

function rowOf({ kind, id, bytes, lastUse, state, inUse, users }: WorkenvInfo): string[] {
  const notes = [
    ...(kind === 'reference workenv' ? ['by a reference launcher'] : []),
    ...(state === 'ready' ? [] : [state]),
    ...(inUse === undefined ? [] : [users.length === 0 ? 'in use' : `in use by ${nameUsers(users)}`]),
  ]
  const age = formatDuration(Math.max(0, Date.now() - lastUse.getTime()))
  return [plainText(id), formatBytes(bytes), `used ${age} ago`, plainText(notes.join(', '))]
}
