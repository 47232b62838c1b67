import { describe, expect, test } from 'vitest'
import { chooseCommand } from '../../src/manifest/choose-command.ts'
import { refusal } from './manifests.ts'

const source = {
  path: 'pyproject.toml',
  text: '[project]\n[project.scripts]\n[tool.flavor]\nentry_point = "x"\n',
  syntax: 'toml' as const,
}

function choose(scripts: Record<string, string>, entryPoint?: string, names = ['my-app', 'app']) {
  return chooseCommand({ scripts: new Map(Object.entries(scripts)), entryPoint, names }, source)
}

describe('the default command', () => {
  test.each([
    ['the only script', { run: 'a:b' }, undefined, 'run'],
    ['the one named like the package', { other: 'a:b', 'my-app': 'a:c' }, undefined, 'my-app'],
    ['however the name is spelled', { other: 'a:b', My_App: 'a:c' }, undefined, 'My_App'],
    ['the package before the distribution', { app: 'a:b', 'my-app': 'a:c' }, undefined, 'my-app'],
    ['the distribution', { app: 'a:b', other: 'a:c' }, undefined, 'app'],
    ['the script that the entry point names', { app: 'a:b', other: 'a:c' }, 'other', 'other'],
    ['the script that runs what the entry point names', { app: 'a:b', other: 'a : c' }, 'a:c', 'other'],
  ])('%s', (_, scripts, entryPoint, expected) => {
    expect(choose(scripts, entryPoint).defaultScript).toBe(expected)
  })

  test('an entry point that no script runs becomes a script named like the package', () => {
    const { scripts, defaultScript } = choose({ other: 'a:b' }, 'x.y:main')
    expect(defaultScript).toBe('my-app')
    expect(scripts).toEqual(
      new Map([
        ['other', 'a:b'],
        ['my-app', 'x.y:main'],
      ]),
    )
  })
})

describe('what leaves it open is refused', () => {
  test.each([
    ['nothing to run', {}, undefined, '2:1', 'project.scripts'],
    [
      'several scripts, none of them named like the package',
      { one: 'a:b', two: 'a:c' },
      undefined,
      '2:1',
      'project.scripts',
    ],
    [
      'an entry point that is neither a function nor a script',
      { one: 'a:b' },
      'two',
      '4:15',
      'tool.flavor.entry_point',
    ],
    [
      'an entry point against the script of the same name',
      { 'my-app': 'a:b' },
      'c:d',
      '4:15',
      'tool.flavor.entry_point',
    ],
  ])('%s', (_, scripts, entryPoint, at, field) => {
    expect(refusal(() => choose(scripts, entryPoint))).toMatchObject({ code: 'MANIFEST_COMMAND', at, field })
  })
})
