import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { crossRust, hostRust } from '../../../../src/builders/launcher/native/cross-tools.ts'
import { SHIPPED_RUST } from '../../../../src/tools/rust.ts'
import { refusal } from '../../../format/refusals.ts'
import { fakeRust } from '../../../support/rust-toolchain.ts'

const on = (...places: string[]) => ({ cacheDirectory: '/nonexistent', environment: { PATH: places.join(':') } })

describe('the Rust for launchers that ship', () => {
  test('is the pinned one with the sources of its standard library: older and newer ones make other bytes', async () => {
    const plain = fakeRust({ version: SHIPPED_RUST })
    const others = ['1.60.0', '1.99.0'].map(version => fakeRust({ version, source: true }))
    const whole = fakeRust({ version: SHIPPED_RUST, source: true })
    expect(await crossRust(on(plain, ...others, whole))).toMatchObject({ cargo: join(whole, 'cargo') })
  })

  test('is missing: the message says what there is instead, and the hint what installs it', async () => {
    const failure = crossRust(on(fakeRust(), fakeRust({ version: '1.60.0', source: true })))
    await expect(failure).rejects.toMatchObject({
      code: 'LAUNCHER_RUST',
      message: expect.stringMatching(
        /Rust 1\.95\.0 \(.*, without sources\), Rust 1\.60\.0 \(.*\), expected Rust 1\.96\.0 with/,
      ),
      hint: expect.stringContaining('scripts/launchers --setup'),
    })
    await expect(crossRust(on())).rejects.toThrowError(refusal('LAUNCHER_RUST'))
  })
})

describe('the Rust of this machine', () => {
  test('needs no sources, but a C compiler', async () => {
    expect(await hostRust(on(fakeRust({ version: '1.60.0' }), fakeRust()))).toMatchObject({ version: '1.95.0' })
    await expect(hostRust(on(fakeRust({ compiler: false })))).rejects.toMatchObject({
      code: 'LAUNCHER_RUST',
      message: expect.stringContaining('no C compiler'),
    })
  })

  test('is missing or too old: both are said', async () => {
    const message = (text: string) => ({ code: 'LAUNCHER_RUST', message: expect.stringContaining(text) })
    await expect(hostRust(on())).rejects.toMatchObject(message('there is no cargo on PATH'))
    await expect(hostRust(on(fakeRust({ version: '1.60.0' })))).rejects.toMatchObject(message('Rust 1.60.0'))
  })
})
