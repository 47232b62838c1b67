import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TarMember } from '../../src/codecs/tar-reader.ts'
import { TreeBuilder } from '../../src/package/tree-builder.ts'
import { scratch } from '../support/scratch.ts'

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const file = (path: string, mode: number): TarMember => ({ path, type: 'file', mode, size: 2, body: body('hi') })

test('§6.2 modes are those of the archive, or those of a work environment', async () => {
  for (const readOnly of [false, true]) {
    const root = scratch()
    const builder = new TreeBuilder(root, { where: 'slot 0', readOnly })
    await builder.add({ ...file('d', 0o777), type: 'directory', size: 0, body: body('') })
    await builder.add(file('d/x', 0o775))
    expect(statSync(join(root, 'd')).mode & 0o777).toBe(readOnly ? 0o755 : 0o777)
    expect(statSync(join(root, 'd/x')).mode & 0o777).toBe(readOnly ? 0o555 : 0o775)
    expect(readFileSync(join(root, 'd/x'), 'utf8')).toBe('hi')
    expect(builder.entries.map(entry => [entry.path, entry.mode])).toEqual([
      ['d', 0o755],
      ['d/x', 0o555],
    ])
  }
})

test('a failure of the disk names the file', async () => {
  const builder = new TreeBuilder(join(scratch(), 'missing'), { where: 'slot 0', readOnly: false })
  await expect(builder.add(file('x', 0o644))).rejects.toMatchObject({
    code: 'OUTPUT_WRITE',
    message: expect.stringContaining('x'),
  })
})

test('an error of the archive passes through as it is', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('h')
    throw new Error('cut')
  }
  const builder = new TreeBuilder(scratch(), { where: 'slot 0', readOnly: false })
  await expect(builder.add({ ...file('x', 0o644), body: failing() })).rejects.toThrow('cut')
})
