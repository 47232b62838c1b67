import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, test } from 'vitest'
import { NO_PYTHON_EXIT, startScript } from '../../../../src/builders/python/user-python/start-script.ts'
import { scratch } from '../../../support/scratch.ts'
import { writeFiles } from '../stand-ins.ts'

const demand = { minor: [3, 11], clauses: [], text: 'CPython 3.11 or newer' } as const
let directory: string
let root: string

beforeEach(() => {
  directory = join(scratch(), 'a place with blanks')
  root = join(directory, 'root')
  writeFiles(root, { 'bin/python3': startScript(demand), 'share/flavor/choose_python.py': '' })
  chmodSync(join(root, 'bin/python3'), 0o755)
  writeFiles(join(directory, 'venv/bin'), { python3: '#!/bin/sh\necho "ran $#: $*"\nexit 42\n' })
  chmodSync(join(directory, 'venv/bin/python3'), 0o755)
})

/** A Python that answers the chooser with these words. */
function python(place: string, name: string, script: string): void {
  writeFiles(join(directory, place), { [name]: `#!/bin/sh\n${script}\n` })
  chmodSync(join(directory, place, name), 0o755)
}

const use = () => `echo "use ${directory}/venv"`

function start(places: readonly string[], args: readonly string[] = []) {
  const PATH = places.map(place => (place.startsWith('/') ? place : join(directory, place))).join(':')
  return execa(join(root, 'bin/python3'), args, { env: { PATH }, extendEnv: false, reject: false, cwd: directory })
}

test('becomes the first one that serves, with arguments and exit status as they are', async () => {
  python('one', 'python3', 'echo "no /one is CPython 3.9.2"')
  python('two', 'python3', use())
  const done = await start(['one', 'two'], ['-c', 'a  b', ''])
  expect(done).toMatchObject({ stdout: 'ran 3: -c a  b ', stderr: '', exitCode: 42 })
})

test('the version of the package is asked before what the machine calls its Python, and newer ones last', async () => {
  python('one', 'python3', 'echo asked >&2; exit 1')
  python('two', 'python3.11', use())
  expect(await start(['one', 'two'])).toMatchObject({ exitCode: 42, stderr: '' })
  python('three', 'python3.14', use())
  expect(await start(['one', 'three'])).toMatchObject({ exitCode: 42, stderr: '' })
})

test('none, too old ones and what does not run: one line says what was found, expected and to be done', async () => {
  python('one', 'python3', 'echo "no /one/python3 is CPython 3.9.2"')
  python('two', 'python3', 'echo "no /one/python3 is CPython 3.9.2"')
  python('two', 'python', 'exit 3')
  python('two', 'python3.11', 'echo usage')
  const { stderr, exitCode } = await start(['one', 'two'])
  expect(exitCode).toBe(NO_PYTHON_EXIT)
  expect(stderr).toBe(
    `python3: no Python on PATH serves: found ${directory}/two/python3.11 is no CPython 3, /one/python3 is CPython 3.9.2, ${directory}/two/python does not run; expected CPython 3.11 or newer; install one, or put its directory on PATH`,
  )
  expect((await start(['/nonexistent'])).stderr).toContain('found none; expected CPython 3.11 or newer')
})

test('what lies in the current directory or in a relative one is never run', async () => {
  python('.', 'python3', use())
  const env = { PATH: `.::${directory.split('/').at(-1)}` }
  const done = await execa(join(root, 'bin/python3'), [], { env, extendEnv: false, reject: false, cwd: directory })
  expect(done.exitCode).toBe(NO_PYTHON_EXIT)
})

test('the start scripts of two packages on one PATH do not call each other for ever', async () => {
  const other = join(directory, 'other')
  mkdirSync(other)
  symlinkSync(join(root, 'share'), join(other, 'share'))
  symlinkSync(join(root, 'bin'), join(other, 'bin'))
  expect((await start([join(root, 'bin'), join(other, 'bin')])).exitCode).toBe(NO_PYTHON_EXIT)
})
