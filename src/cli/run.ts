import { resolve } from 'node:path'
import { launchPackage } from '../launch/launch-package.ts'
import { isLauncherCli, runLauncherCli } from '../launch/launcher-cli.ts'
import { createLog } from '../launch/log.ts'
import type { LaunchOptions } from '../launch/prepare-launch.ts'
import { judge, TRUST_FLAGS } from './trust-wishes.ts'
import { defineVerb } from './verb.ts'

export const run = defineVerb({
  name: 'run',
  summary: 'run a package, also one that cannot run by itself here',
  description:
    'Does what the launcher of the package would: verifies, unpacks once, and becomes the program. Everything behind FILE belongs to the program, and so do stdin, stdout, the terminal and the signals. FLAVOR_COMMAND, FLAVOR_VALIDATION, FLAVOR_EXEC_MODE, FLAVOR_LOG_LEVEL and FLAVOR_LAUNCHER_CLI mean what they mean to a launcher. The flags say who may have signed it, as for `flavor verify`.',
  arguments: {
    FILE: { description: 'the package', completion: 'file' },
    ARGS: {
      description: 'arguments of the program, whatever they look like',
      optional: true,
      many: 'verbatim',
      completion: 'file',
    },
  },
  flags: TRUST_FLAGS,
  examples: [
    { command: 'flavor run app.psp --help', description: 'the help of the program, not of flavor' },
    { command: 'flavor run -q app.psp', description: 'no progress line at the first run' },
    { command: 'flavor run --trust-policy pinned app.psp', description: 'only if a keyring has its key' },
  ],
  launcherExits: true,
  // The program owns stdout; only what flavor itself has to say is an object, on stderr.
  json: {},
  async run({ args, options, io }) {
    const { stdout, stderr } = io.terminal
    const write = (text: string) => stderr.write(text)
    const { log } = createLog({ environment: io.environment, write })
    const again = [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'run', resolve(args.FILE), 'clean']
    const wishes = {
      key: options.key,
      policy: options['trust-policy'],
      manifest: options['trust-manifest'],
      signature: options.signature,
      threshold: options.threshold,
      rotation: options.rotation,
    }
    const launch: LaunchOptions = {
      path: args.FILE,
      argv: [args.FILE, ...args.ARGS],
      environment: io.environment,
      io: {
        stdout: text => stdout.write(text),
        stderr: write,
        isTerminal: () => stderr.isTTY && !io.quiet && !io.json,
        now: io.now,
      },
      log,
      cleaner: { argv: again, variables: { FLAVOR_LAUNCHER_CLI: '1' } },
      judge: pkg => judge(pkg, wishes, io),
    }
    return isLauncherCli(io.environment) ? await runLauncherCli(launch) : await launchPackage(launch)
  },
})
