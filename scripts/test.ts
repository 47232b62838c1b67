/** Runs the parts of `scripts/test` one after the other and adds up what they counted. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKS } from './checks/all.ts'
import { type Check, type Project, readProject } from './checks/project.ts'
import { cargo } from './parts/cargo.ts'
import { fuzz } from './parts/fuzz.ts'
import { report, sum, type Tally } from './parts/tally.ts'

const root = join(import.meta.dirname, '..')
type Part = (filter: string | undefined) => Tally | Promise<Tally>
const PARTS = {
  checks,
  cargo: (filter: string | undefined) => cargo(root, filter),
  unit,
  fuzz: (filter: string | undefined) => fuzz(root, filter),
  e2e,
  cross,
} satisfies Record<string, Part>

const [part, filter, ...rest] = process.argv.slice(2)
const chosen = parts(part)
if (chosen === undefined || rest.length > 0) {
  process.stderr.write('usage: scripts/test [--cross | checks|cargo|unit|fuzz|e2e|cross [FILTER]]\n')
  process.exit(2)
}
const tallies: Tally[] = []
for (const run of chosen) tallies.push(await run(filter))
const skipped = tallies.flatMap(tally => tally.skipped)
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`)
const passed = sum(tallies.map(tally => tally.passed))
const failed = sum(tallies.map(tally => tally.failed))
process.stdout.write(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

/** What `cross` compiles takes some ten minutes: without a name it is run only where it is asked for. */
function parts(name: string | undefined): Part[] | undefined {
  const { cross, ...others } = PARTS
  if (name === '--cross') return [...Object.values(others), cross]
  if (name === undefined) return Object.values(others)
  return Object.hasOwn(PARTS, name) ? [PARTS[name as keyof typeof PARTS]] : undefined
}

/** Each check counts as one test. */
async function checks(filter: string | undefined): Promise<Tally> {
  const project = readProject(root)
  const all = [
    { name: 'types', run: () => runTool('typescript/bin/tsc', ['--noEmit']) },
    { name: 'lint', run: () => runTool('@biomejs/biome/bin/biome', ['ci', '--colors=off', '.']) },
    ...CHECKS.map(check => ({ name: check.name, run: () => findings(check, project) })),
  ]
  let passed = 0
  let failed = 0
  for (const { name, run } of all.filter(({ name }) => name.includes(filter ?? ''))) {
    if (report(name, await run())) passed += 1
    else failed += 1
  }
  return { passed, failed, skipped: [] }
}

async function findings(check: Check, project: Project): Promise<string[]> {
  const found = await check.find(project)
  return found.length === 0 ? [] : [...found, `why: ${check.reason}`]
}

function runTool(script: string, args: readonly string[]): string[] {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (result.status === 0) return []
  const output = `${result.stdout}${result.stderr}`.trim()
  return output === '' ? [`${script} ended with ${result.status ?? result.signal}`] : output.split('\n')
}

function unit(filter: string | undefined): Tally {
  return vitest('unit', [
    '--exclude',
    'test/e2e/**',
    '--exclude',
    'test/cross/**',
    ...(filter === undefined ? [] : [filter]),
  ])
}

/** The launchers of other platforms. Compiling them needs what `scripts/launchers --setup` installs. */
function cross(filter = ''): Tally {
  const files = readProject(root).paths.filter(path => /^test\/cross\/.*\.test\.ts$/.test(path))
  return withPatience('cross', files, filter)
}

function e2e(filter = ''): Tally {
  const files = readProject(root).paths.filter(path => /^test\/e2e\/.*\.test\.ts$/.test(path))
  return withPatience('e2e', files, filter)
}

function withPatience(name: string, files: readonly string[], filter: string): Tally {
  // Packing a project takes a minute on two busy cores: what hangs is stopped, what is slow is not.
  const patience = ['--testTimeout=300000', '--hookTimeout=900000']
  const wanted = files.filter(path => path.includes(filter))
  // Vitest would take no names for all of them.
  return wanted.length === 0 ? { passed: 0, failed: 1, skipped: [] } : vitest(name, [...wanted, ...patience])
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

function vitest(name: string, args: readonly string[]): Tally {
  const file = join(root, '.cache', `vitest-${name}-${process.pid}.json`)
  mkdirSync(join(root, '.cache'), { recursive: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const command = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args, ...reporters]
  spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    return tally(JSON.parse(readFileSync(file, 'utf8')) as VitestReport)
  } catch {
    // Vitest itself broke: never a success.
    return { passed: 0, failed: 1, skipped: [] }
  } finally {
    rmSync(file, { force: true })
  }
}

function tally(report: VitestReport): Tally {
  const tests = report.testResults.flatMap(file => file.assertionResults)
  if (tests.length === 0) return { passed: 0, failed: 1, skipped: [] }
  // A file that cannot be loaded has no tests of its own to fail.
  const broken = report.testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  )
  const skipped = tests.filter(test => test.status === 'skipped' || test.status === 'pending' || test.status === 'todo')
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: skipped.map(test => test.fullName),
  }
}
