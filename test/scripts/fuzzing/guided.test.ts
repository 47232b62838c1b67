import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mutateBytes } from '../../../scripts/fuzzing/byte-mutation.ts'
import { GuidedFuzzer } from '../../../scripts/fuzzing/guided.ts'
import { mendGzip, mendSeal, mendTar, mendTrailer } from '../../../scripts/fuzzing/mending.ts'
import { packInputs, unpackInputs } from '../../../scripts/fuzzing/saved-corpus.ts'
import { seedsFromVectors } from '../../../scripts/fuzzing/seeds.ts'
import { TARGETS, type Target } from '../../../scripts/fuzzing/targets.ts'
import { loadVectors, ROOT } from '../../spec/vectors.ts'

const SEEDS = seedsFromVectors(join(ROOT, '../..'))

/** A reader with a mistake behind a code that only some inputs reach. */
const BROKEN: Target = {
  name: 'broken',
  isNative: false,
  longest: 16,
  words: [],
  mutate: mutateBytes,
  answer: async bytes => {
    if (bytes[0] !== 7) return 'FIRST'
    if (bytes.length < 5) return 'SHORT'
    throw new TypeError('the mistake')
  },
}

test('keeps inputs with new answers, gets through them to the mistake, and tells the input that shows it', async () => {
  const findings: [Uint8Array, string][] = []
  const fuzzer = new GuidedFuzzer(BROKEN, undefined, 1, {
    onInput: () => {},
    onFound: () => {},
    onFinding: (bytes, what) => findings.push([bytes, what]),
  })
  const isOver = () => findings.length > 0 || fuzzer.totals.executions > 100_000
  await fuzzer.replay([Uint8Array.of(1)], isOver)
  await fuzzer.explore(isOver)
  expect(findings[0]?.[0][0]).toBe(7)
  expect(findings[0]?.[1]).toContain('TypeError: the mistake')
})

test('every target begins with inputs, of which some are accepted', async () => {
  for (const target of TARGETS) {
    const seeds = SEEDS.get(target.name) ?? []
    const answers = new Set<string>()
    for (const seed of seeds.slice(0, 200)) {
      const answer = await target.answer(seed).catch(error => `${error}`)
      answers.add(answer.split(/[ \n]/, 1)[0] ?? '')
    }
    expect([...answers], target.name).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(ok|true|flavor-workenv)$/)]),
    )
  }
})

test('what was mended is what the readers expect', () => {
  const good = (id: string) => SEEDS.get(id.split('/', 1)[0] ?? '') ?? []
  expect(loadVectors().length).toBeGreaterThan(100)
  for (const [target, mend] of [
    ['trailer', mendTrailer],
    ['gzip', mendGzip],
    ['tar', mendTar],
    ['seal', mendSeal],
  ] as const) {
    const accepted = good(target).filter(bytes => Buffer.compare(mend(bytes), bytes) === 0)
    expect(accepted.length, target).toBeGreaterThan(0)
  }
})

test('a saved corpus is what was saved', () => {
  const inputs = [new Uint8Array(), Uint8Array.of(1, 2, 3), Buffer.from('x'.repeat(300))]
  expect(unpackInputs(packInputs(inputs)).map(bytes => Buffer.from(bytes))).toEqual(
    inputs.map(bytes => Buffer.from(bytes)),
  )
})
