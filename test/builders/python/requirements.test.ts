import { expect, test } from 'vitest'
import {
  absolutePath,
  formatRequirements,
  normalName,
  parseRequirements,
  portablePath,
  requirementName,
  unpinned,
} from '../../../src/builders/python/requirements.ts'

const HASH = `sha256:${'a'.repeat(64)}`

test('packages with their hashes, over several lines or one', () => {
  const text = `# a comment
a==1.0 \\
    --hash=${HASH} \\
    --hash=sha256:${'0'.repeat(64)}
b[x]==2 ; sys_platform == 'win32' --hash=${HASH}
--index-url http://example.test/simple
`
  expect(parseRequirements(text, '/p')).toEqual({
    packages: [
      { requirement: 'a==1.0', hashes: [`sha256:${'0'.repeat(64)}`, HASH] },
      { requirement: "b[x]==2 ; sys_platform == 'win32'", hashes: [HASH] },
    ],
    directories: [],
  })
})

test('directories of the user, however they are written', () => {
  const text = './libs/a\nlibs/b\n../c ; python_version > "3"\n-e ./libs/d\ne @ file:///f/e\n/g\n.\n'
  const expected = ['/p/libs/a', '/p/libs/b', '/c', '/p/libs/d', '/f/e', '/g', '/p']
  expect(parseRequirements(text, '/p').directories).toEqual(expected)
})

test('a wheel of the user with a hash is a package, and so is one behind a URL', () => {
  const text = `a @ file:///w/a-1-py3-none-any.whl --hash=${HASH}\nb @ http://example.test/b.whl --hash=${HASH}\n`
  expect(parseRequirements(text, '/p')).toMatchObject({
    packages: [{ hashes: [HASH] }, { hashes: [HASH] }],
    directories: [],
  })
})

test('only a hash or a whole commit pins', () => {
  const packages = [
    { requirement: 'a==1', hashes: [HASH] },
    { requirement: `b @ git+ssh://example.test/b@${'c'.repeat(40)}`, hashes: [] },
    { requirement: 'c @ git+ssh://example.test/c@main', hashes: [] },
    { requirement: 'd==1', hashes: [] },
  ]
  expect(unpinned(packages)).toEqual(['c @ git+ssh://example.test/c@main', 'd==1'])
})

test('what was parsed is written again', () => {
  const text = `a==1 --hash=${HASH}\nb==2 ; extra == "x" --hash=${HASH}\n`
  expect(formatRequirements(parseRequirements(text, '/').packages)).toBe(text)
})

test('PEP 503: names that mean the same are the same', () => {
  expect(requirementName('My.Package_x[extra] >=1; marker')).toBe('my-package-x')
  expect(requirementName('a@http://example.test')).toBe('a')
  expect(normalName('A__b.-C')).toBe('a-b-c')
})

test('a path in a lock file is relative, and back again', () => {
  expect(portablePath('/p/libs/a', '/p')).toBe('libs/a')
  expect(portablePath('/q/a', '/p')).toBe('../q/a')
  expect(absolutePath('../q/a', '/p')).toBe('/q/a')
})
