import type { ToolContext } from '../../../tools/tool.ts'
import { ToolError } from '../../../tools/tool-error.ts'
import { findUv } from '../../../tools/uv.ts'
import { type InstalledPython, probePython } from './installed-python.ts'
import { InterpreterError } from './interpreter-error.ts'
import type { InterpreterRequest } from './interpreter-request.ts'
import type { InterpreterTree } from './interpreter-tree.ts'
import { findPathPython } from './path-python.ts'
import { checkSpecifier, checkVersion, defaultRequest, serves } from './python-version.ts'
import { preparedInterpreter, relocateInterpreter } from './relocated-tree.ts'
import { installUvPython } from './uv-python.ts'

/**
 * The interpreter that a package ships. The context's `onStep` is told which one it became and why.
 * @throws InterpreterError, ToolError
 */
export async function provideInterpreter(request: InterpreterRequest, context: ToolContext): Promise<InterpreterTree> {
  checkSpecifier(request.requiresPython)
  const spec = narrowToLocked(request)
  const tree = findPrepared(request, context) ?? (await provideTree(spec, request, context))
  checkLocked(tree, request)
  context.onStep?.(`interpreter: ${tree.provider === 'uv' ? 'uv-managed' : 'vendored'} CPython ${tree.version}`)
  for (const note of tree.notes) context.onStep?.(`interpreter: ${note}`)
  return tree
}

/** What the lock names, where it lies in the cache already. A Python that was asked for by its path is looked at. */
function findPrepared({ spec, locked, libraries, requiresPython }: InterpreterRequest, context: ToolContext) {
  if (locked === undefined || !serves(locked.version, requiresPython)) return undefined
  const isAsked =
    spec.provider === 'default' ||
    (spec.provider === 'uv' && locked.provider === 'uv' && `${locked.version}.`.startsWith(`${spec.version}.`))
  return isAsked ? preparedInterpreter(locked, libraries ?? [], context) : undefined
}

async function provideTree(
  spec: InterpreterRequest['spec'],
  request: InterpreterRequest,
  context: ToolContext,
): Promise<InterpreterTree> {
  switch (spec.provider) {
    case 'uv':
      return await provideManaged(spec.version, false, request, context)
    case 'vendored':
      return await vendor(await probePython(spec.path, context.environment), spec.path, request, context)
    case 'default':
      return await provideDefault(request, context)
  }
}

/** uv-managed if it can be had, else vendored. A wrong hash is no reason to look elsewhere: it is a reason to stop. */
async function provideDefault(request: InterpreterRequest, context: ToolContext): Promise<InterpreterTree> {
  const { environment } = context
  const { locked, requiresPython } = request
  if (locked?.provider !== 'vendored') {
    try {
      return await provideManaged(defaultRequest(requiresPython), true, request, context)
    } catch (error) {
      if (!isOutOfReach(error)) throw error
      context.onStep?.(`no uv-managed interpreter: ${error.message}`)
    }
  }
  const python = await findPathPython(requiresPython, locked?.version, environment)
  return await vendor(python, python.executable, request, context)
}

async function provideManaged(
  version: string,
  isOptional: boolean,
  request: InterpreterRequest,
  context: ToolContext,
): Promise<InterpreterTree> {
  const uv = await findUv(context)
  const directory = request.directory === undefined ? {} : { directory: request.directory }
  const path = await installUvPython({ version, isOptional, ...directory }, uv, context)
  const python = await probePython(path, context.environment)
  checkVersion(python.version, request.requiresPython, `uv:${version}`)
  return await relocateInterpreter({ provider: 'uv', python, libraries: request.libraries ?? [] }, context)
}

async function vendor(
  python: InstalledPython,
  where: string,
  request: InterpreterRequest,
  context: ToolContext,
): Promise<InterpreterTree> {
  checkVersion(python.version, request.requiresPython, where)
  if (python.system !== 'linux') {
    const message = `${where}: is a Python for ${python.system}, and an interpreter can be vendored on linux only`
    const hint = 'use a uv-managed one: `--python uv:3.12`'
    throw new InterpreterError('INTERPRETER_PLATFORM', message, { file: where, got: python.system }, { hint })
  }
  return await relocateInterpreter({ provider: 'vendored', python, libraries: request.libraries ?? [] }, context)
}

/** A default that flavor.lock has settled asks for that provider and version. */
function narrowToLocked(request: InterpreterRequest): InterpreterRequest['spec'] {
  const { locked, spec } = request
  if (locked?.provider === 'uv' && spec.provider === 'default') return { provider: 'uv', version: locked.version }
  return spec
}

function checkLocked(tree: InterpreterTree, request: InterpreterRequest): void {
  const { locked } = request
  if (locked === undefined) return
  const libraries = Object.entries(locked.libraries ?? {}).filter(([soname]) => tree.libraries[soname] !== undefined)
  const pairs: [field: string, got: string | undefined, want: string][] = [
    ['provider', tree.provider, locked.provider],
    ['version', tree.version, locked.version],
    ['sha256', tree.sha256, locked.sha256],
    ...libraries.map(([soname, hash]): [string, string | undefined, string] => [soname, tree.libraries[soname], hash]),
  ]
  for (const [field, got = 'none', want] of pairs) {
    if (got === want) continue
    const message = `flavor.lock: interpreter ${field} is ${want}, but what was found has ${got}`
    const hint = 'provide that interpreter again, or accept this one with --update-lock'
    const detail = { file: 'flavor.lock', field, got, want }
    throw new InterpreterError('INTERPRETER_LOCKED', message, detail, { hint })
  }
}

function isOutOfReach(error: unknown): error is ToolError | InterpreterError {
  if (error instanceof ToolError) return error.code === 'TOOL_NOT_FOUND' || error.code === 'TOOL_DOWNLOAD'
  if (!(error instanceof InterpreterError)) return false
  return error.code === 'INTERPRETER_NOT_FOUND' || error.code === 'INTERPRETER_DOWNLOAD'
}
