import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Metadata } from '../../src/format/metadata.ts'
import { runSetup } from '../../src/launch/setup.ts'
import { scratch } from '../support/scratch.ts'

/** Makes the work environment that a vector describes, runs its setup commands there, and tells what they left behind. */
export async function readSetup(
  input: Readonly<Record<string, unknown>>,
  metadataWith: (changes: Readonly<Record<string, unknown>>) => Metadata,
): Promise<unknown> {
  const { files, links, setup_commands } = input as Record<'files' | 'links', Record<string, string>> &
    Record<'setup_commands', unknown>
  const outside = scratch()
  const root = join(outside, 'work env')
  mkdirSync(join(outside, 'elsewhere'))
  writeFileSync(join(outside, 'outside'), 'untouched')
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), content)
    chmodSync(join(root, path), path.startsWith('bin/') ? 0o755 : 0o644)
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path))
  await runSetup(metadataWith({ setup_commands }).setup_commands ?? [], {
    values: {
      workenv: root,
      package_name: 'app',
      version: '1.2',
      os: 'linux',
      arch: 'amd64',
      platform: 'linux_amd64',
      primarySlot: 0,
      slots: [root, join(root, 'data')],
    },
    variables: { PATH: '/usr/bin:/bin' },
    log: () => undefined,
  })
  if (readFileSync(join(outside, 'outside'), 'utf8') !== 'untouched') throw new Error('wrote outside')
  return { files: filesIn(root) }
}

/** Every file with its mode and its content, in which `{root}` is the work environment. Links are not followed. */
function filesIn(root: string, below = ''): Record<string, unknown> {
  const files: Record<string, unknown> = {}
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    if (entry.isDirectory()) Object.assign(files, filesIn(root, path))
    if (!entry.isFile()) continue
    const mode = `0${(lstatSync(join(root, path)).mode & 0o7777).toString(8)}`
    files[path] = { mode, content: readFileSync(join(root, path), 'utf8').replaceAll(root, '{root}') }
  }
  return files
}
