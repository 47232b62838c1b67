import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { type CliResult, runInProcess } from './cli-terminal.ts'
import { undeclaredFields } from './json-fields.ts'
import { samplePlan, writeSample } from './sample-plan.ts'
import { scratch } from './scratch.ts'

/**
 * A session with the command line as text, one file per topic in test/cli/scripts. UPDATE_CLI_SCRIPTS=1 writes what happened back.
 *
 *     # a comment
 *     $ flavor keygen --seed test123      the words of a command, quoted as in a shell, with variables before it
 *     > private key  keys/...             exact lines of stdout
 *     ! flavor: warning: ...              exact lines of stderr
 *     ? 2                                 the exit code; without it 0
 *
 * All commands of a script run in one empty directory, which is written $DIR; the version is written $VERSION, and a time that was
 * measured $TIME.
 */
export function cliScript(topic: string, commands: ScriptCommands = {}): void {
  const path = join(import.meta.dirname, '../cli/scripts', `${topic}.txt`)
  test(`${topic}.txt`, async () => {
    const script = readFileSync(path, 'utf8')
    const happened = await replay(script, commands)
    if (process.env.UPDATE_CLI_SCRIPTS === '1') writeFileSync(path, happened)
    else expect(happened).toBe(script)
  })
}

/** Commands of one topic beside `flavor` and those of every script. */
export type ScriptCommands = Readonly<Record<string, (...words: string[]) => Promise<CliResult | string> | string>>

const EVERYWHERE: ScriptCommands = {
  cat: file => readFileSync(file ?? '', 'utf8'),
  list: directory =>
    readdirSync(directory ?? '.', { recursive: true })
      .sort()
      .join('\n'),
  mode: file => (lstatSync(file ?? '').mode & 0o7777).toString(8).padStart(4, '0'),
  chmod: (mode, file) => {
    chmodSync(file ?? '', Number.parseInt(mode ?? '', 8))
    return ''
  },
  write: (file, text) => {
    mkdirSync(dirname(file ?? ''), { recursive: true })
    writeFileSync(file ?? '', text ?? '')
    return ''
  },
  remove: file => {
    rmSync(file ?? '', { recursive: true })
    return ''
  },
  /** `sample DIR` packs two slots into DIR/app.psp: a tree and a single file. */
  sample: async directory => {
    mkdirSync(join(directory ?? '', 'plan'), { recursive: true })
    await writeSample(directory ?? '', samplePlan(join(directory ?? '', 'plan')))
    return ''
  },
  flip: (file, offset) => {
    const bytes = readFileSync(file ?? '')
    const position = Number(offset) < 0 ? bytes.length + Number(offset) : Number(offset)
    bytes[position] = (bytes[position] ?? 0) ^ 0x01
    writeFileSync(file ?? '', bytes)
    return ''
  },
}

async function replay(script: string, commands: ScriptCommands): Promise<string> {
  const directory = realpathSync(scratch())
  const before = process.cwd()
  process.chdir(directory)
  try {
    const lines: string[] = []
    for (const line of script.split('\n')) {
      // Lines of output, as the last time.
      if (/^[>!?]/.test(line)) continue
      lines.push(line)
      if (line.startsWith('$ ')) lines.push(...(await runLine(line.slice(2), directory, commands)))
    }
    return lines.join('\n')
  } finally {
    process.chdir(before)
  }
}

async function runLine(line: string, directory: string, commands: ScriptCommands): Promise<string[]> {
  const words = splitWords(line)
  const environment: Record<string, string> = { HOME: directory, PATH: process.env.PATH ?? '' }
  while (/^[A-Z_]+=/.test(words[0] ?? '')) {
    const [name = '', ...value] = (words.shift() ?? '').split('=')
    environment[name] = value.join('=').replaceAll('$DIR', directory)
  }
  const [name = '', ...rest] = words.map(word => word.replaceAll('$DIR', directory))
  const command = commands[name] ?? EVERYWHERE[name]
  const result = name === 'flavor' ? await runInProcess(rest, { environment }) : await command?.(...rest)
  if (result === undefined) throw new Error(`there is no command ${name} in CLI scripts`)
  const { exit, stdout, stderr } = typeof result === 'string' ? { exit: 0, stdout: result, stderr: '' } : result
  if (name === 'flavor' && words.includes('--json') && stdout.startsWith('{')) {
    expect(await undeclaredFields(JSON.parse(stdout)), 'fields that docs/json.md does not know').toEqual([])
  }
  const shown = (text: string, mark: string) =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map(one => `${mark} ${withoutChance(one, directory)}`.trimEnd())
  return [...shown(stdout, '>'), ...shown(stderr, '!'), ...(exit === 0 ? [] : [`? ${exit}`])]
}

/** What differs from run to run, by its name. Only the verbs that measure say `in 1.2 s` or `"duration":12`. */
function withoutChance(line: string, directory: string): string {
  const named = line.replaceAll(directory, '$DIR').replaceAll(VERSION, '$VERSION')
  return named.replace(/ in [0-9.]+ m?s$/, ' in $TIME').replace(/"duration":[0-9]+/, '"duration":$TIME')
}

/** Words as a shell splits them, with single and double quotes; nothing is expanded. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  )
}
