import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './packed-app.ts'

let bundle: string | undefined

/**
 * Bundles the CLI as scripts/flavor does, once for a test file: for tests that start it hundreds of times, which takes 100 ms more each
 * from the sources.
 */
export function flavorBundle(): readonly [node: string, bundle: string] {
  if (bundle === undefined) {
    execFileSync(process.execPath, [join(ROOT, 'scripts/bundle.ts')])
    bundle = join(ROOT, '.cache/flavor/flavor.cjs')
  }
  return [process.execPath, bundle]
}
