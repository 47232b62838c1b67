import { type Launcher, listLaunchers } from '../../builders/launcher/launcher-store.ts'
import { testLauncher } from '../../builders/launcher/test-launcher.ts'
import { cacheBase } from '../../workenv/cache-base.ts'
import { CliError } from '../cli-error.ts'
import { formatTable } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'

export const helpersTest = defineVerb({
  name: 'helpers test',
  summary: 'prove the launchers that are built',
  description:
    'Hashes each launcher and compares with what was recorded when it was built. Those of this platform are started too: they must say their version, and neither NODE_OPTIONS nor OPENSSL_CONF may make them do anything else.',
  arguments: {},
  flags: {},
  examples: [{ command: 'flavor helpers test', description: 'after a disk or an update went wrong' }],
  json: {
    type: 'always "helpers-test"',
    'launchers[].name': 'name of the launcher',
    'launchers[].platform': 'the platform that it runs on',
    'launchers[].sha256': 'SHA-256 of its bytes, as recorded',
    'launchers[].runs': 'what --version said, or null for another platform, of which only the bytes can be checked',
  },
  async run({ io }) {
    const launchers = listLaunchers(cacheBase(io.environment).path)
    if (launchers.length === 0) throw nothingToTest()
    const tested: Awaited<ReturnType<typeof testOne>>[] = []
    for (const launcher of launchers) tested.push(await testOne(launcher))
    io.report({ type: 'helpers-test', launchers: tested }, () => {
      const rows = tested.map(one => ['ok', one.name, one.platform, one.runs ?? 'bytes only'])
      return formatTable(rows)
        .map(line => `${line}\n`)
        .join('')
    })
    return 0
  },
})

async function testOne(launcher: Launcher) {
  const { sha256, runs } = await testLauncher(launcher)
  return { name: launcher.tool, platform: launcher.platform, sha256, runs: runs ?? null }
}

/** A test of nothing that succeeds would say that something works. */
function nothingToTest(): CliError {
  const hint = '`flavor helpers build` builds the one for this platform'
  return new CliError('NOTHING_THERE', 'no launcher is built, expected one to test', {}, { hint })
}
