import { platformOf } from '../../format/platform.ts'
import { machineLibc } from '../../launch/platform-check.ts'
import { pinnedNodePackages } from '../../tools/installation.ts'
import type { Check } from './check.ts'

/** The pinned Node decides the bytes that `pack` writes; `main` has started it already where it could. */
export function nodeCheck(): Check {
  const running = process.versions.node
  const wanted = Object.values(pinnedNodePackages())[0]
  if (wanted === undefined || running === wanted)
    return { name: 'node', status: 'ok', detail: `${running}, the pinned one` }
  const hint = 'install flavor without --omit=optional, so that npm brings the pinned one'
  return { name: 'node', status: 'fail', detail: `this is ${running}, expected ${wanted}`, hint }
}

export function platformCheck(): Check {
  const platform = platformOf(process.platform, process.arch)
  if (platform !== undefined) return { name: 'platform', status: 'ok', detail: `${platform.os} ${platform.arch}` }
  const detail = `${process.platform} ${process.arch} has no name in the format`
  return { name: 'platform', status: 'fail', detail, hint: 'packages can be inspected here, not made or run' }
}

/** What is vendored from this machine needs its C library or a newer one, which is what people ask about most. */
export function libcCheck(): Check {
  const libc = machineLibc()
  if (libc === undefined) return { name: 'libc', status: 'ok', detail: 'that of the system' }
  if (libc.name === 'musl') {
    const hint = 'packages with glibc programs do not run here; those packed here run on other musl systems'
    return { name: 'libc', status: 'warn', detail: 'musl', hint }
  }
  return { name: 'libc', status: 'ok', detail: `glibc ${libc.version ?? 'of an unknown version'}` }
}
