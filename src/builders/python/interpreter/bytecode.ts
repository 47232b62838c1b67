import { availableParallelism } from 'node:os'
import * as v from 'valibot'
import { lastLines, runCommand } from '../../../tools/run-command.ts'
import { InterpreterError } from './interpreter-error.ts'

/**
 * Each batch is compiled in a fork of the same process. compileall is not reproducible on 3.10 and 3.13: whether marshal marks an object
 * as shared depends on which strings the process holds from the files before, and so on how they were spread over its workers. Here a
 * file has the same ones before it however many processors there are; a fork per file would double the cost.
 */
const SCRIPT = `
import json, os, py_compile, sys, traceback
root, jobs, skipped, directories = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4:]
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
BATCH = 24
running, failed = {}, []

def sources():
    for directory in directories:
        for place, names, files in os.walk(directory):
            names[:] = sorted(name for name in names if name != '__pycache__' and os.path.join(place, name) not in skipped)
            for name in sorted(files):
                path = os.path.join(place, name)
                if name.endswith('.py') and path not in skipped and os.path.isfile(path) and not os.path.islink(path):
                    yield path

def compile_batch(paths, output):
    try:
        for path in paths:
            name = os.path.relpath(path, root)
            try:
                py_compile.compile(path, dfile=name, doraise=True, invalidation_mode=mode)
            except (py_compile.PyCompileError, ValueError):
                os.write(output, os.fsencode(name) + b'\\0')
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)

def start(paths):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        compile_batch(paths, writer)
    os.close(writer)
    running[pid] = reader

def finish():
    pid, status = os.wait()
    with open(running.pop(pid), 'rb') as report:
        failed.extend(os.fsdecode(name) for name in report.read().split(b'\\0') if name)
    if status != 0:
        sys.exit('compiling ended with status %d' % status)

every = list(sources())
for position in range(0, len(every), BATCH):
    if len(running) >= jobs:
        finish()
    start(every[position:position + BATCH])
while running:
    finish()
print(json.dumps(sorted(failed)))
`

export interface BytecodeRequest {
  /** The executable of the interpreter that will load the bytecode. */
  readonly python: string
  /** What the paths in the bytecode are relative to: the root of the slot. */
  readonly root: string
  /** Directories whose Python files are compiled, below `root`. */
  readonly directories: readonly string[]
  /** Directories and files below those that stay as they are. */
  readonly skip?: readonly string[]
}

/**
 * Compiles Python files with unchecked hashes: the bytecode names neither a time nor a place, and a run never looks at the sources. The
 * same files give the same bytes, wherever they lie and however many processors there are. Paths in the bytecode are relative to the
 * root; Python replaces them by the real ones when it loads a module whose source lies beside, so tracebacks show the lines.
 * @returns the files, relative to the root, that are not valid Python (templates, code for other versions): they stay as they are
 * @throws InterpreterError INTERPRETER_PREPARE
 */
export async function compileBytecode(request: BytecodeRequest): Promise<string[]> {
  const { python, root, directories, skip = [] } = request
  // Not -I, which would take PYTHONHASHSEED with it: before 3.11 the order of sets went into the bytecode.
  const command = [python, '-S', '-s', '-B', '-W', 'ignore', '-c', SCRIPT] as const
  const result = await runCommand(command, [root, `${availableParallelism()}`, JSON.stringify(skip), ...directories], {
    environment: { LC_ALL: 'C.UTF-8', PYTHONHASHSEED: '0' },
    directory: root,
  })
  const failed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(v.string())), result.stdout)
  if (result.ok && failed.success) return failed.output
  const reason = lastLines(result.stderr)
  const message = `${python}: cannot compile the Python files: ${reason}`
  throw new InterpreterError('INTERPRETER_PREPARE', message, { file: python, got: reason })
}
