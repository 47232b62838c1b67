import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { unpacked } from './archive.ts'
import { KEY, keyIdOf } from './keys.ts'
import { sha256Hex } from './streams.ts'
import type { Vector } from './vector.ts'

const A = Buffer.from('hello slot zero, sixteen+\n')
const B = Buffer.from('x\n')

/** Packages that the reference's own builders wrote, from the files beside their vectors: nothing here can make them. */
export const REFERENCE_PACKAGES: readonly Vector[] = [
  reference('go', 'Written by the reference’s Go builder.', 17, { offsets: [760, 792], covered: false }),
  reference('rs', 'Written by the reference’s Rust builder.', 8209, { offsets: [9064, 9096], covered: true }),
]

function reference(
  name: string,
  comment: string,
  metadata: number,
  found: { readonly offsets: readonly [number, number]; readonly covered: boolean },
): Vector {
  const bytes = readFileSync(join(import.meta.dirname, `../../spec/vectors/reference/${name}.psp`))
  const index = bytes.subarray(-8196, -4)
  const json = gunzipSync(bytes.subarray(metadata, metadata + Number(index.readBigUInt64LE(32))))
  const file = (path: string, body: Buffer, mode: number) => ({
    decoded_size: body.length,
    decoded_sha256: sha256Hex(body),
    ...unpacked([{ path, body, mode }]),
  })
  return {
    area: 'reference',
    name,
    comment,
    spec: '§2.1',
    kind: 'package',
    level: 'extract',
    file: { extension: 'psp', bytes },
    expect: {
      ok: {
        name: 'vec',
        version: '1.0',
        key_id: keyIdOf(KEY.publicKey),
        content_hash: sha256Hex(json),
        launcher_size: 17,
        launcher_covered: found.covered,
        slots: [
          {
            ...slot('a', 'a.txt', 'data', 'runtime', 'raw'),
            offset: found.offsets[0],
            size: 26,
            ...file('a.txt', A, 0o644),
          },
          {
            ...slot('b', 'd/b.txt', 'config', 'cache', 'gzip'),
            offset: found.offsets[1],
            size: 22,
            ...file('b.txt', B, 0o600),
          },
        ],
      },
    },
  }
}

function slot(id: string, target: string, purpose: string, lifecycle: string, operations: string) {
  return { id, target, purpose, lifecycle, operations, is_self: false }
}
