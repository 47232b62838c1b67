import { appendFileSync, cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { launcherBundle, PREBUILT_BUNDLE } from '../../../src/builders/launcher/launcher-bundle.ts'
import { sha256Hex } from '../../../src/crypto/sha256.ts'
import { installationRoot } from '../../../src/tools/installation.ts'
import { refusal } from '../../format/refusals.ts'
import { scratch } from '../../support/scratch.ts'

/** A second checkout with the same sources and libraries. */
function checkout(): string {
  const root = join(realpathSync(scratch()), 'another place')
  mkdirSync(root)
  for (const name of ['src', 'launchers/node', 'package.json', 'package-lock.json']) {
    cpSync(join(installationRoot(), name), join(root, name), { recursive: true })
  }
  symlinkSync(join(installationRoot(), 'node_modules'), join(root, 'node_modules'))
  return root
}

describe('from a checkout', () => {
  test('the same sources in another directory give the same hash and the same bytes', async () => {
    const [here, there] = [launcherBundle(), launcherBundle(checkout())]
    expect(there.hash).toBe(here.hash)
    const [a, b] = [await here.read(), await there.read()]
    expect(sha256Hex(b)).toBe(sha256Hex(a))
    expect(Buffer.from(a).includes(installationRoot())).toBe(false)
  })

  test.each(['src/launch/exec.ts', 'src/package/extract.ts', 'launchers/node/main.ts', 'package-lock.json'])(
    'a change of %s changes the hash',
    path => {
      const root = checkout()
      const before = launcherBundle(root).hash
      appendFileSync(join(root, path), '\n')
      expect(launcherBundle(root).hash).not.toBe(before)
    },
  )

  test('a change of what no launcher holds does not', () => {
    const root = checkout()
    const before = launcherBundle(root).hash
    appendFileSync(join(root, 'src/cli/main.ts'), '\n')
    expect(launcherBundle(root).hash).toBe(before)
  })

  test('sources that cannot be bundled are told', async () => {
    const root = checkout()
    writeFileSync(join(root, 'launchers/node/main.ts'), 'import "./nothing.ts"')
    await expect(launcherBundle(root).read()).rejects.toThrowError(refusal('LAUNCHER_BUILD'))
  })
})

describe('from an npm package', () => {
  test('the bundle is the file that came with it', async () => {
    const root = scratch()
    const bytes = Buffer.from('// bundle')
    mkdirSync(join(root, PREBUILT_BUNDLE, '..'), { recursive: true })
    writeFileSync(join(root, PREBUILT_BUNDLE), bytes)
    const bundle = launcherBundle(root)
    expect(bundle.hash).toBe(sha256Hex(bytes))
    expect(Buffer.from(await bundle.read()).equals(bytes)).toBe(true)
  })

  test('an installation without it is told', () => {
    expect(() => launcherBundle(scratch())).toThrowError(refusal('LAUNCHER_BUILD'))
  })
})
