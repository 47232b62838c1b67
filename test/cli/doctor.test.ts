import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliScript } from '../support/cli-script.ts'
import { runInProcess } from '../support/cli-terminal.ts'
import { undeclaredFields } from '../support/json-fields.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

cliScript('doctor')

function environment() {
  const home = scratch()
  return { HOME: home, FLAVOR_CACHE: join(home, 'cache'), PATH: process.env.PATH ?? '' }
}

test('each thing that packing needs is one line', async () => {
  const { stdout, stderr } = await runInProcess(['doctor', '--json'], { environment: environment() })
  const object = JSON.parse(stdout)
  expect(stderr).toBe('')
  expect(await undeclaredFields(object)).toEqual([])
  const names = object.checks.map((check: { name: string }) => check.name)
  expect(names).toEqual(['node', 'platform', 'libc', 'cache', 'uv', 'python', 'launcher', 'key'])
})

test('a line that fails is exit 1 and says what to do', async () => {
  const { exit, stdout } = await runInProcess(['doctor'], {
    environment: { ...environment(), FLAVOR_UV: '/nonexistent/uv' },
  })
  expect(exit).toBe(1)
  expect(stdout).toMatch(/^fail {2}uv .*FLAVOR_UV.*\n +hint: /m)
})

test('a package is looked at instead of the tools', async () => {
  const directory = scratch()
  const foreign = [{ os: process.platform === 'darwin' ? 'linux' : 'darwin', arch: 'amd64' }] as const
  const plan = { ...samplePlan(join(directory, 'plan')), platforms: foreign }
  const { path } = await writeSample(directory, plan)
  const { exit, stdout } = await runInProcess(['doctor', path], { environment: environment() })
  expect(exit).toBe(1)
  expect(stdout).toMatch(/^ok {4}package +sample 1.2.3, signed$/m)
  expect(stdout).toMatch(/^fail {2}runs here +sample runs on/m)
  expect(stdout).not.toContain('python')
})
