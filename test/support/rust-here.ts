import { isNewEnough, listRust } from '../../src/tools/rust.ts'

/** Why this machine cannot compile the native launcher, or undefined. Tests that skip name it. */
export async function missingRust(): Promise<string | undefined> {
  const all = await listRust({ environment: process.env })
  return all.some(isNewEnough) ? undefined : 'needs Rust'
}
