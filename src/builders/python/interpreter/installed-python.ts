import * as v from 'valibot'
import { lastLines, runCommand } from '../../../tools/run-command.ts'
import { isProgram } from '../../../tools/search-path.ts'
import type { Environment } from '../../../tools/tool.ts'
import { InterpreterError } from './interpreter-error.ts'

/**
 * Run with -I -S: neither variables, nor the user's site-packages, nor the machine's sitecustomize have a say. A virtual environment
 * answers with the installation that it is based on.
 */
const PROBE = `
import json, os, sys, sysconfig
short = 'python%d.%d' % sys.version_info[:2] + getattr(sys, 'abiflags', '')
named = os.path.join(sys.base_exec_prefix, 'bin', short)
own = getattr(sys, '_base_executable', None) or sys.executable
dynload = os.path.join(sys.base_exec_prefix, getattr(sys, 'platlibdir', 'lib'), short, 'lib-dynload')
try:
    data = __import__(sysconfig._get_sysconfigdata_name()).build_time_vars
except Exception:
    data = {}
json.dump({
    'implementation': sys.implementation.name,
    'version': '%d.%d.%d' % sys.version_info[:3],
    'release': sys.version_info[3],
    'abiflags': getattr(sys, 'abiflags', ''),
    'cacheTag': sys.implementation.cache_tag or '',
    'soabi': sysconfig.get_config_var('SOABI') or '',
    'platform': sysconfig.get_platform(),
    'system': sys.platform,
    'executable': os.path.realpath(named if os.path.isfile(named) else own),
    'prefix': sys.base_prefix,
    'execPrefix': sys.base_exec_prefix,
    'stdlib': os.path.dirname(os.__file__),
    'dynload': dynload if os.path.isdir(dynload) else None,
    'configName': sysconfig._get_sysconfigdata_name() + '.py' if data else None,
    'config': {key: value for key, value in data.items() if isinstance(value, (str, int))},
}, sys.stdout)
`

const text = v.string()
const ProbeSchema = v.object({
  implementation: text,
  version: v.pipe(text, v.regex(/^\d+\.\d+\.\d+$/)),
  release: text,
  abiflags: text,
  cacheTag: text,
  soabi: text,
  platform: text,
  system: text,
  executable: text,
  prefix: text,
  execPrefix: text,
  stdlib: text,
  dynload: v.nullable(text),
  configName: v.nullable(text),
  config: v.record(text, v.union([text, v.number()])),
})

/** A CPython of this machine, as it describes itself. */
export type InstalledPython = v.InferOutput<typeof ProbeSchema>

/**
 * Asks a Python about itself.
 * @throws InterpreterError INTERPRETER_UNUSABLE
 */
export async function probePython(path: string, environment: Environment): Promise<InstalledPython> {
  if (!isProgram(path)) throw unusable(path, 'no program there')
  const result = await runCommand([path], ['-I', '-S', '-c', PROBE], { environment })
  if (!result.ok) throw unusable(path, lastLines(result.stderr) || `exit status ${result.exitCode}`)
  const answer = v.safeParse(v.pipe(text, v.parseJson(), ProbeSchema), result.stdout)
  if (!answer.success) throw unusable(path, `it describes itself as ${JSON.stringify(result.stdout.slice(0, 80))}`)
  if (answer.output.implementation !== 'cpython') throw unusable(path, `it is ${answer.output.implementation}`)
  return answer.output
}

function unusable(path: string, got: string): InterpreterError {
  const hint = 'name a CPython with `--python /path/to/python` or `--python uv:3.12`'
  const message = `${path}: is no CPython that runs: ${got}`
  return new InterpreterError('INTERPRETER_UNUSABLE', message, { file: path, got }, { hint })
}
