import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, test } from 'vitest'
import { chooserScript } from '../../../../src/builders/python/user-python/chooser.ts'
import { type Clause, pythonDemand } from '../../../../src/builders/python/user-python/python-demand.ts'
import { scratch } from '../../../support/scratch.ts'
import { standInInterpreter, writeFiles } from '../stand-ins.ts'

const found = standInInterpreter()
const python = realpathSync(join(found.root, found.executable))
const [major = 0, minor = 0, micro = 0] = found.version.split('.').map(Number)
const free = pythonDemand(found, false, undefined)
let attempt: string
let root: string

beforeEach(() => {
  attempt = scratch()
  root = join(attempt, 'root')
  writeFiles(root, {
    'bin/python3': '',
    'bin/tool': '',
    'share/data': '',
    [`lib/python${free.minor.join('.')}/site-packages/lib.py`]: 'value = 7\n',
    'lib/python3.0/site-packages/lib.py': 'value = 8\n',
  })
})

async function choose(
  demand = free,
  program = python,
  env: Record<string, string> = {},
  name = 'chooser.py',
): Promise<string> {
  writeFileSync(join(attempt, name), chooserScript(demand))
  const done = await execa(program, ['-I', '-S', '-B', join(attempt, name), root], { env, extendEnv: false })
  return done.stdout
}

test('makes a virtual environment that leads to the files of the package, once', async () => {
  const answer = await choose()
  const place = answer.replace(/^use /, '')
  expect(dirname(place)).toBe(join(attempt, 'python'))
  expect(readlinkSync(join(place, 'bin/python3'))).toBe(python)
  expect(readlinkSync(join(place, 'bin/tool'))).toBe(join(root, 'bin/tool'))
  expect(readlinkSync(join(place, 'share'))).toBe(join(root, 'share'))
  const show = 'import lib, site, sys; print(lib.value, sys.prefix, sys.executable, site.ENABLE_USER_SITE)'
  const run = await execa(join(place, 'bin/python3'), ['-c', show])
  expect(run.stdout).toBe(`7 ${place} ${place}/bin/python3 False`)
  expect(await choose()).toBe(answer)
  expect(readdirSync(join(attempt, 'python'))).toHaveLength(1)
})

test('an older layout serves a newer version, and both names of the library lead there', async () => {
  const place = (await choose({ ...free, minor: [3, 0] })).replace(/^use /, '')
  const run = await execa(join(place, 'bin/python3'), ['-c', 'import lib; print(lib.value)'])
  expect(run.stdout).toBe('8')
  expect(readlinkSync(join(place, 'lib/python3.0'))).toBe(join(root, 'lib/python3.0'))
})

test('the installation behind a virtual environment is taken, not the environment', async () => {
  const venv = join(attempt, 'venv')
  await execa(python, ['-m', 'venv', '--without-pip', venv])
  const place = (await choose(free, join(venv, 'bin/python3'))).replace(/^use /, '')
  expect(readlinkSync(join(place, 'bin/python3'))).toBe(python)
})

test('starts at the same time make one environment, and none sees half of it', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => choose(free, python, {}, `${at}.py`)))
  expect(new Set(answers).size).toBe(1)
  expect(readdirSync(join(attempt, 'python'))).toHaveLength(1)
})

test('links that were changed are not used', async () => {
  const place = (await choose()).replace(/^use /, '')
  writeFileSync(join(place, 'pyvenv.cfg'), 'home = /elsewhere\n')
  const other = (await choose()).replace(/^use /, '')
  expect(other).not.toBe(place)
  expect(readFileSync(join(other, 'pyvenv.cfg'), 'utf8')).toContain(`home = ${dirname(python)}\n`)
})

test('where the cache cannot be written, a directory of the user; one that others may write to is refused', async () => {
  const elsewhere = scratch()
  // As root, permissions keep nobody out; a file in the way does.
  writeFileSync(join(attempt, 'python'), '')
  const place = join(elsewhere, `flavor-python-${process.getuid?.()}`)
  mkdirSync(place)
  chmodSync(place, 0o777)
  const other = scratch()
  const answer = await choose(free, python, { XDG_RUNTIME_DIR: elsewhere, TMPDIR: other })
  expect(answer).toContain(`use ${join(other, `flavor-python-${process.getuid?.()}`)}/`)
  expect(readdirSync(place)).toEqual([])
})

const have = [major, minor, micro]
const verdicts: [Clause, boolean][] = [
  [['==', have, false], true],
  [['==', [major, minor], true], true],
  [['==', [major, minor + 1], true], false],
  [['!=', [major, minor], true], false],
  [['!=', have, false], false],
  [['>=', [major, minor], false], true],
  [['>=', [major, minor + 1], false], false],
  [['<', [major, minor], false], false],
  [['<', [4], false], true],
  [['<=', have, false], true],
  [['>', have, false], false],
  [['~=', [major, 0], false], true],
  [['~=', [major, minor, 0], false], true],
  [['~=', [major, minor - 1, 0], false], false],
]

test.each(verdicts)('requires-python %j: %s', async (clause, serves) => {
  const answer = await choose({ ...free, clauses: [clause] })
  expect(answer).toContain(serves ? 'use ' : `no ${python} is CPython ${found.version}`)
})

test('another minor version, and another ABI of the same one, are told', async () => {
  expect(await choose({ ...free, minor: [major, minor + 1] })).toBe(`no ${python} is CPython ${found.version}`)
  const answer = await choose({ ...free, soabi: 'cpython-399t-nowhere' })
  expect(answer).toMatch(new RegExp(`^no .* is CPython ${found.version} for cpython-`))
})
