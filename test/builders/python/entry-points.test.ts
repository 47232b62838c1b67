import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import {
  consoleScript,
  parseEntryPoints,
  parseReference,
  SCRIPT_START,
} from '../../../src/builders/python/entry-points.ts'
import { scratch } from '../../support/scratch.ts'
import { standInInterpreter } from './stand-ins.ts'

test('commands of all kinds, and nothing else', () => {
  const text = `
# a comment
[console_scripts]
http = httpie.__main__:main
odd=pkg.mod : Class.method [extra]
broken = no function

[gui_scripts]
win = pkg:start
[other.plugins]
x = a:b
`
  expect(parseEntryPoints(text)).toEqual([
    { name: 'http', module: 'httpie.__main__', attribute: 'main' },
    { name: 'odd', module: 'pkg.mod', attribute: 'Class.method' },
    { name: 'win', module: 'pkg', attribute: 'start' },
  ])
})

test('a reference without a function is none', () => {
  expect(parseReference('x', 'module')).toEqual([])
})

test('§6.5 a script does nothing when a child imports it', () => {
  const script = consoleScript({ name: 'x', module: 'pkg.mod', attribute: 'Class.method' })
  expect(script).toContain('from pkg.mod import Class\nif __name__ == "__main__":\n    sys.exit(Class.method())\n')
})

test.each([
  ['blanks', 'a place  with blanks'],
  ['more than a first line holds', 'long/'.repeat(60)],
  ['what a shell would run', '`touch made` $(touch made) "\'\\'],
])('§6.5 scripts start the interpreter beside them from a path with %s', async (_, name) => {
  const place = scratch()
  const bin = join(place, name, 'bin')
  const { root, executable } = standInInterpreter()
  mkdirSync(bin, { recursive: true })
  symlinkSync(join(root, executable), join(bin, 'python3'))
  const main = `${SCRIPT_START}import sys\nprint(sys.argv, sys.executable)\nsys.exit(42)\n`
  writeFileSync(join(bin, 'tool'), main, { mode: 0o755 })
  // By another program, since Node itself falls back to the shell for what the kernel refuses.
  const run = 'import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)'
  const args = ['-c', run, join(bin, 'tool'), 'a  b', '']
  const done = await execa(join(root, executable), args, { reject: false, cwd: place })
  expect(done).toMatchObject({ exitCode: 42, stderr: '' })
  expect(done.stdout).toContain("'a  b', ''] ")
  expect(done.stdout.endsWith(` ${join(bin, 'python3')}`)).toBe(true)
  expect(existsSync(join(place, 'made'))).toBe(false)
})
