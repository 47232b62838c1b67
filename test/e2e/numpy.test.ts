import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missing, runHidden } from '../support/machines.ts'
import { type PackedApp, packFixture } from '../support/packed-app.ts'

const unable = missing('linux', 'root', 'unshare')
let app: PackedApp

beforeAll(async () => {
  app = await packFixture('numpy-app')
}, 600_000)

afterAll(() => app?.remove())

test.skipIf(unable)(`a C extension with libraries of its own runs${unable ? `: ${unable}` : ''}`, async () => {
  const cache = join(app.directory, 'cache')
  const hide = [join(homedir(), '.pyenv'), '/usr/lib/python3', '/usr/lib/python3.11', '/usr/local/lib']
  const done = await runHidden(app.path, { env: { FLAVOR_CACHE: cache }, hide, args: ['3'] })
  expect(done).toMatchObject({ exitCode: 0, stderr: '' })
  const found = JSON.parse(done.stdout)
  expect(found).toMatchObject({ solution: [0, 0.5, 1], spectrum: [4, 0, 0, 0] })
  expect(found.file).toContain(cache)
})
