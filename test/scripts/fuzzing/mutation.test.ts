import { expect, test } from 'vitest'
import { agree } from '../../../scripts/fuzzing/agreement.ts'
import { mutateBytes } from '../../../scripts/fuzzing/byte-mutation.ts'
import { Dice } from '../../../scripts/fuzzing/dice.ts'
import { mutatePackage } from '../../../scripts/fuzzing/package-mutation.ts'
import { TARGETS } from '../../../scripts/fuzzing/targets.ts'
import { assemble } from '../../../scripts/vectors/assembler.ts'
import { APP_SLOT } from '../../../scripts/vectors/hostile-package.ts'

const MATERIAL = { corpus: [Buffer.from('other input')], words: [Buffer.from('word')], longest: 100_000 }
const PACKAGE = assemble([APP_SLOT]).file
const answerOf = (name: string) => TARGETS.find(target => target.name === name)?.answer ?? (() => Promise.resolve(''))

test('one seed gives the same changes, another one others', () => {
  const changes = (seed: number) => {
    const dice = new Dice(seed)
    return Array.from({ length: 20 }, () => Buffer.from(mutateBytes(PACKAGE, dice, MATERIAL)).toString('base64'))
  }
  expect(changes(1)).toEqual(changes(1))
  expect(changes(1)).not.toEqual(changes(2))
})

test('changes reach beyond the ends of an input that is empty or has one byte', () => {
  const dice = new Dice(3)
  for (const input of [new Uint8Array(), Uint8Array.of(7)]) {
    const lengths = Array.from({ length: 200 }, () => mutateBytes(input, dice, MATERIAL).length)
    expect(Math.max(...lengths)).toBeGreaterThan(10)
  }
})

test('changed packages get past the signature: most of what is refused is refused behind it', async () => {
  const dice = new Dice(5)
  const answers = new Map<string, number>()
  for (let left = 150; left > 0; left--) {
    const answer = await answerOf('package')(mutatePackage(PACKAGE, dice, MATERIAL))
    const kind = answer.split(' ', 1)[0] ?? ''
    answers.set(kind, (answers.get(kind) ?? 0) + 1)
  }
  const before = ['SIGNATURE_INVALID', 'INDEX_CHECKSUM', 'METADATA_CHECKSUM', 'TRAILER_MAGIC']
  const stopped = before.reduce((sum, code) => sum + (answers.get(code) ?? 0), 0)
  expect(stopped).toBeLessThan(50)
  expect(answers.size).toBeGreaterThan(8)
})

test('an acceptance never agrees with a refusal, nor two refusals of different kinds', () => {
  expect(agree('ok 1', 'ok 1')).toBe(true)
  expect(agree('ok 1', 'ok 2')).toBe(false)
  expect(agree('ok 1', 'GZIP_DATA')).toBe(false)
  expect(agree('TRUNCATED', 'GZIP_DATA')).toBe(true)
  expect(agree('TAR_MODE', 'GZIP_DATA')).toBe(false)
})
