import { type Launcher, listLaunchers } from '../../builders/launcher/launcher-store.ts'
import { nearest } from '../../manifest/did-you-mean.ts'
import { cacheBase } from '../../workenv/cache-base.ts'
import { CliError } from '../cli-error.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatPairs } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { LAUNCHER_FIELDS, launcherObject } from './launcher-object.ts'

export const helpersInfo = defineVerb({
  name: 'helpers info',
  summary: 'show one launcher: path, size, version, checksum',
  arguments: { NAME: { description: 'name of a launcher, or the start of its SHA-256' } },
  flags: {},
  examples: [{ command: 'flavor helpers info flavor-node-launcher', description: 'the one that was used last' }],
  json: { type: 'always "helpers-info"', ...LAUNCHER_FIELDS },
  async run({ args, io }) {
    const launchers = listLaunchers(cacheBase(io.environment).path)
    const launcher = launchers.find(one => one.tool === args.NAME) ?? bySha256(launchers, args.NAME)
    if (launcher === undefined) throw unknown(args.NAME, launchers)
    const object = launcherObject(launcher)
    io.answer({ type: 'helpers-info', ...object }, () =>
      formatPairs([
        ['name', object.name],
        ['platform', object.platform],
        ['version', object.version],
        ['size', `${object.size} bytes`],
        ['sha256', object.sha256],
        ['path', plainText(object.path)],
        ['state', object.current ? 'current' : 'old: this flavor would build another one'],
      ]),
    )
    return 0
  },
})

/** Eight digits tell launchers apart; fewer are more likely a typing error. */
function bySha256(launchers: readonly Launcher[], text: string): Launcher | undefined {
  const digits = text.toLowerCase()
  return /^[0-9a-f]{8,64}$/.test(digits) ? launchers.find(one => one.sha256.startsWith(digits)) : undefined
}

function unknown(name: string, launchers: readonly Launcher[]): CliError {
  const names = [...new Set(launchers.map(launcher => launcher.tool))]
  const guess = nearest(name, names)
  const hint = guess === undefined ? '`flavor helpers list` shows what is built' : `did you mean ${guess}?`
  const want = names.length === 0 ? 'a launcher, and none is built' : `one of ${names.join(', ')}`
  const message = `there is no launcher ${JSON.stringify(name)}, expected ${want}`
  return new CliError('ARGUMENT_VALUE', message, { got: name, want }, { hint })
}
