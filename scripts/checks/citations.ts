import { type Check, matches, type Project } from './project.ts'

const FORMAT_SPEC = 'spec/pspf-2025.md'
const WORKENV_SPEC = 'spec/workenv.md'
const TRUST_SPEC = 'spec/trust.md'
const SPECS = [FORMAT_SPEC, WORKENV_SPEC, TRUST_SPEC]

/** What stands before a section of each. */
const BY_NAME: Readonly<Record<string, string>> = { spec: FORMAT_SPEC, workenv: WORKENV_SPEC, trust: TRUST_SPEC }

/**
 * `§2.4`, `spec §10`, `workenv §3.1`, `trust §2`; without a name, the page's own in spec/workenv.md and spec/trust.md and the format's
 * elsewhere. Sections of other documents are cited with their name before the sign: `RFC 8878 §3.1`. A name holds across an `and`:
 * `workenv §8.3 and §10.4`.
 */
const CITATION =
  /(\bworkenv |\btrust |\bspec |\bRFC \d+ |\bPEP \d+ |\breference )?(§\d+(?:\.\d+)*(?:(?: and| or| to) §\d+(?:\.\d+)*)*)/g

interface Citation {
  readonly spec: string
  readonly section: string
  readonly path: string
  readonly line: number
}

export const citationsExist: Check = {
  name: 'every cited section exists',
  reason: 'a citation that leads nowhere sends the reader of a refusal to a rule that nobody wrote',
  find(project) {
    const sections = new Map(SPECS.map(spec => [spec, new Set(sectionsOf(project, spec).keys())]))
    return citations(project, /^(?!test\/scripts\/)(src|launchers|test|scripts|docs|spec)\/.*\.(ts|rs|md|json)$/)
      .filter(({ spec, section }) => sections.get(spec)?.has(section) !== true)
      .map(({ spec, section, path, line }) => `${path}:${line}: §${section} is no heading of ${spec}`)
  },
}

export const rulesAreCited: Check = {
  name: 'every MUST is cited by code and by a test',
  reason: 'a rule without code is a wish, and a rule without a test or vector is a rumour',
  find(project) {
    const code = cited(project, /^(src|launchers)\/.*\.(ts|rs)$/)
    const proofs = cited(project, /^(test\/.*\.ts|spec\/vectors\/.*\.json|launchers\/.*\/tests\/.*\.rs)$/)
    const findings: string[] = []
    for (const spec of SPECS) {
      for (const [section, text] of sectionsOf(project, spec)) {
        if (!/\bMUST\b/.test(text)) continue
        if (!code.has(`${spec} ${section}`)) findings.push(`${spec} §${section}: cited by no code`)
        if (!proofs.has(`${spec} ${section}`)) findings.push(`${spec} §${section}: cited by no test and no vector`)
      }
    }
    return findings
  },
}

function cited(project: Project, where: RegExp): Set<string> {
  return new Set(citations(project, where).map(({ spec, section }) => `${spec} ${section}`))
}

function citations(project: Project, where: RegExp): Citation[] {
  return project.paths
    .filter(path => where.test(path))
    .flatMap(path =>
      [...matches(project.text(path), CITATION)].flatMap(({ match, line }) => {
        const [, prefix, list = ''] = match
        const own = path === WORKENV_SPEC || path === TRUST_SPEC ? path : FORMAT_SPEC
        const spec = prefix === undefined ? own : BY_NAME[prefix.trim()]
        if (spec === undefined) return []
        return (list.match(/[\d.]*\d/g) ?? []).map(section => ({ spec, section, path, line }))
      }),
    )
}

/** Number of each heading, with the text up to the next one. */
function sectionsOf(project: Project, spec: string): Map<string, string> {
  const sections = new Map<string, string>()
  if (!project.has(spec)) return sections
  const parts = project.text(spec).split(/^#+ +§?(\d+(?:\.\d+)*)\.?(?= )/m)
  for (let at = 1; at < parts.length; at += 2) sections.set(parts[at] ?? '', parts[at + 1] ?? '')
  return sections
}
