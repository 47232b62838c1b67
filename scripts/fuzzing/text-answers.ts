import { parseArguments } from '../../src/cli/parse-arguments.ts'
import { loadAllVerbs } from '../../src/cli/verbs.ts'
import { splitCommand } from '../../src/format/command-line.ts'
import { substitute } from '../../src/format/placeholders.ts'
import { parseTarget } from '../../src/format/target-path.ts'
import { matchesPattern } from '../../src/launch/name-pattern.ts'
import { parseJsonManifest } from '../../src/manifest/json-manifest.ts'
import { parsePyproject } from '../../src/manifest/pyproject.ts'
import { formatSeal, parseSeal } from '../../src/workenv/seal.ts'
import { answerOf, withText } from './answer.ts'

/** Nothing, or what formats to the same bytes. */
export async function sealAnswer(bytes: Uint8Array): Promise<string> {
  const seal = parseSeal(Buffer.from(bytes).toString())
  if (seal === undefined) return 'none'
  const again = formatSeal(seal)
  if (Buffer.compare(Buffer.from(again), bytes) !== 0) throw new Error('a seal that is accepted is not written alike')
  return again
}

export const commandLineAnswer = (bytes: Uint8Array) =>
  withText(bytes, command => answerOf(() => splitCommand(command, 'command')))

export const targetPathAnswer = (bytes: Uint8Array) =>
  withText(bytes, target => answerOf(() => [parseTarget(target, 0)]))

const VALUES = {
  workenv: '/w',
  package_name: 'app',
  version: '1.2',
  os: 'linux',
  arch: 'amd64',
  platform: 'linux_amd64',
  primarySlot: 1,
  slots: ['/w', '/w/data'],
}

/** As a command and as a text. */
export const placeholderAnswer = (bytes: Uint8Array) =>
  withText(bytes, async template => {
    const filled = (place: 'command' | 'text') => answerOf(() => [substitute(template, 'template', VALUES, place)])
    return `${await filled('command')} ${await filled('text')}`
  })

/** A pattern, a line feed, a name. */
export const namePatternAnswer = (bytes: Uint8Array) =>
  withText(bytes, async text => {
    const end = text.indexOf('\n')
    const [pattern, name] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)]
    return `${matchesPattern(name, pattern)}`
  })

/** A manifest: JSON where it begins with a brace, else pyproject.toml. */
export const manifestAnswer = (bytes: Uint8Array) =>
  withText(bytes, text =>
    answerOf(() => {
      const isJson = text.trimStart().startsWith('{')
      const project = isJson
        ? parseJsonManifest({ path: '/project/flavor.json', text, syntax: 'json' })
        : parsePyproject({ path: '/project/pyproject.toml', text, syntax: 'toml' })
      return [project.kind, project.name]
    }),
  )

const VERBS = await loadAllVerbs()

/** The words behind a verb, one a line; the first byte says which verb. */
export const argumentsAnswer = (bytes: Uint8Array) =>
  withText(bytes.subarray(1), text =>
    answerOf(() => {
      const verb = VERBS[(bytes[0] ?? 0) % VERBS.length]
      return verb === undefined ? [] : [JSON.stringify(parseArguments(verb, text.split('\n')))]
    }),
  )
