import { type Check, matches } from './project.ts'

const PAGE = 'SECURITY.md'
const HEADING = '## Who attacks, and what happens'

/** A row of the table: four cells, the third naming tests. */
const ROW = /^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm
const NAMED = /`([^`]+)`/g

export const threatsAreShown: Check = {
  name: 'every threat names tests that are there',
  reason: 'a threat model whose tests were moved or removed promises what nobody proves',
  find(project) {
    if (!project.has(PAGE)) return [`${PAGE}: does not exist`]
    const text = project.text(PAGE)
    const start = text.indexOf(`${HEADING}\n`)
    if (start < 0) return [`${PAGE}: has no section "${HEADING}"`]
    const section = text.slice(start).split(/^## /m, 2)[1] ?? ''
    const offset = text.slice(0, start).split('\n').length - 1
    const rows = [...matches(section, ROW)].filter(({ match }) => match[1] !== 'attacker')
    if (rows.length === 0) return [`${PAGE}: the table of "${HEADING}" has no row`]
    return rows.flatMap(({ match, line }) => {
      const at = `${PAGE}:${offset + line}: ${match[1]}`
      const named = [...(match[3] ?? '').matchAll(NAMED)].map(([, path]) => path ?? '')
      if (named.length === 0) return [`${at}: names no test`]
      return named
        .filter(path => !isTest(path) || !project.has(path))
        .map(path => `${at}: ${path} is no test that exists`)
    })
  },
}

function isTest(path: string): boolean {
  return /^test\/.*\.test\.ts$/.test(path) || /^launchers\/native\/(tests|src)\/.*\.rs$/.test(path)
}
