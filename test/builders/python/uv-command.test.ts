import { describe, expect, test } from 'vitest'
import { meaningfulLines, registryError, runUv } from '../../../src/builders/python/uv-command.ts'
import { scratch } from '../../support/scratch.ts'
import { FakeUv } from './stand-ins.ts'

const failed = (stderr: string) => ({ ok: false, exitCode: 2, stdout: '', stderr })

describe('REGISTRY_FAILED: trouble on the way to the index', () => {
  test.each([
    'error: Request failed after 3 retries\n  cause: tcp connect error\n  cause: Connection refused (os error 111)',
    'cause: dns error\n cause: failed to lookup address information',
    'error: HTTP status client error (401 Unauthorized) for url (http://example.test/)',
    'cause: invalid peer certificate: UnknownIssuer',
    'hint: Packages were unavailable because network access was disabled',
  ])('%s', text => {
    expect(registryError('app', failed(text))).toMatchObject({ code: 'REGISTRY_FAILED', row: { exit: 4 } })
  })

  test.each(['No solution found when resolving dependencies', 'there is no version of httpie==99'])('not: %s', text => {
    expect(registryError('app', failed(text))).toBeUndefined()
  })
})

test("uv's progress is left out of a message", () => {
  expect(meaningfulLines('Resolved 3 packages in 1ms\n\nerror: no\n  cause: why\nInstalled 2\n')).toBe(
    'error: no\n  cause: why',
  )
})

test('uv runs in the project, with the environment that was made for it', async () => {
  const directory = scratch()
  const fake = new FakeUv(directory).says({ compile: 'a==1\n' })
  expect(await runUv(fake.uv, ['pip', 'compile', 'x'])).toMatchObject({ ok: true, stdout: 'a==1' })
  expect(fake.calls()).toEqual(['pip compile x'])
})
