import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { flavor } from '../support/packed-app.ts'
import { missingRust } from '../support/rust-here.ts'
import { scratch } from '../support/scratch.ts'

const unable = await missingRust()
const LAUNCHERS = [
  ['native', nativeLauncher, unable],
  ['node', nodeLauncher, undefined],
] as const

/** A package of one script, with everything that it says of its origin. */
async function packed(launcher: string): Promise<{ directory: string; path: string }> {
  const directory = scratch()
  writeFileSync(join(directory, 'run.sh'), '#!/bin/sh\necho "$@"; env | grep ^FLAVOR_SLOT_ || echo no slots\n')
  const manifest = {
    package: { name: 'told', version: '1' },
    execution: { command: '/bin/sh {workenv}/run.sh' },
    slots: [{ id: 'run', source: '{workenv}/run.sh', target: 'run.sh' }],
  }
  writeFileSync(join(directory, 'app.json'), JSON.stringify(manifest))
  const path = join(directory, 'told')
  const from = ['--manifest', join(directory, 'app.json'), '--workenv-base', directory, '--key-seed', 'test123']
  const done = await flavor(['pack', '-q', ...from, '--launcher', launcher, '-o', path])
  expect({ status: done.exitCode, said: done.stderr }).toMatchObject({ status: 0 })
  return { directory, path }
}

for (const [name, launcher, missing] of LAUNCHERS) {
  const title = `§5.8 the ${name} launcher unpacks nothing that is about the package`
  test.skipIf(missing)(`${title}${missing ? `: ${missing}` : ''}`, async () => {
    const { directory, path } = await packed((await launcher()).path)
    const cache = join(directory, 'cache')
    for (const level of ['standard', 'strict']) {
      const env = { FLAVOR_CACHE: cache, FLAVOR_VALIDATION: level, PATH: '/usr/bin:/bin' }
      const said = await execa(path, ['hello'], { env, extendEnv: false })
      expect(said.stdout).toBe('hello\nno slots')
    }
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' })
    expect(files.filter(name => name.endsWith('root/run.sh'))).toHaveLength(1)
    expect(files.filter(name => /sbom|provenance|\.flavor/.test(name))).toEqual([])
    expect((await flavor(['verify', '--deep', '--json', path])).stdout).toContain('"provenance":{"builder"')
  })
}

test('§5.8 a package of a JSON manifest, for every platform, is reproduced by the commands that packed it', async () => {
  const { directory, path } = await packed('auto')
  const again = ['--manifest', join(directory, 'app.json'), '--workenv-base', directory, '--key-seed', 'test123']
  const done = await flavor(['pack', '-q', '--reproduce', path, ...again])
  expect({ status: done.exitCode, said: done.stdout + done.stderr }).toMatchObject({ status: 0 })
  const forThis = join(directory, 'for-this')
  const platform = `linux_${process.arch === 'x64' ? 'amd64' : 'arm64'}`
  expect((await flavor(['pack', '-q', ...again, '--platform', platform, '-o', forThis])).exitCode).toBe(0)
  const told = await flavor(['pack', '-q', '--reproduce', forThis, ...again])
  expect({ status: told.exitCode, said: told.stdout + told.stderr }).toMatchObject({ status: 0 })
})
