import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkProvenancePlace, writeFileProvenance } from '../../../src/builders/origin/file-provenance.ts'
import { sha256Hex } from '../../../src/crypto/sha256.ts'
import { openEnvelope } from '../../../src/package/origin/dsse-envelope.ts'
import { parseStatement } from '../../../src/package/origin/provenance-statement.ts'
import { PREDICATE } from '../../support/origin-sample.ts'
import { pipe } from '../../support/pipe.ts'
import { TEST_KEY } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

test('the statement is about the file by its name and hash', async () => {
  const directory = scratch()
  const [subject, path] = [join(directory, 'app'), join(directory, 'app.json')]
  writeFileSync(subject, 'bytes')
  await writeFileProvenance(path, subject, PREDICATE, TEST_KEY)
  const statement = parseStatement(openEnvelope(readFileSync(path), TEST_KEY.publicKey, path), path)
  expect(statement.subject).toEqual([{ name: 'app', digest: { sha256: sha256Hex(Buffer.from('bytes')) } }])
  const wrong = () => writeFileProvenance(join(directory, 'none/x'), subject, PREDICATE, TEST_KEY)
  await expect(wrong()).rejects.toThrow(expect.objectContaining({ code: 'OUTPUT_PLACE' }))
  expect(readdirSync(directory).sort()).toEqual(['app', 'app.json'])
})

test('a place that is the package, a directory or a device is refused', () => {
  const output = join(scratch(), 'app')
  for (const [path, got] of [
    [output, 'the package'],
    [scratch(), 'a directory'],
    [pipe(), 'a pipe'],
  ] as const) {
    expect(() => checkProvenancePlace(path, output)).toThrow(`${path}: is ${got}, expected`)
  }
  expect(() => checkProvenancePlace(`${output}.json`, output)).not.toThrow()
})
