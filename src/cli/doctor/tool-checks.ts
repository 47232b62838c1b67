import { runCommand } from '../../tools/run-command.ts'
import { searchPath } from '../../tools/search-path.ts'
import type { Environment, ToolContext } from '../../tools/tool.ts'
import { findInstalledUv } from '../../tools/uv.ts'
import { type Check, failedCheck } from './check.ts'

/** Nothing is fetched: without an uv it is only said that `pack` would. */
export async function uvCheck(context: ToolContext): Promise<Check> {
  try {
    const uv = await findInstalledUv(context)
    if (uv !== undefined) return { name: 'uv', status: 'ok', detail: `${uv.version}, ${uv.command.join(' ')}` }
  } catch (error) {
    return failedCheck('uv', error)
  }
  const detail = 'not installed; the first `flavor pack` of a Python project fetches a pinned one through pip'
  const hint = 'install uv, or name one in FLAVOR_UV, to pack without that'
  return { name: 'uv', status: 'warn', detail, hint }
}

/** Only packing needs a Python of the machine, and only where none can be had from uv. */
export async function pythonCheck(environment: Environment): Promise<Check> {
  for (const program of ['python3', 'python'].flatMap(name => searchPath(name, environment))) {
    // Version managers put stubs on PATH that run nothing.
    const { ok, stdout } = await runCommand([program], ['--version'], { environment })
    if (ok) return { name: 'python', status: 'ok', detail: `${stdout.trim().replace(/^Python /, '')}, ${program}` }
  }
  const hint = 'packing Python needs one that uv can fetch, or one that `--python PATH` names'
  return { name: 'python', status: 'warn', detail: 'none on PATH', hint }
}
