import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { foreignNode } from '../../../src/builders/launcher/foreign-node.ts'
import { gzip } from '../../../src/codecs/gzip.ts'
import { writeTar } from '../../../src/codecs/tar-writer.ts'
import type { PinnedNode } from '../../../src/tools/node.ts'
import { refusal } from '../../format/refusals.ts'
import { scratch } from '../../support/scratch.ts'

const PROGRAM = Buffer.from('the program')

/** The archive that npm would deliver. */
async function archive(path = 'package/bin/node'): Promise<Buffer> {
  const member = { path, type: 'file', mode: 0o755, size: PROGRAM.length, body: [PROGRAM] } as const
  const parts: Uint8Array[] = []
  const stream = gzip.encode?.(writeTar([member], { mtime: 0 }), { effort: 'fast' })
  for await (const bytes of stream ?? []) parts.push(bytes)
  return Buffer.concat(parts)
}

function nodeFor(bytes: Uint8Array): PinnedNode {
  return {
    platform: { os: 'linux', arch: 'arm64' },
    package: 'node-sample',
    version: '1.2.3',
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    program: 'bin/node',
  }
}

/** A directory that is all of PATH and holds an `npm` which does what the script says. */
function withNpm(script: string | undefined) {
  const directory = scratch()
  if (script !== undefined) writeFileSync(join(directory, 'npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { cacheDirectory: join(directory, 'cache'), environment: { PATH: directory } }
}

/** npm as it is called: `npm pack NAME --pack-destination DIRECTORY ...`. */
async function delivering(bytes: Uint8Array) {
  const path = join(scratch(), 'archive')
  writeFileSync(path, bytes)
  return withNpm(`/bin/cp ${path} "$4/$2.tgz"; echo called >>"$0.calls"`)
}

const toolsLeft = (context: { cacheDirectory: string }) => readdirSync(join(context.cacheDirectory, 'tools'))

describe.runIf(process.platform !== 'win32')('the Node of another platform', () => {
  test('is fetched once with the npm of the user', async () => {
    const bytes = await archive()
    const context = await delivering(bytes)
    const path = await foreignNode(nodeFor(bytes), context)
    expect(readFileSync(path).equals(PROGRAM)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o755)
    expect(await foreignNode(nodeFor(bytes), context)).toBe(path)
    expect(readFileSync(join(context.environment.PATH, 'npm.calls'), 'utf8')).toBe('called\n')
    expect(toolsLeft(context)).toEqual(['node-sample-1.2.3'])
  })

  test('with another hash is refused, and nothing of it stays', async () => {
    const context = await delivering(await archive())
    await expect(foreignNode(nodeFor(Buffer.from('other')), context)).rejects.toThrowError(
      refusal('LAUNCHER_NODE_HASH'),
    )
    expect(toolsLeft(context)).toEqual([])
  })

  test('that the package does not hold is told', async () => {
    const bytes = await archive('package/README.md')
    const context = await delivering(bytes)
    await expect(foreignNode(nodeFor(bytes), context)).rejects.toThrowError(refusal('LAUNCHER_NODE_FETCH'))
    expect(toolsLeft(context)).toEqual([])
  })

  test.each([
    ['npm fails', 'echo "ENOTFOUND registry" >&2; exit 1'],
    ['npm delivers nothing', 'exit 0'],
    ['there is no npm', undefined],
  ])('cannot be fetched where %s', async (_, script) => {
    const context = withNpm(script)
    await expect(foreignNode(nodeFor(Buffer.alloc(0)), context)).rejects.toThrowError(refusal('LAUNCHER_NODE_FETCH'))
  })
})
