import type { Project } from '../checks/project.ts'
import { codeTables } from './error-tables.ts'

/** One thing that a reader refuses. */
export interface Rule {
  /** Its section and its place among the rules there: `2.4-1`. */
  readonly number: string
  readonly section: string
  readonly code: string
  /** What the table says is refused. */
  readonly text: string
}

/** Something that breaks a rule: a vector, or a file of test/hostile. */
export interface Breach {
  readonly name: string
  readonly spec: string
  readonly error: string
}

/** Sections whose tables say what happens with codes, not what is refused. */
const NOT_RULES = /^(?:8|9\.1|11|12)/

/** Spec §1.2: every row of a table that names a code is a rule, in the order of the text. */
export async function specRules(project: Project): Promise<Rule[]> {
  const known = new Set((await codeTables(project)).flatMap(({ table }) => Object.keys(table)))
  const rules: Rule[] = []
  let section = ''
  for (const line of project.text('spec/pspf-2025.md').split('\n')) {
    section = /^#{2,3} ([0-9.]+) /.exec(line)?.[1] ?? section
    if (!line.startsWith('| ') || NOT_RULES.test(section)) continue
    const cells = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim())
    const codes = [...line.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b/g)].map(([code]) => code)
    for (const code of new Set(codes.filter(one => known.has(one)))) {
      const place = rules.filter(rule => rule.section === section).length + 1
      rules.push({ number: `${section}-${place}`, section, code, text: textOf(section, cells, code) })
    }
  }
  return rules
}

/** The first cell; with the limit in §10; in a table of fields the field and what its own cell says. */
function textOf(section: string, cells: readonly string[], code: string): string {
  const [first = '', limit = '', field = ''] = cells
  if (section === '10') return `${first}: more than ${limit}`
  if (!/^[0-9]+$/.test(first)) return first
  const said = (cells.at(-1) ?? '').replace(new RegExp(`(?:: |, )?${code}.*$`), '').trim()
  return `${field}: ${said === 'else' ? 'anything but 0' : said}`
}

/** Those that break one rule: of its section where there are any, else with its code. */
export function breachesOf(rule: Rule, breaches: readonly Breach[]): Breach[] {
  const same = breaches.filter(breach => breach.error === rule.code)
  const here = same.filter(breach => breach.spec === `§${rule.section}`)
  return here.length > 0 ? here : same
}

/** What spec/vectors refuses. */
export function vectorBreaches(project: Project): Breach[] {
  return project.paths
    .filter(path => /^spec\/vectors\/[^/]+\/[^/]+\.json$/.test(path) && !path.startsWith('spec/vectors/workenv/'))
    .sort()
    .flatMap(path => {
      const { spec, expect } = JSON.parse(project.text(path)) as { spec: string; expect: { error?: string } }
      const name = path.slice('spec/vectors/'.length, -'.json'.length)
      return expect.error === undefined ? [] : [{ name, spec, error: expect.error }]
    })
}

/** spec/rules.md */
export async function rulesPage(project: Project): Promise<string> {
  const breaches = vectorBreaches(project)
  const rows = (await specRules(project)).map(rule => {
    const vectors = breachesOf(rule, breaches)
    const shown =
      vectors[0] === undefined
        ? ''
        : `\`${vectors[0].name}\`${vectors.length > 1 ? ` and ${vectors.length - 1} more` : ''}`
    return `| ${rule.number} | ${rule.text} | ${rule.code} | ${shown} |`
  })
  return [
    '# The rules of PSPF/2025',
    '',
    'Everything that a reader refuses, from the tables of [pspf-2025.md](pspf-2025.md), which alone are normative. The number is the section and the',
    'place in it. A refusal names the code and the section. Vectors are those of [vectors/](vectors) that break the rule; `test/hostile` has more.',
    '',
    '| rule | refused | code | vectors |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
