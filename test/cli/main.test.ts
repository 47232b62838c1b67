import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { VERSION } from '../../src/version.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('the exit code of the command line is that of the process', () => {
  expect(run('--version')).toEqual({ status: 0, stdout: `flavor ${VERSION}\n`, stderr: '' })
  expect(run('nothing')).toMatchObject({ status: 2, stdout: '' })
})

test('output to a full disk is a failure that is said', () => {
  const script = `"$0" "$1" --help > /dev/full`
  const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, MAIN], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain('flavor: error[SYSTEM]: ENOSPC')
})
