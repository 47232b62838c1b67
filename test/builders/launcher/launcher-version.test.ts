import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askVersion } from '../../../src/builders/launcher/launcher-version.ts'
import { refusal } from '../../format/refusals.ts'
import { scratch } from '../../support/scratch.ts'

function launcher(script: string): string {
  const path = join(scratch(), 'launcher')
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return path
}

describe.runIf(process.platform !== 'win32')('--version', () => {
  test('is what follows the opening word for word', async () => {
    expect(await askVersion(launcher('echo gadget 1.2 more'), 'gadget 1.2')).toBe('gadget 1.2 more')
    await expect(askVersion(launcher('echo gadget 1.23'), 'gadget 1.2')).rejects.toThrowError(refusal('LAUNCHER_TEST'))
  })

  test('is asked with variables set that make a Node run and read other files', async () => {
    const said = await askVersion(launcher('echo gadget $NODE_OPTIONS $OPENSSL_CONF'), 'gadget')
    expect(said).toMatch(/^gadget --require=\S+injected\.cjs \S+openssl\.cnf$/)
  })

  test('what cannot be started is refused', async () => {
    await expect(askVersion('/nonexistent/launcher', 'x')).rejects.toThrowError(refusal('LAUNCHER_TEST'))
  })
})
