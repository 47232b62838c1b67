import { rootOf } from '../../workenv/cache-contents.ts'
import { type RepairedWorkenv, repairWorkenvs } from '../../workenv/repair-workenvs.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatCount } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { DAMAGE_FIELDS, damageLines, showEntries } from './check-text.ts'
import { warnOfRefusedBases } from './refused-bases.ts'
import { fieldsBelow, ID_ARGUMENT, PACKAGE_FLAG, SELECTED_FIELDS } from './workenv-object.ts'

export const workenvRepair = defineVerb({
  name: 'workenv repair',
  summary: 'put right damaged work environments, from their packages',
  description:
    'Without ID all of them. Checks every file as `flavor workenv verify` does, and replaces each damaged one by itself from the package, which must still lie where it was when it was unpacked; --package names another copy. Programs that run from it may go on. Runs nothing of the package, so what setup commands made cannot be put right: remove that work environment, and the next start of the program makes it anew.',
  arguments: { ID: { ...ID_ARGUMENT, optional: true } },
  flags: {
    package: { ...PACKAGE_FLAG, description: 'the package to take from; without ID, only what was unpacked from it' },
    strict: { type: 'boolean', description: 'also remove files that nobody signed' },
  },
  examples: [
    { command: 'flavor workenv repair', description: 'all that is damaged' },
    { command: 'flavor workenv repair httpie --package ~/Downloads/http', description: 'from a copy that was moved' },
  ],
  exits: [3],
  json: {
    type: 'always "workenv-repair"',
    whole: 'how many had no damage',
    repaired: 'how many are whole again',
    failed: 'how many could not be repaired',
    ...fieldsBelow('workenvs[]', { ...SELECTED_FIELDS, outcome: 'whole, repaired or failed' }),
    ...fieldsBelow('workenvs[].damage[]', DAMAGE_FIELDS),
  },
  interruptible: true,
  async run({ args, options, io }) {
    warnOfRefusedBases(io)
    const onEntry = showEntries(io)
    const wish = { id: args.ID, package: options.package, strict: options.strict, onEntry }
    const done = await repairWorkenvs(io.environment, wish)
    const count = (outcome: RepairedWorkenv['outcome']) => done.filter(one => one.outcome === outcome).length
    const counts = { whole: count('whole'), repaired: count('repaired'), failed: count('failed') }
    io.report({ type: 'workenv-repair', ...counts, workenvs: done.map(repairedObject) }, () => {
      const end = `${counts.repaired} repaired, ${counts.whole} without damage, ${counts.failed} failed\n`
      return `${done.map(repairedText).join('')}${done.length === 0 ? '' : end}`
    })
    if (done.length === 0) io.note('nothing is unpacked')
    if (counts.failed === 0) return 0
    return done.some(({ outcome, found }) => outcome === 'failed' && found.state === 'damaged') ? 3 : 1
  },
})

function repairedText({ entry, outcome, reason, found }: RepairedWorkenv): string {
  const { damage } = found
  const notes = [
    ...(reason === undefined ? [] : [plainText(reason)]),
    ...(damage.length > 0 ? [`${formatCount(damage.length, 'entry was', 'entries were')} damaged`] : []),
  ]
  const line = `${outcome.padEnd('repaired'.length)}  ${plainText(entry.id)}`
  return `${line}${notes.length === 0 ? '' : `  ${notes.join(', ')}`}\n${damageLines(damage)}`
}

function repairedObject({ entry, outcome, reason, found }: RepairedWorkenv) {
  const { id, name, version } = entry
  const where = { path: rootOf(entry), package: found.package ?? null }
  return { id, name, version, ...where, outcome, reason: reason ?? null, damage: found.damage }
}
