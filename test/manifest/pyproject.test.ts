import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MANIFEST_CODES, ManifestError } from '../../src/manifest/manifest-error.ts'
import { pyproject, refusal } from './manifests.ts'

const MINIMAL = `[project]
name = "app"
version = "1.0"
[project.scripts]
app = "app.cli:main"
`

test('the least that is a project, and what is then assumed', () => {
  expect(pyproject(MINIMAL)).toMatchObject({
    kind: 'python',
    name: 'app',
    distribution: 'app',
    version: '1.0',
    description: '',
    dynamicDependencies: false,
    dependencies: [],
    scripts: new Map([['app', 'app.cli:main']]),
    defaultScript: 'app',
    localDependencies: [],
    extraPackages: [],
    runtimeEnv: { unset: [], pass: [], set: {}, map: {}, isolated: true },
    slots: [],
  })
})

test('every field', () => {
  const project = pyproject(`
[project]
name = "My.App"
dynamic = ["version", "dependencies"]
description = "does things"
requires-python = ">=3.10"
scripts = { one = "a:b" }
gui-scripts.two = "a:c.d [extra]"
[tool.other]
anything = "is none of our business"
[tool.flavor]
entry_point = "two"
package_name = "shadowed"
metadata.package_name = "my-app"
[tool.flavor.build]
dependencies = ["../lib"]
extra_packages = ["rich>=13"]
[tool.flavor.execution.runtime.env]
unset = ["DEBUG_*"]
pass = ["HOME"]
set = { A = "1" }
map = { OLD = "NEW" }
isolated = false
[tool.flavor.python]
interpreter = "uv:3.12"
min_version = "3.11"
max_version = "3.13"
[[tool.flavor.slots]]
id = "config"
source = "config/"
purpose = "configuration"
lifecycle = "persistent"
extract_to = "{workenv}/etc"
permissions = "0644"
operations = "tgz"
platform = "darwin"
[[tool.flavor.slots]]
id = "models"
source = "data/models/"
lifecycle = "lazy"
`)
  expect(project).toMatchObject({
    name: 'my-app',
    distribution: 'My.App',
    description: 'does things',
    requiresPython: '>=3.10,>=3.11,<3.14',
    dynamicDependencies: true,
    defaultScript: 'two',
    localDependencies: ['../lib'],
    extraPackages: ['rich>=13'],
    interpreter: 'uv:3.12',
    runtimeEnv: { unset: ['DEBUG_*'], pass: ['HOME'], set: { A: '1' }, map: { OLD: 'NEW' }, isolated: false },
  })
  expect(project.version).toBeUndefined()
  expect(project.slots).toEqual([
    {
      ...{ id: 'config', source: 'config/', target: 'etc', purpose: 'config', lifecycle: 'persistent' },
      ...{ permissions: 0o644, operations: [0x01, 0x10], platform: 'macos' },
    },
    { id: 'models', source: 'data/models/', target: 'models', purpose: 'data', lifecycle: 'lazy' },
  ])
})

describe('a missing field is named with the line of its table', () => {
  test.each([
    ['project', '', '1:1'],
    ['project', '[tool.x]\n', '1:1'],
    ['project.name', '# a comment\n[project]\nversion = "1"\n', '2:1'],
    ['project.version', '[project]\nname = "app"\n', '1:1'],
    ['tool.flavor.slots[0].id', `${MINIMAL}[[tool.flavor.slots]]\nsource = "x"\n`, '6:1'],
    [
      'tool.flavor.slots[1].source',
      `${MINIMAL}[[tool.flavor.slots]]\nid="a"\nsource="a"\n[[tool.flavor.slots]]\nid = "b"\n`,
      '9:1',
    ],
  ])('%s', (field, text, at) => {
    expect(refusal(() => pyproject(text))).toMatchObject({
      code: 'MANIFEST_MISSING',
      field,
      at,
      hint: expect.any(String),
    })
  })
})

describe('a value of the wrong type is named with its own line', () => {
  test.each([
    ['project', 'project = 5\n', '1:11', '5'],
    ['project.name', '[project]\nname = 5\n', '2:8', '5'],
    ['project.name', '[project]\nname = "-x"\n', '2:8', '"-x"'],
    ['project.version', '[project]\nname = "app"\nversion = 1.0\n', '3:11', '1'],
    [
      'project.scripts.app',
      '[project]\nname = "app"\nversion = "1"\n[project.scripts]\napp = "no-function"\n',
      '5:7',
      '"no-function"',
    ],
    [
      'project.dependencies[1]',
      '[project]\nname = "app"\nversion = "1"\ndependencies = [\n  "a",\n  2,\n]\n',
      '6:3',
      '2',
    ],
    ['tool.flavor.package_name', `${MINIMAL}[tool.flavor]\npackage_name = "a/b"\n`, '7:16', '"a/b"'],
    [
      'tool.flavor.execution.runtime.env.set.A',
      `${MINIMAL}[tool.flavor.execution.runtime.env]\nset = { A = 1 }\n`,
      '7:13',
      '1',
    ],
    [
      'tool.flavor.execution.runtime.env.isolated',
      `${MINIMAL}[tool.flavor.execution.runtime.env]\nisolated = "no"\n`,
      '7:12',
      '"no"',
    ],
    ['tool.flavor.python.version', `${MINIMAL}[tool.flavor.python]\nversion = ">=3"\n`, '7:11', '">=3"'],
    ['tool.flavor.slots', `${MINIMAL}[tool.flavor.slots]\nid = "x"\n`, '6:1', 'a table'],
    [
      'tool.flavor.slots[0].lifecycle',
      `${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\nlifecycle = "lasy"\n`,
      '9:13',
      '"lasy"',
    ],
    [
      'tool.flavor.slots[0].lifecycle',
      `${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\nlifecycle = "init"\n`,
      '9:13',
      'init',
    ],
    [
      'tool.flavor.slots[0].lifecycle',
      `${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\nlifecycle = "platform"\n`,
      '9:13',
      'platform',
    ],
    [
      'tool.flavor.slots[0].permissions',
      `${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\npermissions = "4755"\n`,
      '9:15',
      '"4755"',
    ],
    [
      'tool.flavor.slots[0].target',
      `${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\ntarget = "../x"\n`,
      '9:10',
      '"../x"',
    ],
    [
      'tool.flavor.slots[0].extract_to',
      `${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\ntarget = "x"\nextract_to = "x"\n`,
      '10:14',
      'both',
    ],
  ])('%s', (field, text, at, got) => {
    expect(refusal(() => pyproject(text))).toMatchObject({ code: 'MANIFEST_VALUE', field, at, got })
  })
})

describe('a key that means nothing is refused, with the one that was meant', () => {
  test.each([
    ['tool.flavor.entrypoint', `${MINIMAL}[tool.flavor]\nentrypoint = "a:b"\n`, '7:14', /entry_point/],
    ['tool.flavor.signing', `${MINIMAL}[tool.flavor.signing]\nkey_seed = "x"\n`, '6:1', /entry_point, package_name/],
    ['tool.flavor.build.dependancies', `${MINIMAL}[tool.flavor]\nbuild.dependancies = []\n`, '7:22', /dependencies/],
    [
      'tool.flavor.slots[0].sorce',
      `${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\nsorce = "x"\n`,
      '9:9',
      /source/,
    ],
  ])('%s', (field, text, at, hint) => {
    expect(refusal(() => pyproject(text))).toMatchObject({
      ...{ code: 'MANIFEST_KEY', field, at },
      hint: expect.stringMatching(hint),
    })
  })

  test('other tools and the rest of [project] are not our business', () => {
    expect(pyproject(`${MINIMAL}[project.urls]\nx = "y"\n[tool.flavour]\nx = 1\n`).name).toBe('app')
  })
})

test('a slot cannot ask for an operation that is unknown or that nothing decodes', () => {
  const slot = (operations: string) =>
    refusal(() => pyproject(`${MINIMAL}[[tool.flavor.slots]]\nid = "x"\nsource = "x"\noperations = "${operations}"\n`))
  expect(slot('zip')).toMatchObject({
    code: 'MANIFEST_OPERATION',
    at: '9:14',
    field: 'tool.flavor.slots[0].operations',
  })
  expect(slot('xz')).toMatchObject({ code: 'MANIFEST_OPERATION', at: '9:14' })
  expect(slot('TGZ')).toMatchObject({ code: 'MANIFEST_OPERATION', at: '9:14' })
})

test('what is not TOML is refused with the place', () => {
  expect(refusal(() => pyproject('[project]\nname = app\n'))).toMatchObject({ code: 'MANIFEST_SYNTAX', at: '2:8' })
  expect(refusal(() => pyproject('[project]\nname = "a"\nname = "b"\n'))).toMatchObject({ code: 'MANIFEST_SYNTAX' })
})

test('any values below the known keys give a project or a refusal with a known code, never another error', () => {
  const keys = ['project', 'tool', 'flavor', 'name', 'version', 'scripts', 'slots', 'build', 'id', 'x']
  const scalar = fc.oneof(
    fc.integer({ max: 9 }).map(String),
    fc.boolean().map(String),
    fc.constant('"a:b"'),
    fc.constant('[]'),
  )
  const line = fc.oneof(
    fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 4 }).map(path => `[${path.join('.')}]`),
    fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 4 }).map(path => `[[${path.join('.')}]]`),
    fc.tuple(fc.constantFrom(...keys), scalar).map(([key, value]) => `${key} = ${value}`),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), lines => {
      try {
        pyproject(lines.join('\n'))
      } catch (error) {
        expect(error).toBeInstanceOf(ManifestError)
        expect(Object.keys(MANIFEST_CODES)).toContain((error as ManifestError).code)
        expect((error as ManifestError).detail.line).toMatch(/^\d+$/)
      }
    }),
  )
})
