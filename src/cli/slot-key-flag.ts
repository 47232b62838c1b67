import { KEY_SOURCE } from '../format/metadata.ts'
import { CliError } from './cli-error.ts'

/**
 * `--slot-key ID=SOURCE`: slot ids and where their keys come from (spec §4.7).
 * @throws CliError FLAG_VALUE, FLAG_REPEATED
 */
export function parseSlotKeys(values: readonly string[]): ReadonlyMap<string, string> {
  const sources = new Map<string, string>()
  for (const value of values) {
    const [, id, source] = /^([\w.-]+)=([\s\S]*)$/.exec(value) ?? []
    const detail = { flag: '--slot-key', got: value }
    if (id === undefined || source === undefined || !KEY_SOURCE.test(source)) {
      const want = 'ID=env:NAME, ID=file:PATH or ID=command:PROGRAM'
      const message = `--slot-key is ${JSON.stringify(value)}, expected ${want}`
      throw new CliError('FLAG_VALUE', message, { ...detail, want })
    }
    if (sources.has(id))
      throw new CliError('FLAG_REPEATED', `--slot-key names the slot ${id} twice, expected once`, detail)
    sources.set(id, source)
  }
  return sources
}
