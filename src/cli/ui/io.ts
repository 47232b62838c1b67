import { CliError } from '../cli-error.ts'
import { type Paint, paintFor } from './colour.ts'
import { plainJson, plainLines } from './plain-text.ts'
import { type Progress, startProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

export interface Modes {
  readonly quiet: boolean
  readonly json: boolean
  readonly noColor: boolean
}

/** What --json prints; `type` names the shape, docs/json.md describes it. */
export interface Answer {
  readonly type: string
  readonly [field: string]: unknown
}

/**
 * How a verb talks. Rules:
 * - stdout carries what was asked for and nothing else: with --json one object on one line, else text for people.
 * - everything else (notes, warnings, errors, questions, progress) goes to stderr and begins with the program's name.
 * - -q silences notes, progress and reports; not errors, warnings, questions or data that the verb exists to print.
 * - text of a package, a file name or a server goes through `plainText` before it gets here.
 */
export interface Io {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  readonly json: boolean
  readonly quiet: boolean
  /** For text on stdout. */
  readonly paint: Paint
  /** What the verb exists to print: `object` with --json, else the text. */
  answer(object: Answer, text: () => string): void
  /** As `answer`, but the text is a report on what was done, which -q silences. */
  report(object: Answer, text: () => string): void
  /** Text on stdout in both modes: shell code, help. */
  print(text: string): void
  note(message: string): void
  /** A note on what long work is doing; also where a signal can end it. */
  readonly step: (message: string) => void
  /** Lines that belong to a question, on stderr as they are. */
  show(text: string): void
  warn(message: string): void
  /** Says yes or no; `assume` is the verb's own --yes. */
  confirm(question: string, assume: boolean): Promise<boolean>
  /** What is typed, unseen; undefined where nobody can be asked. */
  askSecret(question: string): Promise<string | undefined>
  /** Milliseconds for durations that are told to people. */
  now(): number
  progress(): Progress
  /** Takes a progress line away. The frame calls it, also when the verb failed. */
  close(): void
}

export function createIo(terminal: Terminal, modes: Modes): Io {
  const paint = paintFor('stdout', terminal, modes.noColor)
  const paintMessage = paintFor('stderr', terminal, modes.noColor)
  const live: { progress?: Progress } = {}
  /** A message does not land in the middle of a progress line. */
  const message = (text: string) => {
    live.progress?.clear()
    terminal.stderr.write(`flavor: ${text}\n`)
  }
  const answer = (object: Answer, text: () => string, silent: boolean) => {
    live.progress?.clear()
    if (modes.json) terminal.stdout.write(`${plainJson(object)}\n`)
    else if (!silent) terminal.stdout.write(text())
  }
  return {
    environment: terminal.environment,
    terminal,
    json: modes.json,
    quiet: modes.quiet,
    paint,
    answer: (object, text) => answer(object, text, false),
    report: (object, text) => answer(object, text, modes.quiet),
    print: text => terminal.stdout.write(text),
    note: text => {
      if (!modes.quiet) message(plainLines(text))
    },
    step: text => {
      terminal.interruption.check()
      if (!modes.quiet && !modes.json) message(plainLines(text))
    },
    show: text => {
      live.progress?.clear()
      terminal.stderr.write(text)
    },
    warn: text => message(`${paintMessage('warning', 'bold', 'yellow')}: ${plainLines(text)}`),
    now: () => terminal.now(),
    confirm: (question, assume) => confirm(terminal, question, assume),
    async askSecret(question) {
      live.progress?.clear()
      const answer = await terminal.askSecret(`flavor: ${plainLines(question)}: `)
      terminal.interruption.check()
      return answer
    },
    progress: () => {
      live.progress?.stop()
      live.progress = startProgress(terminal, { ...modes, paint: paintMessage })
      return live.progress
    },
    close: () => live.progress?.stop(),
  }
}

async function confirm(terminal: Terminal, question: string, assume: boolean): Promise<boolean> {
  if (assume) return true
  const line = await terminal.ask(`flavor: ${question} [y/N] `)
  if (line === undefined) {
    const hint = 'pass --yes to agree without being asked'
    throw new CliError('CONFIRMATION', `${question}: nobody can be asked, expected a terminal or --yes`, {}, { hint })
  }
  return /^y(es)?$/i.test(line.trim())
}
