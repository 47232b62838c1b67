import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Signer } from '../../crypto/signer.ts'
import { specialFile } from '../../files/special-file.ts'
import { sealStatement } from '../../package/origin/dsse-envelope.ts'
import { encodeStatement, type Predicate } from '../../package/origin/provenance-statement.ts'
import { BuilderError } from '../builder-error.ts'
import { hashFile } from '../launcher/file-hash.ts'

/**
 * Before anything long: it must not take the place of the package, or be found to be a directory when the package is there already.
 * @throws BuilderError OUTPUT_PLACE
 */
export function checkProvenancePlace(path: string, output: string): void {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  const got = resolve(path) === output ? 'the package' : isDirectory ? 'a directory' : specialFile(path)
  if (got === undefined) return
  const message = `${path}: is ${got}, expected the name of a file of its own for the provenance`
  const hint = `--provenance-out ${output}.intoto.json`
  throw new BuilderError('OUTPUT_PLACE', message, { file: path, got }, { hint })
}

/**
 * Writes a signed statement about a finished package, which no statement in the package can be about: its subject is the file by its
 * name and hash.
 * @throws BuilderError OUTPUT_PLACE
 */
export async function writeFileProvenance(
  path: string,
  subject: string,
  predicate: Predicate,
  key: Signer,
): Promise<void> {
  const statement = encodeStatement(
    [{ name: basename(subject), digest: { sha256: hashFile(subject).sha256 } }],
    predicate,
  )
  const envelope = await sealStatement(statement, key)
  const staging = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(staging, envelope)
    renameSync(staging, path)
  } catch (cause) {
    rmSync(staging, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BuilderError(
      'OUTPUT_PLACE',
      `${path}: the provenance cannot be written: ${reason}`,
      { file: path },
      { cause },
    )
  }
}
