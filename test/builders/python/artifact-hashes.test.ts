import { join } from 'node:path'
import { expect, test } from 'vitest'
import { artifactHashes } from '../../../src/builders/python/artifact-hashes.ts'
import { installedDistributions } from '../../../src/builders/python/installed-files.ts'
import { scratch } from '../../support/scratch.ts'
import { distribution, FakeUv, installContext, writeFiles } from './stand-ins.ts'

const hash = (digit: string) => digit.repeat(64)
const wheel = (tags: string, digit: string) =>
  `{ url = "x/lib-2.1-${tags}.whl", hashes = { sha256 = "${hash(digit)}" } }`
const pylock = (wheels: readonly string[], more = '') =>
  `lock-version = "1.0"\n[[packages]]\nname = "Lib"\nversion = "2.1"\n${more}\nwheels = [${wheels.join(', ')}]\n`
const LOCKED = ['a', 'b', 'c'].map(digit => `sha256:${hash(digit)}`)

async function found(tags: readonly string[], answer: string | undefined, hashes: readonly string[] = LOCKED) {
  const site = scratch()
  const lines = tags.map(tag => `Tag: ${tag}\n`).join('')
  writeFiles(site, distribution('lib', '2.1', { 'INFO/WHEEL': `Wheel-Version: 1.0\n${lines}` }))
  const fake = new FakeUv(scratch()).says(answer === undefined ? {} : { compile: answer })
  const packages = [{ requirement: 'lib==2.1', hashes }]
  const result = await artifactHashes(packages, installedDistributions(join(site)), installContext(fake))
  return { hash: result.get('lib'), calls: fake.calls().length }
}

test('the tags of what is installed choose among the files of a version', async () => {
  const wheels = [wheel('cp311-abi3.cp311-manylinux_2_17_x86_64.linux_x86_64', 'a'), wheel('py2.py3-none-any', 'b')]
  expect(await found(['py3-none-any'], pylock(wheels))).toMatchObject({ hash: hash('b') })
  expect(await found(['cp311-cp311-linux_x86_64'], pylock(wheels))).toMatchObject({ hash: hash('a') })
})

test('what has no wheel was built from its source', async () => {
  const source = `sdist = { url = "x/lib-2.1.tar.gz", hashes = { sha256 = "${hash('c')}" } }`
  expect(await found(['py3-none-any'], pylock([], source))).toMatchObject({ hash: hash('c') })
})

test('one hash needs no question', async () => {
  expect(await found(['py3-none-any'], undefined, LOCKED.slice(0, 1))).toEqual({ hash: hash('a'), calls: 0 })
})

test('what stays unclear is left out, and so is a hash that was not locked', async () => {
  const twice = [wheel('py3-none-any', 'a'), wheel('1-py3-none-any', 'b')]
  expect((await found(['py3-none-any'], pylock(twice))).hash).toBeUndefined()
  expect((await found(['cp39-none-any'], pylock(twice))).hash).toBeUndefined()
  expect((await found(['py3-none-any'], pylock([wheel('py3-none-any', 'd')]))).hash).toBeUndefined()
  expect((await found(['py3-none-any'], 'no = [toml')).hash).toBeUndefined()
  expect((await found(['py3-none-any'], undefined)).hash).toBeUndefined()
})
