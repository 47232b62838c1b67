import type { CodeTable } from '../../src/format/flavor-error.ts'
import { codeTables } from '../generated/error-tables.ts'
import type { Check, Project } from './project.ts'

export const codesAreUsed: Check = {
  name: 'every error code is thrown and tested',
  reason:
    'codes are for ever: one that nothing throws promises a refusal that never comes, and an untested one may never come',
  async find(project) {
    const thrown = thrownCodes(project)
    const tested = words(project, /^(test\/.*\.(ts|txt)|spec\/vectors\/.*\.json)$/)
    const findings: string[] = []
    const seen = new Map<string, string>()
    for (const { path, table } of await codeTables(project)) {
      for (const code of Object.keys(table satisfies CodeTable)) {
        const other = seen.get(code)
        if (other !== undefined) findings.push(`${path}: ${code} is also in ${other}`)
        seen.set(code, path)
        if (!thrown.has(code)) findings.push(`${path}: ${code} is thrown nowhere`)
        if (!tested.has(code)) findings.push(`${path}: ${code} is in no test and no vector`)
      }
    }
    return findings
  },
}

/** Codes stand in quotes where they are thrown; a line of a union of codes is a type and throws nothing. */
function thrownCodes(project: Project): Set<string> {
  const codes = new Set<string>()
  for (const path of project.paths.filter(path => /^(src|launchers)\/.*\.ts$/.test(path))) {
    const lines = project.text(path).split('\n')
    for (const line of lines.filter(line => !/^\s*(\||(export )?type\b)/.test(line))) {
      for (const match of line.matchAll(/'([A-Z][A-Z0-9_]+)'/g)) codes.add(match[1] ?? '')
    }
  }
  return codes
}

function words(project: Project, where: RegExp): Set<string> {
  const found = project.paths
    .filter(path => where.test(path))
    .flatMap(path => project.text(path).match(/\b[A-Z][A-Z0-9_]+\b/g) ?? [])
  return new Set(found)
}
