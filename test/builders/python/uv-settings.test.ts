import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parsePipConfig, translatePip, uvEnvironment } from '../../../src/builders/python/uv-settings.ts'
import { scratch } from '../../support/scratch.ts'

const INDEX = 'http://127.0.0.1:9/simple'

/** A machine whose pip knows an index. */
function machine() {
  const home = scratch()
  const python = join(home, 'bin/python3')
  mkdirSync(join(home, 'bin'))
  mkdirSync(join(home, 'project'))
  writeFileSync(python, `#!/bin/sh\necho "global.index-url='${INDEX}'"\necho "global.timeout='60'"\n`, { mode: 0o755 })
  return { home, project: join(home, 'project'), environment: { PATH: join(home, 'bin'), HOME: home } }
}

test("uv gets the index of the user's pip", async () => {
  const { environment, project } = machine()
  expect(await uvEnvironment(environment, project)).toMatchObject({ UV_DEFAULT_INDEX: INDEX, UV_HTTP_TIMEOUT: '60' })
})

test('what the user has told uv itself comes first', async () => {
  const { environment, project, home } = machine()
  const own = await uvEnvironment({ ...environment, UV_INDEX_URL: 'http://127.0.0.1:8/simple' }, project)
  expect(own.UV_DEFAULT_INDEX).toBeUndefined()
  expect(own.UV_HTTP_TIMEOUT).toBe('60')
  mkdirSync(join(home, '.config/uv'), { recursive: true })
  writeFileSync(join(home, '.config/uv/uv.toml'), 'index-url = "http://127.0.0.1:7/simple"\n')
  expect((await uvEnvironment(environment, project)).UV_DEFAULT_INDEX).toBeUndefined()
})

test('an index in the manifest is one, another table with such a key is none', async () => {
  const { environment, project } = machine()
  writeFileSync(join(project, 'pyproject.toml'), '[tool.other]\nindex = 1\n[tool.uv]\npackage = true\n')
  expect((await uvEnvironment(environment, project)).UV_DEFAULT_INDEX).toBe(INDEX)
  writeFileSync(join(project, 'pyproject.toml'), '[[tool.uv.index]]\nurl = "http://127.0.0.1:6/simple"\n')
  expect((await uvEnvironment(environment, project)).UV_DEFAULT_INDEX).toBeUndefined()
})

test('nothing of the caller steers uv to another environment', async () => {
  const steering = {
    VIRTUAL_ENV: '/v',
    PYTHONPATH: '/p',
    PYTHONHOME: '/h',
    UV_PYTHON: '3.9',
    UV_PROJECT_ENVIRONMENT: '/e',
    UV_LINK_MODE: 'symlink',
  }
  const environment = await uvEnvironment(
    { ...steering, PATH: '/nonexistent', HTTPS_PROXY: 'http://127.0.0.1:5' },
    scratch(),
  )
  for (const name of Object.keys(steering)) expect(environment[name]).toBeUndefined()
  expect(environment).toMatchObject({
    HTTPS_PROXY: 'http://127.0.0.1:5',
    SOURCE_DATE_EPOCH: '315532800',
    PYTHONHASHSEED: '0',
  })
})

test("variables win over sections, and sections over the global one, as in pip's own order", () => {
  const text = "global.cert='/a'\ninstall.cert='/b'\n:env:.cert='/c'\n:env:.no-such=1\nfreeze.cert='/d'\n"
  expect(translatePip(parsePipConfig(text), {}, false)).toEqual({ SSL_CERT_FILE: '/c' })
})

test('several values are separated as uv wants them', () => {
  const settings: [string, string][] = [
    ['extra-index-url', '\nhttp://127.0.0.1:1/\nhttp://127.0.0.1:2/'],
    ['find-links', '/wheels http://127.0.0.1:3/'],
    ['trusted-host', 'a b'],
    ['index-url', ''],
  ]
  expect(translatePip(settings, {}, false)).toEqual({
    UV_INDEX: 'http://127.0.0.1:1/ http://127.0.0.1:2/',
    UV_FIND_LINKS: '/wheels,http://127.0.0.1:3/',
    UV_INSECURE_HOST: 'a b',
  })
  expect(translatePip(settings, { UV_INSECURE_HOST: 'c' }, true)).toEqual({})
})
