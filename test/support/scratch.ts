import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory that is gone when the test ends. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), 'flavor-test-'))
  // A cleaning behind a first run may still be at work in it.
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
  return path
}
