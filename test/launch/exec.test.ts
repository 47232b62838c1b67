import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ExecMode } from '../../src/launch/exec.ts'

const EXEC = join(import.meta.dirname, '../../src/launch/exec.ts')
const ERROR = join(import.meta.dirname, '../../src/launch/launch-error.ts')

/** The arguments for a Node that hands over to a program, as a launcher does. */
function launch(mode: ExecMode, program: string, argv: readonly string[]): string[] {
  const call = JSON.stringify({ program, argv, isPackaged: false })
  const hand = mode === 'exec' ? `execProgram(${call}, env)` : `process.exitCode = await spawnProgram(${call}, env)`
  const code = `
    import { execProgram, spawnProgram } from ${JSON.stringify(EXEC)}
    import { asLaunchFailure } from ${JSON.stringify(ERROR)}
    const env = { PATH: '/usr/bin:/bin', X: 'é' }
    try { ${hand} } catch (error) { console.error(asLaunchFailure(error).code); process.exitCode = 99 }`
  return ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', code]
}

const run = (mode: ExecMode, program: string, argv: readonly string[]) =>
  spawnSync(process.execPath, launch(mode, program, argv), { encoding: 'utf8' })

const sh = (mode: ExecMode, script: string, ...args: string[]) =>
  run(mode, '/bin/sh', ['my name', '-c', script, ...args])

describe.runIf(process.platform !== 'win32').each<ExecMode>(['exec', 'spawn'])('§8.1 %s', mode => {
  test.each([0, 1, 42, 255])('passes the exit status %i on', status => {
    expect(sh(mode, `exit ${status}`).status).toBe(status)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGSEGV', 'SIGPIPE', 'SIGUSR1'])(
    'dies by %s as the program does',
    signal => {
      expect(sh(mode, `kill -${signal.slice(3)} $$`).signal).toBe(signal)
    },
  )

  test('§8.2 passes argv[0], the arguments and the environment exactly', () => {
    const args = ['', 'a b', '"q"', "it's", 'é\n', '*']
    const { stdout } = sh(mode, 'printf "<%s>" "$X" "$@"', 'zero', ...args)
    expect(stdout).toBe(['é', ...args].map(text => `<${text}>`).join(''))
    expect(sh(mode, 'cat /proc/$$/cmdline').stdout.split('\0')[0]).toBe('my name')
  })

  test('leaves no signal ignored that was not', () => {
    expect(sh(mode, 'grep SigIgn /proc/$$/status').stdout).toMatch(/SigIgn:\s*0+$/m)
  })

  test('says why a program does not start', () => {
    expect(run(mode, '/nonexistent/x', ['x'])).toMatchObject({ status: 99, stderr: 'PROGRAM_MISSING\n' })
    expect(run(mode, '/tmp', ['x'])).toMatchObject({ status: 99, stderr: 'PROGRAM_REFUSED\n' })
  })

  test('stdin is the one of the program', () => {
    const args = launch(mode, '/bin/cat', ['cat'])
    expect(spawnSync(process.execPath, args, { input: 'a\0b', encoding: 'utf8' }).stdout).toBe('a\0b')
  })
})

describe.runIf(process.platform !== 'win32')('§8.1 spawn', () => {
  test.each(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const)(
    'passes %s on to the program, whose answer counts',
    async signal => {
      const script = `
        process.on('${signal}', () => { console.log('got'); process.exit(7) })
        console.log('ready')
        process.stdin.resume()`
      const child = spawn(process.execPath, launch('spawn', process.execPath, ['node', '--eval', script]))
      let output = ''
      child.stdout.on('data', (bytes: Buffer) => {
        output += bytes.toString()
        if (output === 'ready\n') child.kill(signal)
      })
      const [status] = await once(child, 'close')
      expect({ output, status }).toEqual({ output: 'ready\ngot\n', status: 7 })
    },
  )
})
