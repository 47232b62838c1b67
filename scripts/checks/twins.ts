import type { Check } from './project.ts'

/** Sources without a test of their own, each with what proves it instead. */
const WITHOUT_TWIN: Readonly<Record<string, string>> = {
  'src/index.ts': 'the library surface: test/e2e/npm-package.test.ts imports it from an installed package',
  'src/format/index.ts': 'the library surface: test/e2e/npm-package.test.ts imports it from an installed package',
}

/** A code table and its class: a check of its own wants every code thrown and tested. */
const ERROR_TABLE = /-error\.ts$/

const TYPE_ONLY = /^(?:import type|export type|export interface|type|interface)\b/

export const twins: Check = {
  name: 'every source has its twin test',
  reason: 'whoever changes src/a/b.ts finds its proof in test/a/b.test.ts; a file without one is unproven or dead',
  find(project) {
    const findings: string[] = []
    for (const path of project.paths.filter(path => /^src\/.*\.ts$/.test(path))) {
      const twin = path.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')
      if (project.has(twin) || path in WITHOUT_TWIN || ERROR_TABLE.test(path) || hasNoCode(project.text(path))) continue
      findings.push(`${path}: no ${twin}`)
    }
    for (const path of Object.keys(WITHOUT_TWIN)) {
      if (!project.has(path)) findings.push(`scripts/checks/twins.ts: ${path} is listed and does not exist`)
    }
    return findings
  },
}

/** Only types, or only constants that a test of the code that uses them proves. */
function hasNoCode(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  const statements = code.split('\n').filter(line => /^\S/.test(line) && /^[a-z]/.test(line))
  return statements.every(
    line => TYPE_ONLY.test(line) || /^(?:export )?const [A-Z0-9_]+\b/.test(line) || /^import /.test(line),
  )
}

export const testsRun: Check = {
  name: 'every test file is run',
  reason: 'a test whose name the runner does not match passes for ever',
  find: project =>
    project.paths
      .filter(path => /^test\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'))
      .filter(path => /^(?:test|it|describe)(?:\.\w+)*\(/m.test(project.text(path)))
      .map(path => `${path}: holds tests, but is not named *.test.ts`),
}
