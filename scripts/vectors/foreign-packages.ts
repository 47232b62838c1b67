import { createHash } from 'node:crypto'
import type { PackageHooks, PackageJson } from './assembler.ts'
import { goodPackage, type SlotExpectation } from './expected.ts'
import { APP } from './own-packages.ts'
import { fileSlot, type SlotPart, selfSlot, treeSlot } from './slots.ts'
import { gzipRuns, sha256Hex } from './streams.ts'
import type { Vector } from './vector.ts'

const foreign = (
  name: string,
  comment: string,
  spec: string,
  slots: readonly SlotPart[],
  hooks: PackageHooks,
  meant: SlotExpectation = {},
) => goodPackage({ area: 'foreign', name, comment, spec }, slots, hooks, [meant])
const text = 'as the references store it\n'
const bare = { original_size: undefined, tree: undefined, files: undefined, bytes: undefined }
const plain = (changes = {}, permissions = 0o755) =>
  fileSlot('app', 'bin/app', text, 'gzip', { permissions, json: { ...bare, ...changes } })

/** Packages with everything that the reference builders are known to write. */
export const FOREIGN_PACKAGES: readonly Vector[] = [
  foreign(
    'go',
    'The Go builder: name hash of the target, priority 128, no launcher, empty format_version.',
    '§3.1',
    [plain({ purpose: 'runtime' })],
    {
      editJson: foreignJson('flavor-go', { format_version: '', launcher: undefined }),
      editDescriptor: goDescriptor,
    },
    { purpose: 'code' },
  ),
  foreign('rust-hole', 'The Rust builder: 8192 zero bytes behind the launcher.', '§2.5', [plain()], {
    editJson: foreignJson('flavor-rs', {}),
    gaps: { metadata: new Uint8Array(8192) },
    editDescriptor: storedLength,
  }),
  foreign('rust-self', 'The Rust builder: name hash and priority 0 for $SELF.', '§3.5', [plain(), selfSlot('self')], {
    editJson: foreignJson('flavor-rs', {}),
    editDescriptor: (bytes: Buffer, slot: number) => {
      if (slot === 0) storedLength(bytes)
      else bytes.fill(0, 8, 16).writeUInt8(0, 58)
    },
  }),
  foreign(
    'python',
    'The Python builder: size of the source, null permissions, doubled checksum prefix, no alignment.',
    '§3.4',
    [
      plain({ size: text.length, permissions: null }, 0o600),
      treeSlot('tree', '{workenv}', [{ path: 'lib/x', body: 'x' }], 'tgz', {
        permissions: 0o644,
        json: { ...bare, size: 4096, permissions: null },
      }),
    ],
    {
      editJson: foreignJson('flavor-python', {
        launcher: {
          tool: 'launcher',
          size: 17,
          checksum: `sha256:sha256:${sha256Hex(Buffer.from('#!/bin/sh\nexit 7\n'))}`,
        },
      }),
      gaps: { slots: [new Uint8Array(3), new Uint8Array(0)] },
      editDescriptor: (bytes: Buffer, slot: number) => bytes.writeUInt16LE(slot === 0 ? 0o600 : 0o644, 62),
    },
  ),
  foreign(
    'python-pages',
    'The Python builder: each slot at the beginning of a page.',
    '§2.5',
    [plain(), fileSlot('two', 'two', 'x', 'gzip', { json: bare })],
    {
      editJson: foreignJson('flavor-python', {}),
      align: 4096,
      editIndex: pythonHints,
    },
  ),
  foreign(
    'unknown-strings',
    'Purpose and lifecycle without a meaning count as data and runtime.',
    '§3.2',
    [{ ...plain({ purpose: 'mystery', lifecycle: 'someday' }), purpose: 0 }],
    { editJson: foreignJson('flavor-go', {}), editDescriptor: storedLength },
    { purpose: 'data', lifecycle: 'runtime' },
  ),
  foreign(
    'operations-aliases',
    'The names that only the references use.',
    '§4.2',
    [
      fileSlot('a', 'bin/app', 'a', 'raw', { json: { ...bare, operations: '' } }),
      fileSlot('b', 'b', 'b', 'raw', { json: { ...bare, operations: 'none' } }),
      treeSlot('c', '{workenv}/c', APP, 'tgz', { json: { ...bare, operations: 'tar|gzip' } }),
      treeSlot('d', '{workenv}/d', APP, 'tgz', { json: { ...bare, operations: 'tar.gz' } }),
    ],
    { editJson: foreignJson('somebody', {}), editDescriptor: storedLength },
  ),
  foreign(
    'metadata-runs',
    'Metadata that is compressed hard, with unknown keys and another order of keys.',
    '§5.1',
    [plain()],
    {
      editJson: foreignJson('somebody', { zzz: { future: [1, null, true] }, comment: ' '.repeat(5000) }),
      editText: (json: string) => JSON.stringify(reversed(JSON.parse(json)), null, 2),
      store: gzipRuns,
      editDescriptor: storedLength,
    },
  ),
]

function foreignJson(tool: string, changes: Record<string, unknown>) {
  return (json: PackageJson) => {
    Object.assign(json, { build: { tool, tool_version: '0.3.0' }, key_id: undefined, ...changes })
  }
}

function storedLength(descriptor: Buffer): void {
  descriptor.writeBigUInt64LE(descriptor.readBigUInt64LE(24), 32)
}

function goDescriptor(descriptor: Buffer): void {
  storedLength(descriptor)
  createHash('sha256').update('bin/app').digest().copy(descriptor, 8, 0, 8)
  descriptor.writeUInt8(128, 58)
}

function pythonHints(index: Buffer): void {
  index.writeUInt16LE(0x0102, 640)
  index.writeBigUInt64LE(0x08000000n, 648)
  index.writeBigUInt64LE(0x00800000n, 656)
  index.writeUInt32LE(0x00010000, 688)
  index.writeBigUInt64LE(0x83n, 832)
}

function reversed(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).reverse())
}
