import type { Check } from './doctor/check.ts'
import { launcherCheck } from './doctor/launcher-check.ts'
import { libcCheck, nodeCheck, platformCheck } from './doctor/machine-checks.ts'
import { packageChecks } from './doctor/package-check.ts'
import { cacheCheck, keyCheck } from './doctor/place-checks.ts'
import { pythonCheck, uvCheck } from './doctor/tool-checks.ts'
import type { Paint, Style } from './ui/colour.ts'
import type { Io } from './ui/io.ts'
import { plainText } from './ui/plain-text.ts'
import { defineVerb } from './verb.ts'

const STYLES = { ok: 'green', warn: 'yellow', fail: 'red' } as const satisfies Record<Check['status'], Style>

export const doctor = defineVerb({
  name: 'doctor',
  summary: 'say what this machine lacks for packing, or for running a package',
  description:
    'Each line is ok, warn (slower, or done on demand) or fail, with what to do. Nothing is fetched and nothing is changed, except that the cache directory is made.',
  arguments: { FILE: { description: 'a package: can it run here?', optional: true, completion: 'file' } },
  flags: {},
  examples: [
    { command: 'flavor doctor', description: 'can I pack and run here?' },
    { command: 'flavor doctor app.psp', description: 'why does this one not run?' },
  ],
  json: {
    type: 'always "doctor"',
    ok: 'false where a line fails',
    'checks[].name': 'what was looked at',
    'checks[].status': 'ok, warn or fail',
    'checks[].detail': 'what was found',
    'checks[].hint': 'what to do about it, where there is something to do',
  },
  async run({ args, io }) {
    const { environment } = io
    const machine: Check[] = [nodeCheck(), platformCheck(), libcCheck(), cacheCheck(environment)]
    const checks = [
      ...machine,
      ...(args.FILE === undefined ? await packingChecks(environment) : packageChecks(args.FILE)),
    ]
    const ok = checks.every(check => check.status !== 'fail')
    io.answer({ type: 'doctor', ok, checks }, () => checks.map(check => checkLine(check, io.paint)).join(''))
    return ok ? 0 : 1
  },
})

async function packingChecks(environment: Io['environment']): Promise<Check[]> {
  const uv = await uvCheck({ environment, cacheDirectory: '' })
  return [uv, await pythonCheck(environment), launcherCheck(environment), keyCheck(environment)]
}

function checkLine({ name, status, detail, hint }: Check, paint: Paint): string {
  const line = `${paint(status.padEnd(4), STYLES[status])}  ${name.padEnd(9)}  ${plainText(detail)}\n`
  return hint === undefined ? line : `${line}${' '.repeat(17)}${paint('hint', 'cyan')}: ${plainText(hint)}\n`
}
