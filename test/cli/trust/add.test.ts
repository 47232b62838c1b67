import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'
import { scratch } from '../../support/scratch.ts'
import { ALICE, BOB, pinLine } from '../../support/trust-place.ts'

test('trust §2.3 the lines of a keyring can be handed on as they are', async () => {
  const home = scratch()
  const environment = { HOME: home }
  const line = pinLine(ALICE, 'app,x-*', 'Alice').trim()
  expect(await runInProcess(['trust', 'add', line], { environment })).toMatchObject({ exit: 0 })
  const read = (file: string) => readFileSync(join(home, '.config/flavor/trust', file), 'utf8')
  expect(read('for-app.keys')).toBe(pinLine(ALICE, 'app', 'Alice'))
  expect(read('all.keys')).toBe(pinLine(ALICE, 'x-*', 'Alice'))
  const more = await runInProcess(['trust', 'add', pinLine(BOB, '*').trim(), '--name', 'app'], { environment })
  expect(more.exit).toBe(0)
  expect(read('for-app.keys')).toBe(pinLine(ALICE, 'app', 'Alice') + pinLine(BOB, 'app'))
})

test('without a home there is no place for a keyring', async () => {
  const result = await runInProcess(['trust', 'add', pinLine(ALICE, '*').trim()])
  expect(result).toMatchObject({ exit: 1, stderr: expect.stringContaining('error[NOTHING_THERE]') })
})
