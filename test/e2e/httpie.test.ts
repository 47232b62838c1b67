import { copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareRoot, missing, runHidden } from '../support/machines.ts'
import { flavor, type PackedApp, packFixture } from '../support/packed-app.ts'

/** CPython falls back silently to the prefix that it was built for, so every such place is hidden from what runs. */
const PREFIXES = [join(homedir(), '.pyenv'), '/usr/lib/python3', '/usr/lib/python3.11', '/usr/local/lib']
/** A user whose place in /var/tmp holds nothing from another run. */
const SOMEBODY = 40_000 + (process.pid % 20_000)
const unable = missing('linux', 'root', 'unshare')

let app: PackedApp
let server: Server
let url: string

beforeAll(async () => {
  app = await packFixture('httpie-app')
  server = createServer((request, response) => {
    const body: Buffer[] = []
    request.on('data', chunk => body.push(chunk))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ method: request.method, url: request.url, body: Buffer.concat(body).toString() }))
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hello`
})

afterAll(() => {
  server?.close()
  rmSync(`/var/tmp/flavor-${SOMEBODY}`, { recursive: true, force: true })
  app?.remove()
})

test('verifies deeply, and inspect names what will run', async () => {
  const verified = await flavor(['verify', '--deep', app.path, '--json'])
  expect(verified.exitCode).toBe(0)
  expect(JSON.parse(verified.stdout)).toMatchObject({ deep: true })
  const inspected = await flavor(['inspect', app.path])
  expect(inspected.stdout).toContain('httpie-app')
})

test.skipIf(unable)(
  `(a) runs under an empty environment with every Python hidden${unable ? `: ${unable}` : ''}`,
  async () => {
    const env = { FLAVOR_CACHE: join(app.directory, 'cache-a') }
    const version = await runHidden(app.path, { args: ['--version'], env, hide: PREFIXES })
    expect(version).toMatchObject({ exitCode: 0, stdout: '3.2.4\n', stderr: '' })
    const got = await runHidden(app.path, { args: ['--ignore-stdin', 'GET', url], env, hide: PREFIXES })
    expect(JSON.parse(got.stdout)).toMatchObject({ method: 'GET', url: '/hello' })
  },
)

test.skipIf(unable)(`(b) runs as another user without a home${unable ? `: ${unable}` : ''}`, async () => {
  const env = { HOME: '/nonexistent', PATH: '/usr/bin:/bin' }
  const options = { args: ['--ignore-stdin', url], env, hide: PREFIXES, uid: SOMEBODY, cwd: '/' }
  const first = await runHidden(app.path, options)
  expect(first.exitCode).toBe(0)
  expect(first.stderr).toMatch(/^flavor: warn/)
  expect(JSON.parse(first.stdout)).toMatchObject({ method: 'GET' })
})

test.skipIf(unable)(`(c) runs in a root that holds nothing but a C library${unable ? `: ${unable}` : ''}`, async () => {
  const root = bareRoot(join(app.directory, 'root'), app.path)
  // httpie itself asks for a home, and this root has no user database that could name one.
  const run = (args: string[]) =>
    execa('env', ['-i', 'HOME=/tmp', '/usr/sbin/chroot', root, '/app', ...args], { reject: false, stdin: 'ignore' })
  expect(await run(['--version'])).toMatchObject({ exitCode: 0, stdout: '3.2.4' })
  const got = await run(['--ignore-stdin', url])
  expect(JSON.parse(got.stdout)).toMatchObject({ method: 'GET', url: '/hello' })
})

test('(d) runs through a symlink, from another directory, with any arguments', async () => {
  const link = join(app.directory, 'a link to http')
  symlinkSync(app.path, link)
  const elsewhere = join(app.directory, 'else where')
  mkdirSync(elsewhere)
  const value = 'a b "c" \'d\'\n\té 日本 $HOME `x` \\'
  const env = { FLAVOR_CACHE: join(app.directory, 'cache-d'), PATH: '/usr/bin:/bin' }
  const args = ['--ignore-stdin', 'POST', url, `field=${value}`, 'empty=']
  const got = await execa(link, args, { cwd: elsewhere, env, extendEnv: false, reject: false })
  expect(got.stderr).toBe('')
  expect(JSON.parse(JSON.parse(got.stdout).body)).toEqual({ field: value, empty: '' })
})

test('(f) reads its standard input', async () => {
  const env = { FLAVOR_CACHE: join(app.directory, 'cache-d'), PATH: '/usr/bin:/bin' }
  const got = await execa(app.path, ['POST', url], { input: '{"from":"stdin"}', env, extendEnv: false, reject: false })
  expect(JSON.parse(JSON.parse(got.stdout).body)).toEqual({ from: 'stdin' })
})

test('a copy under another name is the same package, in the same work environment', async () => {
  const copy = join(app.directory, 'bin/other-name')
  copyFileSync(app.path, copy)
  const env = { FLAVOR_CACHE: join(app.directory, 'cache-d'), PATH: '/usr/bin:/bin', FLAVOR_LOG_LEVEL: 'info' }
  const got = await execa(copy, ['--version'], { env, extendEnv: false, reject: false })
  expect(got).toMatchObject({ exitCode: 0, stdout: '3.2.4' })
})
