import { expect, test } from 'vitest'
import type { PackedProject } from '../../src/builders/pack.ts'
import { packObject, packText } from '../../src/cli/pack-report.ts'

const slot = (id: string, origin: boolean) => {
  const facts = { checksum: '', originalSize: 20, tree: '', files: 2, bytes: 20 }
  return { id, size: 10, ...facts, cached: !origin, origin }
}
const PACKED: PackedProject = {
  written: {
    path: '/out/app\u001b',
    size: 9000,
    keyId: '9cd6f6b4b6a956c1',
    contentHash: 'ab',
    launcher: { size: 17, checksum: 'cd' },
    origin: { sbom: 'sbom' },
    slots: [slot('app', false), slot('sbom', true)],
    report: {
      ...{ name: 'app', version: '1', keyId: '9cd6f6b4b6a956c1', size: 9000, launcherCovered: true, deep: false },
      slots: [],
    },
  },
  kind: 'generic',
  launcher: { path: '/l', tool: 'flavor-launcher', toolVersion: '1' },
  signing: { kind: 'seed', created: false },
}

test('slots about the package are told apart from its own', () => {
  const text = packText({ ...PACKED, provenancePath: 'out.json' }, 1500)
  expect(text).toContain('slots     1 slot, 10 B for 20 B, 1 from the cache\n')
  expect(text).toContain('origin    bill of materials, 10 B; of the file, out.json\n')
  expect(text).toContain('file      /out/app\\x1b, 9.00 kB\n')
  expect(packText({ ...PACKED, written: { ...PACKED.written, origin: {} } }, 1)).not.toContain('origin')
})

test('programs get all of them, with the names of those about the package', () => {
  expect(packObject(PACKED, 7)).toMatchObject({
    ...{ type: 'pack', sbom: 'sbom', provenance: null, provenance_path: null, duration: 7 },
    slots: [{ id: 'app', cached: true }, { id: 'sbom' }],
  })
})
