import { expect, test } from 'vitest'
import { runLauncher } from '../../src/launch/run-launcher.ts'

async function run(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const io = {
    stdout: (text: string) => out.push(text),
    stderr: (text: string) => err.push(text),
    isTerminal: () => false,
    now: () => 0,
  }
  const { execPath } = process
  const status = await runLauncher({ execPath, argv: ['./typed', ...args], environment: {}, io })
  return { status, out: out.join(''), err: err.join('') }
}

// The process that runs the tests is a Node without a package: exactly what a bare launcher is.
test('§8.5 a launcher without a package answers --version, and fails with 102 otherwise', async () => {
  expect(await run('--version')).toMatchObject({ status: 0, out: expect.stringContaining('flavor-node-launcher') })
  expect(await run('x')).toMatchObject({ status: 102, out: '', err: expect.stringContaining('error[LAUNCHER_BARE]') })
})

test('§8.5 a bug is one line without a stack', async () => {
  const written: string[] = []
  const broken = () => {
    throw new TypeError('nobody listens')
  }
  const io = { stdout: broken, stderr: (text: string) => written.push(text), isTerminal: () => false, now: () => 0 }
  const status = await runLauncher({ execPath: process.execPath, argv: ['x', '--version'], environment: {}, io })
  expect({ status, lines: written.join('').trim().split('\n') }).toEqual({
    status: 101,
    lines: ['flavor: error[LAUNCH_INTERNAL]: nobody listens', expect.stringMatching(/^flavor: hint: /)],
  })
})
