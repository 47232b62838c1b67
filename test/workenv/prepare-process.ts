import { readFileSync } from 'node:fs'
import { openPackage } from '../../src/package/package-file.ts'
import { prepareWorkenv } from '../../src/workenv/prepare-workenv.ts'
import { failPoint } from './fail-points.ts'

/**
 * A first run as a process of its own: `PACKAGE BASE EXECUTABLE [KILL-AT]`. Prints what the main executable holds, and how many calls
 * changed the file system; with KILL-AT it is killed before that call.
 */
const [path = '', base = '', executable = '', killAt = '0'] = process.argv.slice(2)
const point = failPoint(base, Number(killAt), () => process.kill(process.pid, 'SIGKILL'))
const pkg = openPackage(path)
const workenv = await prepareWorkenv(pkg, {
  environment: { FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next` },
  level: 'standard',
  log: () => undefined,
  runSetup: async (_, root) => {
    const { writeFileSync } = await import('node:fs')
    writeFileSync(`${root}/made-by-setup`, root)
  },
})
const text = readFileSync(`${workenv.root}/${executable}`, 'utf8')
process.stdout.write(`${JSON.stringify({ root: workenv.root, fresh: workenv.fresh, text, calls: point.calls })}\n`)
