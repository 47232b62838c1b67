import { isCurrent } from '../../builders/launcher/current-launcher.ts'
import { listLaunchers } from '../../builders/launcher/launcher-store.ts'
import { prebuiltLauncher } from '../../builders/launcher/native/prebuilt-launcher.ts'
import { platformName, platformOf } from '../../format/platform.ts'
import { cacheBase } from '../../workenv/cache-base.ts'
import type { Machine } from '../../workenv/machine.ts'
import { formatBytes } from '../ui/quantity.ts'
import { type Check, failedCheck } from './check.ts'

/** Whether the first pack has to build the launcher, which takes up to a minute. */
export function launcherCheck(environment: Machine['environment']): Check {
  const platform = platformOf(process.platform, process.arch)
  if (platform === undefined) {
    const hint = 'pass one of your own with --launcher PATH'
    return { name: 'launcher', status: 'fail', detail: 'there is none for this platform', hint }
  }
  try {
    const ours = listLaunchers(cacheBase(environment).path).filter(one => one.platform === platformName(platform))
    const current = prebuiltLauncher(platform) ?? ours.find(isCurrent)
    if (current !== undefined)
      return { name: 'launcher', status: 'ok', detail: `${current.tool}, ${formatBytes(current.size)}` }
    const hint = '`flavor helpers build` builds it now'
    return { name: 'launcher', status: 'warn', detail: 'not built yet: the next `flavor pack` builds it', hint }
  } catch (error) {
    return failedCheck('launcher', error)
  }
}
