import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { installationRoot } from '../../../src/tools/installation.ts'
import { scratch } from '../../support/scratch.ts'

const run = (name: string, ...args: string[]) =>
  execa(process.execPath, [join(installationRoot(), `scripts/${name}.ts`), ...args], { reject: false })

test.each(['release', 'launchers'])(
  'scripts/%s: --help says how it is used, and a flag that there is not is named',
  async name => {
    expect(await run(name, '--help')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^usage: /),
      stderr: '',
    })
    const { exitCode, stderr } = await run(name, '--colour')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(new RegExp(`^${name}: .*--colour.*\\n[^]*usage: `))
  },
)

test('a release names what is missing, writes nothing where something lies, and refuses a key that is not there', async () => {
  const directory = scratch()
  expect((await run('release', join(directory, 'out'))).stderr).toContain('expected --private-key or --key-command')
  const there = await run('release', import.meta.dirname, '--private-key', 'x')
  expect(there).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is there already, expected a new') })
  const keyless = await run('release', join(directory, 'out'), '--private-key', join(directory, 'none'))
  expect(keyless.exitCode).toBe(1)
  expect(keyless.stderr).toMatch(/^release: error\[KEY_[A-Z_]+\]: .*none/)
  expect(keyless.stderr).not.toContain('    at ')
})
