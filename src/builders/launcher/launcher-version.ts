import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastLines, runCommand } from '../../tools/run-command.ts'
import { LauncherError } from './launcher-error.ts'

/**
 * What a launcher of this platform says to `--version`, with variables set that would make a Node run or read something else first.
 * @param opening what the answer has to begin with
 * @throws LauncherError LAUNCHER_TEST
 */
export async function askVersion(path: string, opening: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'flavor-launcher-'))
  try {
    const injected = join(directory, 'injected.cjs')
    writeFileSync(injected, 'process.exit(66)')
    writeFileSync(join(directory, 'openssl.cnf'), 'openssl_conf = missing_section\n')
    const environment = { NODE_OPTIONS: `--require=${injected}`, OPENSSL_CONF: join(directory, 'openssl.cnf') }
    const result = await runCommand([path], ['--version'], { environment })
    if (result.ok && `${result.stdout.trim()} `.startsWith(`${opening} `)) return result.stdout.trim()
    const said = lastLines(`${result.stdout}\n${result.stderr}`)
    const message = `${path}: --version exits with ${result.exitCode ?? 'a signal'} and says ${JSON.stringify(said)}, expected ${opening}`
    throw new LauncherError('LAUNCHER_TEST', message, { file: path, got: said, want: opening })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
