import { writeSync } from 'node:fs'
import { callOpensslDirectly } from '../../src/crypto/openssl.ts'
import { runLauncher } from '../../src/launch/run-launcher.ts'

/** Writes at once: streams would first have to be set up, and would end with the process. */
function writer(fd: number): (text: string) => void {
  return text => {
    try {
      writeSync(fd, text)
    } catch {
      // Nobody listens; the exit status still tells.
    }
  }
}

callOpensslDirectly()
runLauncher({
  execPath: process.execPath,
  // The first element is always the executable; the second is argv[0] as it was typed.
  argv: process.argv.slice(1),
  environment: process.env,
  io: {
    stdout: writer(1),
    stderr: writer(2),
    // Loaded when it is needed: node:tty brings half of the network with it.
    isTerminal: () => process.getBuiltinModule('node:tty').isatty(2),
    now: () => Number(process.hrtime.bigint()) / 1e6,
  },
}).then(status => {
  process.exitCode = status
})
