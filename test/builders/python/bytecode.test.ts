import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileSite } from '../../../src/builders/python/bytecode.ts'
import { scratch } from '../../support/scratch.ts'
import { FakeUv, installContext, refused, standInInterpreter, writeFiles } from './stand-ins.ts'

const SOURCE = 'def f():\n    """Text."""\n    return {"a", "b", "c"}\n\n\nclass C:\n    x = (1, 2)\n'

async function compile(files: Record<string, string>, onStep = (_: string) => {}): Promise<string> {
  const prefix = scratch()
  writeFiles(prefix, files)
  await compileSite(prefix, 'lib', installContext(new FakeUv(prefix), { onStep }))
  return prefix
}

function bytecode(prefix: string): Buffer {
  const [name = ''] = readdirSync(join(prefix, 'lib/__pycache__'))
  return readFileSync(join(prefix, 'lib/__pycache__', name))
}

test('the bytes depend on no place, and a run never looks at the source', async () => {
  const [one, two] = [await compile({ 'lib/m.py': SOURCE }), await compile({ 'lib/m.py': SOURCE })]
  expect(bytecode(one)).toEqual(bytecode(two))
  expect(bytecode(one).includes(Buffer.from(one))).toBe(false)
  // PEP 552: bit 0 says that there is a hash, bit 1 that it is to be checked.
  expect(bytecode(one).readUInt32LE(4)).toBe(1)
})

test('what is no valid Python is left, and named', async () => {
  const steps: string[] = []
  await compile({ 'lib/good.py': 'x = 1\n', 'lib/template.py': '{{ name }} = = 1\n' }, step => steps.push(step))
  expect(steps.at(-1)).toMatch(/: lib\/template\.py$/)
})

test('BYTECODE_FAILED: an interpreter that does not run', async () => {
  const interpreter = standInInterpreter({ executable: 'bin/missing' })
  const prefix = scratch()
  const context = installContext(new FakeUv(prefix), { interpreter })
  expect(await refused(() => compileSite(prefix, 'lib', context))).toMatchObject({ code: 'BYTECODE_FAILED' })
})
