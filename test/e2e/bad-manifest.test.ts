import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flavor } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'

const good = [
  '[build-system]',
  'requires = ["setuptools>=77"]',
  'build-backend = "setuptools.build_meta"',
  '[project]',
  'name = "app"',
  'version = "1.0"',
  'dependencies = []',
  '[project.scripts]',
  'app = "app:main"',
  '[tool.setuptools]',
  'py-modules = ["app"]',
]

async function pack(lines: readonly string[], env: Record<string, string> = {}) {
  const directory = scratch()
  mkdirSync(join(directory, 'out'))
  const [manifest, output] = [join(directory, 'pyproject.toml'), join(directory, 'out/app')]
  writeFileSync(manifest, lines.join('\n'))
  writeFileSync(join(directory, 'app.py'), 'def main(): print("ran")\n')
  writeFileSync(output, 'a former output')
  const done = await flavor(['pack', '--manifest', manifest, '--output', output, '--key-seed', 'k', '--json'], { env })
  expect(readdirSync(join(directory, 'out'))).toEqual(['app'])
  expect(readFileSync(output, 'utf8')).toBe('a former output')
  expect(done.stderr).not.toMatch(/\n\s+at .*\(/)
  const error = JSON.parse(done.stderr.trimEnd().split('\n').at(-1) ?? '')
  return { exitCode: done.exitCode, error }
}

const without = (start: string) => good.filter(line => !line.startsWith(start))
const with_ = (start: string, line: string) => good.map(one => (one.startsWith(start) ? line : one))

test.each([
  ['no name', without('name'), 'name'],
  ['no version', without('version'), 'version'],
  ['no script and no entry point', without('app ='), 'entry'],
  ['a name of the wrong type', with_('name', 'name = 7'), 'name'],
  ['dependencies of the wrong type', with_('dependencies', 'dependencies = "requests"'), 'dependencies'],
  ['an entry point without a function', with_('app =', 'app = "app"'), 'app'],
  ['an unknown key of ours', [...good, '[tool.flavor]', 'entry_piont = "app:main"'], 'entry_point'],
  ['a line that is no TOML', [...good, 'what is this'], 'TOML'],
])('%s is refused with its file and line', async (_, lines, named) => {
  const { exitCode, error } = await pack(lines)
  expect(exitCode).toBe(1)
  expect(error.message).toMatch(/pyproject\.toml:\d+/)
  expect(`${error.message} ${error.hint ?? ''}`).toContain(named)
})

test('a missing manifest is refused by its name', async () => {
  const done = await flavor(['pack', '--manifest', join(scratch(), 'pyproject.toml')])
  expect(done.exitCode).toBe(1)
  expect(done.stderr).toMatch(/error\[[A-Z_]+\].*pyproject\.toml/)
})

test('an unresolvable dependency is named', async () => {
  const { exitCode, error } = await pack(with_('dependencies', 'dependencies = ["certifi==0.0.0.1"]'))
  expect([1, 4]).toContain(exitCode)
  expect(`${error.message} ${error.hint ?? ''}`).toContain('certifi')
})

test('without a network it says so, with the exit code for that', async () => {
  const nowhere = 'http://127.0.0.1:9/simple'
  const env = {
    UV_INDEX_URL: nowhere,
    UV_DEFAULT_INDEX: nowhere,
    PIP_INDEX_URL: nowhere,
    UV_CACHE_DIR: scratch(),
    FLAVOR_CACHE: scratch(),
  }
  const { exitCode, error } = await pack(with_('dependencies', 'dependencies = ["certifi>=2024"]'), env)
  expect(exitCode).toBe(4)
  expect(error.hint).toBeTruthy()
})
