import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { cliScript } from '../support/cli-script.ts'
import { runInProcess } from '../support/cli-terminal.ts'
import { isRunning } from '../support/is-running.ts'
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

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while another program works ends that too, at once, and a former output stays',
  async signal => {
    const directory = scratch()
    const pids = join(directory, 'pids')
    execFileSync('mkfifo', [pids])
    const uv = join(directory, 'uv')
    writeFileSync(
      uv,
      `#!/bin/sh\ncase $1 in --version) echo uv 0.9.0; exit;; esac\nsleep 1000 & echo $$ $! > ${pids}\nwait\n`,
      { mode: 0o755 },
    )
    writeFileSync(
      join(directory, 'pyproject.toml'),
      '[project]\nname = "x"\nversion = "1"\nscripts = { x = "x:main" }\n',
    )
    mkdirSync(join(directory, 'dist'))
    writeFileSync(join(directory, 'dist/x.psp'), 'former')
    const words = ['pack', '-m', join(directory, 'pyproject.toml'), '--python', 'uv:3.12', '--ephemeral']
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/cli/main.ts'), ...words], {
      env: { PATH: process.env.PATH, HOME: directory, FLAVOR_CACHE: join(directory, 'cache'), FLAVOR_UV: uv },
      stdio: 'ignore',
    })
    const exit = once(child, 'exit')
    const started = (await readFile(pids, 'utf8')).trim().split(' ')
    child.kill(signal)
    expect(await exit).toEqual([null, signal])
    for (const pid of started) expect(isRunning(Number(pid)), pid).toBe(false)
    expect(readFileSync(join(directory, 'dist/x.psp'), 'utf8')).toBe('former')
    expect(readdirSync(directory, { recursive: true }).filter(path => /tmp|staging|lock/.test(`${path}`))).toEqual([])
  },
)
