import { expect, test } from 'vitest'
import { sumText } from '../../../src/cli/workenv/list.ts'
import { cliScript } from '../../support/cli-script.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { unpackedSample } from '../../support/unpacked-sample.ts'
import { referenceWorkenv } from '../../workenv/reference-fixture.ts'

// All verbs of the group in one session.
cliScript('workenv')

test('what is unpacked is listed, with its size and its last use', async () => {
  const { environment, key, root } = await unpackedSample()
  const { exit, stdout } = await runInProcess(['workenv', 'list', '--json'], { environment })
  const object = JSON.parse(stdout)
  expect(exit).toBe(0)
  expect(await undeclaredFields(object)).toEqual([])
  const own = object.workenvs.filter((one: { base: string }) => one.base === environment.FLAVOR_CACHE)
  expect(own).toMatchObject([{ id: key, name: 'sample', version: '1.2.3', path: root, state: 'ready', in_use: null }])
  expect(object.bytes).toBeGreaterThanOrEqual(own[0].bytes)
  const text = await runInProcess(['workenv', 'list'], { environment })
  expect(text.stdout).toMatch(new RegExp(`^${key} .* used [0-9.]+ (ms|s|min) `, 'm'))
  expect(text.stderr).toMatch(/^flavor: \d+ work environments?( and \d+ shared slots?)?, [\d.]+ k?M?B\n$/)
  expect((await runInProcess(['workenv', 'list', '-q'], { environment })).stderr).toBe('')
})

test('on a narrow terminal each is two lines, and never in a pipe', async () => {
  const { environment, key } = await unpackedSample()
  const { stdout } = await runInProcess(['workenv', 'list'], { environment, tty: true, columns: 40 })
  expect(stdout).toMatch(new RegExp(`^${key}\\n +[\\d.]+ k?B  used .* ago\\n`, 'm'))
  const piped = await runInProcess(['workenv', 'list'], { environment, columns: 40 })
  expect(piped.stdout).toMatch(new RegExp(`^${key} .* used .* ago$`, 'm'))
})

test('workenv §10.6: those of the reference launchers are marked so', async () => {
  const { environment } = await unpackedSample()
  referenceWorkenv(environment.FLAVOR_CACHE, 'theirs', { complete: false })
  const { stdout } = await runInProcess(['workenv', 'list'], { environment })
  expect(stdout).toMatch(/^workenv\/theirs .* ago +by a reference launcher, unfinished$/m)
})

test('sums are told in words that fit', () => {
  const one = { bytes: 1 } as never
  expect(sumText({ bases: [], workenvs: [], shared: [], bytes: 0 })).toBe('nothing is unpacked')
  expect(sumText({ bases: [], workenvs: [one, one], shared: [one], bytes: 3 })).toBe(
    '2 work environments and 1 shared slot, 3 B',
  )
})
