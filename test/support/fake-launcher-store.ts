import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_LAUNCHER } from '../../src/builders/launcher/node-recipe.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'

/** A launcher in the store of a cache that is a shell script; `recorded` is what the store believes about its bytes. */
export function storeLauncher(
  cache: string,
  options: { platform?: string; script?: string; recorded?: string; tool?: string; sources?: string } = {},
): void {
  const { platform = 'linux_amd64', tool = NODE_LAUNCHER, script = `echo '${tool} 9.9.9'`, sources = 'other' } = options
  const bytes = Buffer.from(`#!/bin/sh\n${script}\n`)
  const place = join(cache, 'launchers', platform, sha256Hex(bytes).slice(0, 32))
  mkdirSync(place, { recursive: true, mode: 0o700 })
  writeFileSync(join(place, platform.startsWith('windows_') ? `${tool}.exe` : tool), bytes, { mode: 0o755 })
  const sha256 = options.recorded ?? sha256Hex(bytes)
  const record = { tool, toolVersion: '9.9.9', platform, sha256, size: bytes.length, sources }
  writeFileSync(join(place, 'launcher.json'), JSON.stringify(record))
}
