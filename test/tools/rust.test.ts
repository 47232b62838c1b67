import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installationRoot } from '../../src/tools/installation.ts'
import { isNewEnough, listRust, RUST_FLOOR } from '../../src/tools/rust.ts'
import { FAKE_HOST, fakeRust } from '../support/rust-toolchain.ts'
import { scratch } from '../support/scratch.ts'

test('finds every toolchain in the order of PATH, and which has the sources of the standard library', async () => {
  const [one, other] = [fakeRust({ version: '1.80.1' }), fakeRust({ version: '1.97.0', source: true })]
  const found = await listRust({ environment: { PATH: `${one}:${other}:${one}` } })
  expect(found).toMatchObject([
    { version: '1.80.1', cargo: join(one, 'cargo'), hasSource: false },
    { version: '1.97.0', rustc: join(other, 'rustc'), host: FAKE_HOST, hasSource: true },
  ])
  expect(found.map(isNewEnough)).toEqual([false, true])
})

test('a stub of rustup without a toolchain, and a cargo without a rustc, are none', async () => {
  const place = scratch()
  writeFileSync(join(place, 'cargo'), '#!/bin/sh\n', { mode: 0o755 })
  expect(await listRust({ environment: { PATH: place } })).toEqual([])
  writeFileSync(join(place, 'rustc'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  expect(await listRust({ environment: { PATH: place } })).toEqual([])
})

test('the floor is what the crate demands; a later major version is new enough', () => {
  const manifest = readFileSync(join(installationRoot(), 'launchers/native/Cargo.toml'), 'utf8')
  expect(manifest).toContain(`rust-version = "${RUST_FLOOR}"`)
  expect(isNewEnough({ version: '2.0.0' })).toBe(true)
  expect(isNewEnough({ version: '1.94.9' })).toBe(false)
})
