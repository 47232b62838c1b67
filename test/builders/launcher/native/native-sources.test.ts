import { appendFileSync, cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CRATE_FILES, nativeSources } from '../../../../src/builders/launcher/native/native-sources.ts'
import { installationRoot } from '../../../../src/tools/installation.ts'
import { scratch } from '../../../support/scratch.ts'

function checkout(): string {
  const root = scratch()
  mkdirSync(join(root, 'launchers/native'), { recursive: true })
  for (const name of CRATE_FILES) {
    const path = join('launchers/native', name)
    cpSync(join(installationRoot(), path), join(root, path), { recursive: true })
  }
  return root
}

test('the same crate in another directory has the same hash; what cargo makes there does not count', () => {
  const root = checkout()
  const here = nativeSources()?.hash()
  expect(here).toMatch(/^[0-9a-f]{64}$/)
  mkdirSync(join(root, 'launchers/native/target'))
  writeFileSync(join(root, 'launchers/native/target/something'), '')
  expect(nativeSources(root)?.hash()).toBe(here)
})

test.each(['src/main.rs', 'src/format/layout.rs', 'Cargo.toml', 'aead/src/lib.rs', 'no-unwinding.ld'])(
  'a change of %s changes it',
  path => {
    const root = checkout()
    const sources = nativeSources(root)
    const before = sources?.hash()
    appendFileSync(join(root, 'launchers/native', path), '\n')
    expect(sources?.hash()).not.toBe(before)
  },
)

test('a new name is a change too; without the crate there are none', () => {
  const root = checkout()
  const before = nativeSources(root)?.hash()
  renameSync(join(root, 'launchers/native/src/log.rs'), join(root, 'launchers/native/src/gol.rs'))
  expect(nativeSources(root)?.hash()).not.toBe(before)
  expect(nativeSources(scratch())).toBeUndefined()
})
