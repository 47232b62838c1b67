import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'

test('a platform that nobody knows is a usage error, before anything is built', async () => {
  const { exit, stderr } = await runInProcess(['helpers', 'build', '--platform', 'linux-arm64', '--json'])
  expect(exit).toBe(2)
  expect(JSON.parse(stderr)).toMatchObject({ code: 'FLAG_VALUE', hint: 'did you mean linux_arm64?' })
})
