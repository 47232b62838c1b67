import type { PackageFile } from '../package/package-file.ts'
import { openPackage } from '../package/package-file.ts'
import type { VerifyReport } from '../package/verify.ts'
import { LaunchError } from './launch-error.ts'
import { handOver, launchPackage } from './launch-package.ts'
import { judgeOpened, type LaunchOptions, openForLaunch, prepareLaunch } from './prepare-launch.ts'

const COMMANDS = {
  info: { usage: 'info', summary: 'what the file holds (also without a command)', run: info },
  verify: { usage: 'verify [--deep]', summary: 'hash everything in the file; --deep also decodes it', run: verify },
  metadata: { usage: 'metadata', summary: 'the signed metadata, as it is', run: metadata },
  extract: { usage: 'extract INDEX DIR', summary: 'unpack one slot into a directory', run: extract },
  prepare: { usage: 'prepare [--lazy]', summary: 'unpack and write to disk; --lazy also lazy slots', run: prepare },
  materialise: { usage: 'materialise ID', summary: 'unpack a lazy slot, and say where it is', run: materialise },
  clean: {
    usage: 'clean',
    summary: 'remove what a first run of it removes: old versions, and what exceeds the limits',
    run: clean,
  },
  run: { usage: 'run [ARGUMENT...]', summary: 'run the program', run },
  python: { usage: 'python [ARGUMENT...]', summary: 'run the Python that the file holds', run: python },
  help: { usage: 'help', summary: 'this list', run: help },
} as const

type Run = (call: CliCall) => Promise<number>

interface CliCall {
  readonly options: LaunchOptions
  /** After the command, without --json. */
  readonly words: readonly string[]
  readonly isJson: boolean
}

/** Spec §8.4: whether FLAVOR_LAUNCHER_CLI asks for the launcher itself and not for the program. */
export function isLauncherCli({ FLAVOR_LAUNCHER_CLI }: LaunchOptions['environment']): boolean {
  return /^(?:1|t|true|on|yes)$/i.test(FLAVOR_LAUNCHER_CLI ?? '')
}

/**
 * Spec §8.4: `FLAVOR_LAUNCHER_CLI=1 FILE COMMAND`. Everything that it prints was checked.
 * @throws LaunchError LAUNCHER_CLI_UNKNOWN, LAUNCHER_CLI_USAGE, and what the command throws
 */
export async function runLauncherCli(options: LaunchOptions): Promise<number> {
  const [name = 'info', ...rest] = options.argv.slice(1)
  const known = name === '--help' || name === '-h' ? 'help' : name
  if (!isCommand(known)) {
    const message = `there is no launcher command ${JSON.stringify(name)} (spec §8.4)`
    const hint = `the commands are ${Object.keys(COMMANDS).join(', ')}`
    throw new LaunchError('LAUNCHER_CLI_UNKNOWN', message, { got: name }, { hint })
  }
  const run: Run = COMMANDS[known].run
  if (known === 'run' || known === 'python') return run({ options, words: rest, isJson: false })
  return run({ options, words: rest.filter(word => word !== '--json'), isJson: rest.includes('--json') })
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name)
}

/** One object with --json, else text for people. */
interface Answer {
  readonly type: string
  readonly [field: string]: unknown
}

function answer({ options, isJson }: CliCall, object: Answer, text: string): number {
  options.io.stdout(isJson ? `${JSON.stringify(object)}\n` : text)
  return 0
}

function expectWords({ words }: CliCall, name: keyof typeof COMMANDS, ...allowed: string[]): void {
  const extra = words.find(word => !allowed.includes(word))
  if (extra !== undefined) throw usageError(name, `does not take ${JSON.stringify(extra)}`)
}

function usageError(name: keyof typeof COMMANDS, fault: string): LaunchError {
  const hint = `usage: FLAVOR_LAUNCHER_CLI=1 FILE ${COMMANDS[name].usage}`
  return new LaunchError('LAUNCHER_CLI_USAGE', `${name} ${fault} (spec §8.4)`, { field: name }, { hint })
}

function open({ path, fd, environment }: LaunchOptions): PackageFile {
  return openPackage(path, { ...(fd === undefined ? {} : { fd }), slotKeys: { environment } })
}

async function info(call: CliCall): Promise<number> {
  expectWords(call, 'info')
  const { verifyPackage } = await import('../package/verify.ts')
  const pkg = open(call.options)
  const report = await verifyPackage(pkg)
  const { metadata: signed } = pkg
  const command = signed.execution.argv?.join(' ') ?? signed.execution.command
  const object = { type: 'info', ...identity(report), format: signed.format, built_with: builtWith(pkg), command }
  const slots = pkg.slots.map(slot => `  ${slot.index} ${slot.id} (${slot.metadata.operations || 'raw'})`)
  const lines = [
    `${report.name} ${report.version} (${signed.format})`,
    `size: ${report.size} bytes`,
    `built with: ${object.built_with}`,
    `key: ${report.keyId}`,
    `verified: signature, ${coverage(report)}`,
    `command: ${command}`,
    'slots:',
    ...slots,
  ]
  return answer(call, object, `${lines.join('\n')}\n`)
}

async function verify(call: CliCall): Promise<number> {
  expectWords(call, 'verify', '--deep')
  const { verifyPackage } = await import('../package/verify.ts')
  const pkg = open(call.options)
  const judged = await judgeOpened(pkg, call.options)
  const report = await verifyPackage(pkg, { deep: call.words.includes('--deep') })
  await judged?.remember()
  const text = `${report.name} ${report.version}: verified signature, ${coverage(report)}; key ${report.keyId}\n`
  return answer(call, { type: 'verify', ...identity(report) }, text)
}

function identity(report: VerifyReport) {
  const { name, version, keyId, size, launcherCovered, deep, slots } = report
  return { name, version, key_id: keyId, size, verified: true, launcher_covered: launcherCovered, deep, slots }
}

/** What was checked, and what is not covered (spec §9.2). */
function coverage({ launcherCovered, deep, slots }: VerifyReport): string {
  const launcher = launcherCovered ? 'launcher' : 'launcher not covered by the signature'
  return `${launcher}, ${slots.length} slots${deep ? ', decoded' : ''}`
}

function builtWith({ metadata: { build } }: PackageFile): string {
  return [build?.tool ?? 'unknown', build?.tool_version].filter(Boolean).join(' ')
}

async function metadata(call: CliCall): Promise<number> {
  expectWords(call, 'metadata')
  call.options.io.stdout(Buffer.from(open(call.options).metadataBytes).toString())
  return 0
}

async function extract(call: CliCall): Promise<number> {
  const [index, directory, ...extra] = call.words
  if (directory === undefined || extra.length > 0) throw usageError('extract', 'takes an index and a directory')
  const { extractTo } = await import('./extract-to.ts')
  const pkg = open(call.options)
  await judgeOpened(pkg, call.options)
  const slot = pkg.slots.find(slot => `${slot.index}` === index)
  if (slot === undefined)
    throw usageError('extract', `names ${JSON.stringify(index)}, expected 0 to ${pkg.slots.length - 1}`)
  const { path, files, bytes, tree } = await extractTo(pkg, slot, directory)
  const text = `${path}: ${files} files, ${bytes} bytes\n`
  return answer(call, { type: 'extract', path, files, bytes, tree }, text)
}

async function prepare(call: CliCall): Promise<number> {
  expectWords(call, 'prepare', '--lazy')
  const { prepareForAll } = await import('./prepare-for-all.ts')
  const prepared = await prepareForAll(call.options, call.words.includes('--lazy'))
  return answer(call, { type: 'prepare', ...prepared }, `${prepared.root}\n`)
}

async function materialise(call: CliCall): Promise<number> {
  const [id, ...extra] = call.words
  if (id === undefined || extra.length > 0) throw usageError('materialise', 'takes the id of a lazy slot')
  const { materialise } = await import('./materialise.ts')
  const path = await materialise(call.options, id)
  return answer(call, { type: 'materialise', id, path }, `${path}\n`)
}

async function clean(call: CliCall): Promise<number> {
  expectWords(call, 'clean')
  const prepared = await prepareLaunch(await openForLaunch(call.options), call.options)
  const { cleanAfter } = await import('./after-first-run.ts')
  const removed = await cleanAfter(prepared.workenv, call.options)
  prepared.workenv.release()
  return answer(call, { type: 'clean', removed }, removed.map(path => `${path}\n`).join(''))
}

async function run({ options, words }: CliCall): Promise<number> {
  return await launchPackage({ ...options, argv: [options.argv[0] ?? '', ...words] })
}

/** The Python of the package under its own name, which it needs to find its libraries. */
async function python({ options, words }: CliCall): Promise<number> {
  const { join } = await import('node:path')
  const name = process.platform === 'win32' ? 'bin/python.exe' : 'bin/python3'
  return await handOver(await openForLaunch(options), options, ({ workenv }) => {
    const program = join(workenv.root, name)
    return { program, argv: [program, ...words], isPackaged: true }
  })
}

async function help(call: CliCall): Promise<number> {
  const list = Object.values(COMMANDS).map(({ usage, summary }) => `  ${usage.padEnd(22)} ${summary}\n`)
  const text = `usage: FLAVOR_LAUNCHER_CLI=1 FILE [COMMAND] [--json]\n\n${list.join('')}`
  const commands = Object.values(COMMANDS).map(({ usage, summary }) => ({ usage, summary }))
  return answer(call, { type: 'help', commands }, text)
}
