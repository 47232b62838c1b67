import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { cliScript } from '../support/cli-script.ts'
import { runInProcess } from '../support/cli-terminal.ts'
import { fakeLauncher } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

cliScript('pack', {
  launcher: (path = '') => {
    fakeLauncher(dirname(path))
    return basename(path)
  },
  same: (one = '', other = '') => (readFileSync(one).equals(readFileSync(other)) ? 'same bytes' : 'other bytes'),
})

test('the default key is named, and said to be new when it is made', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'data'), 'some data that is long enough')
  const slots = [{ id: 'data', source: join(directory, 'data'), target: 'data' }]
  const manifest = { package: { name: 'x', version: '1' }, execution: { command: '/bin/true' }, slots }
  writeFileSync(join(directory, 'app.json'), JSON.stringify(manifest))
  const environment = { HOME: directory, FLAVOR_CACHE: join(directory, 'cache') }
  const words = ['pack', '-m', join(directory, 'app.json'), '--launcher', fakeLauncher(directory).path]
  const first = await runInProcess(words, { environment })
  const key = join(
    directory,
    process.platform === 'darwin' ? 'Library/Application Support' : '.config',
    'flavor/keys/default',
  )
  expect(first.stdout).toContain(`, ${key} (made just now: keep a copy of it)\n`)
  const second = await runInProcess(words, { environment })
  expect(second.stdout).toContain(`, ${key}\n`)
  const third = JSON.parse((await runInProcess([...words, '--json'], { environment })).stdout)
  expect(third).toMatchObject({ key_kind: 'default', key_path: key, key_created: false })
})

/** Packs something that takes long, and sends a signal once it is being compressed. */
async function interrupted(signal: NodeJS.Signals) {
  const directory = scratch()
  mkdirSync(join(directory, 'dist'))
  writeFileSync(join(directory, 'big'), '')
  truncateSync(join(directory, 'big'), 1024 ** 3)
  const manifest = {
    package: { name: 'big', version: '1' },
    execution: { command: '/bin/true' },
    slots: [{ id: 'big', source: join(directory, 'big'), target: 'big', operations: 'gzip' }],
  }
  writeFileSync(join(directory, 'app.json'), JSON.stringify(manifest))
  const words = [
    'pack',
    '-m',
    join(directory, 'app.json'),
    '--launcher',
    fakeLauncher(directory).path,
    '--key-seed',
    'x',
  ]
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/cli/main.ts'), ...words], {
    env: { PATH: process.env.PATH, HOME: directory, FLAVOR_CACHE: join(directory, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', chunk => {
    stderr += chunk
    if (stderr.includes('compress big')) child.kill(signal)
  })
  const died = await new Promise(resolve => child.on('exit', (code, by) => resolve({ code, by })))
  return { died, stderr, left: readdirSync(directory, { recursive: true }).map(String) }
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it by that signal, and nothing unfinished is left', async signal => {
  const { died, stderr, left } = await interrupted(signal)
  expect(died).toEqual({ code: null, by: signal })
  expect(stderr).not.toContain('error')
  const unfinished = left.filter(path => /tmp|staging|\.psp/.test(path))
  expect(unfinished).toEqual([])
})
