import { realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { A_DAY, markUse, removeLeastRecent } from '../../../files/least-recent.ts'
import { lastLines, runCommand } from '../../../tools/run-command.ts'
import type { Environment, Tool, ToolContext } from '../../../tools/tool.ts'
import { InterpreterError } from './interpreter-error.ts'

/** About 100 MB each. What was prepared of one lies in `interpreters/`, so it is needed seldom. */
const BOUND = { keep: 4, unusedFor: A_DAY }

export interface UvPythonRequest {
  /** A version, or a specifier such as `>=3.10,<3.14`. */
  readonly version: string
  /** Where uv reads its settings (mirrors, custom lists) from. */
  readonly directory?: string
  /** Do not try twice: there is something else to fall back on. */
  readonly isOptional: boolean
}

/**
 * The executable of a uv-managed CPython: one that uv has already, else a fresh one below our cache. Mirrors, lists of downloads,
 * proxies and the offline switch are uv's own settings and stay the user's.
 * @throws InterpreterError INTERPRETER_NOT_FOUND, INTERPRETER_DOWNLOAD, INTERPRETER_HASH
 */
export async function installUvPython(request: UvPythonRequest, uv: Tool, context: ToolContext): Promise<string> {
  const ours = join(context.cacheDirectory, 'uv-python')
  const environment = context.environment
  const inOurs = { ...environment, UV_PYTHON_INSTALL_DIR: environment.UV_PYTHON_INSTALL_DIR ?? ours }
  const known = (await find(request, uv, environment)) ?? (await find(request, uv, inOurs))
  if (known !== undefined) return marked(known, ours)
  context.onStep?.(`fetching CPython ${request.version} with uv`)
  // A refused connection answers at once, and a fallback should too.
  const patience = request.isOptional && environment.UV_HTTP_RETRIES === undefined ? { UV_HTTP_RETRIES: '0' } : {}
  const result = await runUv(['python', 'install', '--no-bin', request.version], request, uv, {
    ...inOurs,
    ...patience,
  })
  if (!result.ok) throw installError(request, result.stderr)
  const installed = await find(request, uv, inOurs)
  if (installed !== undefined) {
    marked(installed, ours)
    removeLeastRecent(ours, BOUND)
    return installed
  }
  throw installError(request, 'uv ended well, but does not find what it installed')
}

/** An installation in our cache is used; uv's own places are its own business. */
function marked(program: string, ours: string): string {
  const inOurs = relative(ours, program)
  if (!inOurs.startsWith('..')) markUse(join(ours, inOurs.split(sep)[0] ?? ''))
  return program
}

async function find(request: UvPythonRequest, uv: Tool, environment: Environment): Promise<string | undefined> {
  const options = ['--managed-python', '--no-python-downloads', '--no-project', '--system']
  const result = await runUv(['python', 'find', ...options, request.version], request, uv, environment)
  // uv names a directory of the minor version, which is a link and may lead to another patch tomorrow.
  return result.ok ? realpathSync(result.stdout.trim()) : undefined
}

function runUv(args: readonly string[], request: UvPythonRequest, uv: Tool, environment: Environment) {
  const directory = request.directory === undefined ? {} : { directory: request.directory }
  return runCommand(uv.command, ['--no-progress', '--color', 'never', ...args], { environment, ...directory })
}

/** uv has one exit status for most of this, so its words decide; an unknown sentence counts as a failed download. */
function installError(request: UvPythonRequest, output: string): InterpreterError {
  const where = `uv-managed Python ${request.version}`
  const reason = lastLines(output, 8)
  if (/hash mismatch/i.test(output)) {
    const hint = 'a mirror or proxy served another file under this name; nothing of it was run'
    return new InterpreterError('INTERPRETER_HASH', `${where}: ${reason}`, { got: reason }, { hint })
  }
  if (/no download found/i.test(output)) {
    const hint = '`uv python list` shows what there is'
    return new InterpreterError('INTERPRETER_NOT_FOUND', `${where}: ${reason}`, { got: reason }, { hint })
  }
  const hint = 'check the network and UV_PYTHON_INSTALL_MIRROR, or vendor one with `--python /path/to/python`'
  return new InterpreterError('INTERPRETER_DOWNLOAD', `${where}: cannot be had: ${reason}`, { got: reason }, { hint })
}
