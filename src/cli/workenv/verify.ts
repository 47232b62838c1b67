import { rootOf } from '../../workenv/cache-contents.ts'
import { type VerifiedWorkenv, verifyWorkenvs } from '../../workenv/verify-workenvs.ts'
import type { Io } from '../ui/io.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatCount } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { DAMAGE_FIELDS, damageLines, showEntries } from './check-text.ts'
import { warnOfRefusedBases } from './refused-bases.ts'
import { fieldsBelow, ID_ARGUMENT, PACKAGE_FLAG, SELECTED_FIELDS } from './workenv-object.ts'

export const workenvVerify = defineVerb({
  name: 'workenv verify',
  summary: 'check every file of work environments against their packages',
  description:
    'Without ID all of them. Every file is hashed, also those of shared slots; nothing is changed, and it does not count as a use. The package must still lie where it was when it was unpacked; --package names another copy. Without it, only shared slots and what setup commands left can be compared. What programs wrote beside the signed files is told and no damage, except with --strict.\nWork environments of the reference launchers hold nothing to compare them with.',
  arguments: { ID: { ...ID_ARGUMENT, optional: true } },
  flags: {
    package: {
      ...PACKAGE_FLAG,
      description: 'the package to compare with; without ID, only what was unpacked from it',
    },
    strict: { type: 'boolean', description: 'files that nobody signed are damage too' },
  },
  examples: [
    { command: 'flavor workenv verify', description: 'is everything as it was signed?' },
    { command: 'flavor workenv verify --package app.psp', description: 'what was unpacked from this file' },
  ],
  exits: [3],
  json: {
    type: 'always "workenv-verify"',
    whole: 'how many are as they were made',
    damaged: 'how many are not',
    unchecked: 'how many could not be compared, or not all of them',
    ...fieldsBelow('workenvs[]', {
      ...SELECTED_FIELDS,
      state: 'whole, damaged or unchecked',
      'extra[]': 'absolute paths of what nobody signed; a directory stands for what is in it',
    }),
    ...fieldsBelow('workenvs[].damage[]', DAMAGE_FIELDS),
  },
  interruptible: true,
  async run({ args, options, io }) {
    warnOfRefusedBases(io)
    const onEntry = showEntries(io)
    const found = await verifyWorkenvs(io.environment, { id: args.ID, package: options.package, onEntry })
    const verified = options.strict ? found.map(withExtraAsDamage) : found
    const counts = countStates(verified)
    io.report({ type: 'workenv-verify', ...counts, workenvs: verified.map(verifiedObject) }, () => {
      return `${verified.map(verifiedText).join('')}${countsText(counts)}`
    })
    return conclude(verified.length, counts, io)
  },
})

interface Counts {
  readonly whole: number
  readonly damaged: number
  readonly unchecked: number
}

function conclude(all: number, { damaged, unchecked }: Counts, io: Io): number {
  if (all === 0) io.note('nothing is unpacked')
  if (damaged > 0) io.note('`flavor workenv repair` puts right what it can')
  return damaged > 0 ? 3 : unchecked > 0 ? 1 : 0
}

function withExtraAsDamage(one: VerifiedWorkenv): VerifiedWorkenv {
  return one.state === 'whole' && one.extra.length > 0 ? { ...one, state: 'damaged' } : one
}

function countStates(verified: readonly VerifiedWorkenv[]): Counts {
  const count = (state: VerifiedWorkenv['state']) => verified.filter(one => one.state === state).length
  return { whole: count('whole'), damaged: count('damaged'), unchecked: count('unchecked') }
}

function countsText({ whole, damaged, unchecked }: Counts): string {
  const parts = [`${whole} whole`, `${damaged} damaged`, ...(unchecked > 0 ? [`${unchecked} unchecked`] : [])]
  return whole + damaged + unchecked === 0 ? '' : `${parts.join(', ')}\n`
}

function verifiedText({ entry, state, reason, damage, extra }: VerifiedWorkenv): string {
  const notes = [
    ...(reason === undefined ? [] : [plainText(reason)]),
    ...(damage.length > 0 ? [`${formatCount(damage.length, 'entry is', 'entries are')} damaged`] : []),
    ...(extra.length > 0 ? [`${formatCount(extra.length, 'entry', 'entries')} that nobody signed`] : []),
  ]
  const line = `${state.padEnd('unchecked'.length)}  ${plainText(entry.id)}`
  const surplus = state === 'damaged' && damage.length === 0 ? extra.map(path => `  ${plainText(path)}\n`).join('') : ''
  return `${line}${notes.length === 0 ? '' : `  ${notes.join(', ')}`}\n${damageLines(damage)}${surplus}`
}

function verifiedObject({ entry, package: path, state, reason, damage, extra }: VerifiedWorkenv) {
  const { id, name, version } = entry
  const where = { path: rootOf(entry), package: path ?? null }
  return { id, name, version, ...where, state, reason: reason ?? null, damage, extra }
}
