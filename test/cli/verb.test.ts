import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { flagUsage, verbHelp } from '../../src/cli/help.ts'
import { SIGNING_FLAGS } from '../../src/cli/signing-flags.ts'
import { type Flag, GLOBAL_FLAGS } from '../../src/cli/verb.ts'
import { loadAllVerbs } from '../../src/cli/verbs.ts'

const verbs = await loadAllVerbs()
const SOURCES = join(import.meta.dirname, '../../src/cli')
const SCRIPTS = join(import.meta.dirname, 'scripts')

const signing = readFileSync(join(SOURCES, 'signing-flags.ts'), 'utf8')

function isRead(source: string, long: string): boolean {
  const taken = [...source.matchAll(/const \{([^}]*)\} = options/g)].some(([, names = '']) =>
    names.includes(`'${long}':`),
  )
  return taken || source.includes(`options['${long}']`) || new RegExp(`options\\.${long}\\b`).test(source)
}

describe.each(verbs.map(verb => [verb.name, verb] as const))('%s', (name, verb) => {
  const flags = Object.entries(verb.flags)

  test('every flag is described, and no name is taken twice', () => {
    const all = Object.entries<Flag>({ ...verb.flags, ...GLOBAL_FLAGS })
    const names = all.flatMap(([long, flag]) =>
      'short' in flag && flag.short !== undefined ? [long, flag.short] : [long],
    )
    expect(new Set(names).size).toBe(names.length)
    for (const [long, flag] of all) {
      expect(long).toMatch(/^[a-z][a-z-]*$/)
      expect(flag.description, long).toMatch(/^[^A-Z].*[^.]$/)
      if (flag.short !== undefined) expect(flag.short).toMatch(/^[a-zA-Z]$/)
    }
  })

  test('a default is one of the choices and is shown', () => {
    for (const [long, flag] of flags) {
      if (flag.type === 'boolean' || flag.default === undefined) continue
      if (flag.type === 'string' && flag.choices !== undefined) expect(flag.choices, long).toContain(flag.default)
      expect(verbHelp(verb)).toContain(`(default: ${flag.default})`)
    }
  })

  test('its help shows everything in lines that a terminal has room for', () => {
    const help = verbHelp(verb)
    for (const [long, flag] of flags) expect(help).toContain(flagUsage(long, flag))
    for (const argument of Object.keys(verb.arguments)) expect(help).toContain(argument)
    expect(verb.examples.length).toBeGreaterThan(0)
    for (const example of verb.examples) expect(help).toContain(example.command)
    for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(140)
  })

  test('every flag and argument is read by its code', () => {
    const source = readFileSync(join(SOURCES, `${name.replace(' ', '/')}.ts`), 'utf8')
    for (const [long, flag] of flags) {
      // What several verbs share is read by the function that they call for it.
      const isShared = flag === Object.entries<Flag>(SIGNING_FLAGS).find(([name]) => name === long)?.[1]
      if (isShared) expect(source).toContain('namedKey(')
      expect(isRead(isShared ? signing : source, long), `--${long}`).toBe(true)
    }
    for (const argument of Object.keys(verb.arguments)) expect(source).toContain(`args.${argument}`)
  })

  test('its help is in a CLI script', () => {
    const scripts = readdirSync(SCRIPTS).map(script => readFileSync(join(SCRIPTS, script), 'utf8'))
    expect(scripts.some(script => script.includes(`$ flavor ${name} --help\n`))).toBe(true)
  })

  test('only the last argument takes many, and optional ones come last', () => {
    const args = Object.values(verb.arguments)
    for (const [position, argument] of args.entries()) {
      if (argument.many !== undefined) expect(position).toBe(args.length - 1)
      if (argument.optional) expect(args.slice(position).every(later => later.optional || later.many)).toBe(true)
    }
  })

  test('its --json object is described', () => {
    // The program of `flavor run` owns stdout.
    if (verb.launcherExits) expect(verb.json).toEqual({})
    else expect(verb.json.type).toBe(`always "${name.replace(' ', '-')}"`)
    for (const description of Object.values(verb.json)) expect(description).not.toBe('')
  })
})
