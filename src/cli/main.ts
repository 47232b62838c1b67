#!/usr/bin/env node
import { reportFailure, runCli } from './cli.ts'
import { Interruption } from './interruption.ts'
import { runOnPinnedNode } from './pinned-node.ts'
import { processTerminal } from './ui/terminal.ts'

/** The program `flavor`. Nothing else ends the process. */
const words = process.argv.slice(2)
const interruption = new Interruption()
const terminal = processTerminal(interruption, error => {
  lost = reportFailure(words, terminal, error)
  process.exitCode = lost
})
/** The exit code for output that could not be written; it may be known only after the verb is done. */
let lost: number | undefined
// No `await` out here: the bundle of scripts/flavor is CommonJS, which starts 3 ms sooner than modules do.
start().then(exit => {
  process.exitCode = lost ?? exit
  interruption.dieBySignal()
})

async function start(): Promise<number> {
  try {
    const exit = await runOnPinnedNode()
    if (exit !== undefined) return exit
  } catch (error) {
    return reportFailure(words, terminal, error)
  }
  return runCli(words, terminal)
}
