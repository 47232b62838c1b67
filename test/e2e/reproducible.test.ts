import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missing } from '../support/machines.ts'
import { flavor, PACK_CACHE, ROOT } from '../support/packed-app.ts'

const unable = missing('linux', 'root', 'setpriv')
let directory: string

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'flavor-e2e-reproducible-')))
  chmodSync(directory, 0o755)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** What a package is made from, apart from the interpreter: that is found by another path for another user. */
function project(name: string): string {
  const place = join(directory, name)
  cpSync(join(ROOT, 'fixtures/abilities'), place, { recursive: true })
  return place
}

test.skipIf(unable)(
  `§11 two users in two directories and two time zones pack the same bytes${unable ? `: ${unable}` : ''}`,
  async () => {
    const [one, two] = [project('one'), project('another place')]
    const first = join(directory, 'one.psp')
    const python = ['--python', '/usr/bin/python3']
    const mine = await flavor([
      'pack',
      '--manifest',
      join(one, 'pyproject.toml'),
      '--output',
      first,
      '--key-seed',
      'k',
      '-q',
      ...python,
    ])
    expect({ status: mine.exitCode, said: mine.stderr }).toMatchObject({ status: 0 })

    // The second user has a cache of its own, so that nothing of the first pack is reused but the launcher, which takes long to build.
    const cache = join(directory, 'cache of nobody')
    mkdirSync(cache)
    cpSync(join(PACK_CACHE, 'launchers'), join(cache, 'launchers'), { recursive: true })
    cpSync(join(one, 'flavor.lock'), join(two, 'flavor.lock'))
    execaSync('chown', ['-R', '65534:65534', directory])
    const second = join(two, 'two.psp')
    const env = {
      TZ: 'Asia/Kathmandu',
      LC_ALL: 'C',
      HOME: cache,
      FLAVOR_CACHE: cache,
      XDG_CONFIG_HOME: cache,
      PATH: process.env.PATH ?? '',
    }
    const script = 'umask 077; exec "$@"'
    const args = ['pack', '--manifest', 'pyproject.toml', '--output', second, '--key-seed', 'k', '-q', ...python]
    const user = ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', script, 'sh']
    const theirs = await execa('setpriv', [...user, process.execPath, join(ROOT, 'src/cli/main.ts'), ...args], {
      cwd: two,
      env,
      reject: false,
      stdin: 'ignore',
    })
    expect({ status: theirs.exitCode, said: theirs.stderr }).toMatchObject({ status: 0 })
    expect(Buffer.compare(await readFile(first), await readFile(second))).toBe(0)
  },
  900_000,
)
