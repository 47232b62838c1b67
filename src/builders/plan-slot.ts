import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import {
  formatOperations,
  isArchive,
  OP_AES256_GCM,
  OP_GZIP,
  OP_TAR,
  OP_ZSTD,
  type OperationChain,
} from '../format/operations.ts'
import { ManifestError } from '../manifest/manifest-error.ts'
import { type FieldPath, fieldError, locate, readManifest } from '../manifest/manifest-source.ts'
import type { Project, ProjectSlot } from '../manifest/project.ts'
import type { PlannedSlot, SlotContent } from '../package/package-plan.ts'
import { directoryTree } from './directory-tree.ts'

const MAGICS: ReadonlyMap<number, readonly number[]> = new Map([
  [OP_GZIP, [0x1f, 0x8b]],
  [OP_ZSTD, [0x28, 0xb5, 0x2f, 0xfd]],
])

/**
 * A slot of the manifest as the writer takes it. A directory becomes an archive; a file that already is what its operations say is
 * stored as it is, and any other file is encoded.
 * @param path where the source is, absolute
 * @param field where the slot stands in the manifest
 * @throws ManifestError MANIFEST_SOURCE, MANIFEST_OPERATION
 */
export function planSlot(slot: ProjectSlot, path: string, project: Project, field: FieldPath): PlannedSlot {
  const { id, source, target, purpose, lifecycle, platform, share, keySource } = slot
  const { content, operations } = source === '$SELF' ? selfContent() : sourceContent(slot, path, project, field)
  const permissions = slot.permissions ?? (content.kind === 'file' ? fileMode(path) : undefined)
  return {
    id,
    target: target === '' ? '{workenv}' : target,
    // The manifest may say where the file is on the packer's machine; the package must not.
    source: /^([/\\]|[A-Za-z]:)/.test(source) ? basename(source) : source,
    ...{ purpose, lifecycle, content },
    operations: keySource === undefined ? operations : [...operations, OP_AES256_GCM],
    ...(permissions === undefined ? {} : { permissions }),
    ...(platform === undefined ? {} : { platform }),
    ...(share === undefined ? {} : { share }),
    ...(keySource === undefined ? {} : { keySource }),
  }
}

interface PlannedSource {
  readonly content: SlotContent
  readonly operations: OperationChain
}

function selfContent(): PlannedSource {
  return { content: { kind: 'self' }, operations: [] }
}

function sourceContent(slot: ProjectSlot, path: string, project: Project, field: FieldPath): PlannedSource {
  const stat = statSource(slot, path, project, field)
  if (stat.isDirectory()) {
    const operations = slot.operations ?? [OP_TAR, OP_ZSTD]
    if (isArchive(operations)) return { content: { kind: 'tree', entries: directoryTree(path) }, operations }
    throw operationError(slot, project, field, `for the directory ${slot.source}`, 'tar, tgz or tar.zst')
  }
  if (slot.target === '' && !isArchive(slot.operations ?? [])) {
    const message = `${slot.source} is a single file and cannot be the root of the work environment`
    throw slotError(slot, project, [...field, 'target'], message, 'a path below {workenv}')
  }
  const operations = slot.operations ?? [OP_ZSTD]
  if (operations.length === 0) return { content: { kind: 'file', path }, operations }
  const isEncoded = slot.operations !== undefined && looksEncoded(path, operations)
  if (isEncoded) return { content: { kind: 'encoded', path }, operations }
  if (!isArchive(operations)) return { content: { kind: 'file', path }, operations }
  throw operationError(
    slot,
    project,
    field,
    `for the file ${slot.source}, which is no such archive`,
    'raw, gzip or zstd',
  )
}

function statSource(slot: ProjectSlot, path: string, project: Project, field: FieldPath): Stats {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory() || stat?.isFile()) return stat
  const message = `${slot.source} is ${stat === undefined ? 'not there' : 'no file and no directory'}`
  throw slotError(slot, project, [...field, 'source'], message, `a file or directory at ${path}`)
}

/** A file without permissions of its own can be run where its source can. */
function fileMode(path: string): number {
  return (statSync(path).mode & 0o111) === 0 ? 0o644 : 0o755
}

function slotError(slot: ProjectSlot, project: Project, field: FieldPath, fault: string, want: string): ManifestError {
  const { line, column } = locate(readManifest(project.manifest), field)
  const message = `${basename(project.manifest)}:${line}:${column}: slot ${slot.id}: ${fault}, expected ${want}`
  const detail = { file: project.manifest, line: `${line}`, column: `${column}`, slot: slot.id, got: fault, want }
  return new ManifestError('MANIFEST_SOURCE', message, detail)
}

function operationError(
  slot: ProjectSlot,
  project: Project,
  field: FieldPath,
  why: string,
  want: string,
): ManifestError {
  const got = `${formatOperations(slot.operations ?? [])} ${why}`
  return fieldError('MANIFEST_OPERATION', readManifest(project.manifest), [...field, 'operations'], { got, want })
}

/** Whether the file begins as the last operation of the chain makes one begin. */
function looksEncoded(path: string, operations: OperationChain): boolean {
  const magic = MAGICS.get(operations.at(-1) ?? 0)
  const isPlainTar = operations.length === 1 && operations[0] === OP_TAR
  if (isPlainTar) return readBytes(path, 257, 5).toString('latin1') === 'ustar'
  return magic !== undefined && readBytes(path, 0, magic.length).equals(Buffer.from(magic))
}

function readBytes(path: string, offset: number, length: number): Buffer {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(fd, bytes, 0, length, offset))
  } finally {
    closeSync(fd)
  }
}
