import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadProject } from '../../src/manifest/load-project.ts'
import { scratch } from '../support/scratch.ts'
import { refusal } from './manifests.ts'

test('the directory of a project is that of its manifest', () => {
  const directory = scratch()
  const manifest = join(directory, 'pyproject.toml')
  writeFileSync(manifest, '[project]\nname = "x"\nversion = "1"\nscripts.x = "x:main"\n')
  expect(loadProject(manifest)).toMatchObject({ kind: 'python', manifest, directory })
})

test('a manifest that is not there, no text, or of no known kind is refused', () => {
  const directory = scratch()
  const binary = join(directory, 'pyproject.toml')
  writeFileSync(binary, new Uint8Array([0x61, 0xff, 0xfe]))
  expect(refusal(() => loadProject(join(directory, 'missing.toml')))).toMatchObject({ code: 'MANIFEST_READ' })
  expect(refusal(() => loadProject(directory))).toMatchObject({ code: 'MANIFEST_READ' })
  expect(refusal(() => loadProject(binary))).toMatchObject({ code: 'MANIFEST_READ' })
  expect(refusal(() => loadProject(join(directory, 'setup.py')))).toMatchObject({ code: 'MANIFEST_READ' })
})
