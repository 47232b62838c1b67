import { checksumHex } from '../../format/metadata.ts'
import type { PackageFile } from '../package-file.ts'
import { openEnvelope } from './dsse-envelope.ts'
import { OriginError } from './origin-error.ts'
import { originSlot, readOrigin } from './origin-slot.ts'
import { parseStatement, type Statement, type Subject } from './provenance-statement.ts'

/**
 * Spec §5.8: the provenance of a package, its signature and its subjects compared with what the signed metadata says; undefined where the
 * package has none. That launcher and slots have these digests is for `verifyPackage`.
 * @throws OriginError ORIGIN_SLOT, PROVENANCE_FORM, PROVENANCE_SIGNATURE, PROVENANCE_SUBJECT; PackageError, CodecError
 */
export async function checkProvenance(pkg: PackageFile): Promise<Statement | undefined> {
  const slot = originSlot(pkg, 'provenance')
  if (slot === undefined) return undefined
  const where = `slot ${slot.index} (${slot.id})`
  const statement = parseStatement(openEnvelope(await readOrigin(pkg, 'provenance'), pkg.index.publicKey, where), where)
  compareSubjects(statement.subject, packageSubjects(pkg), where)
  return statement
}

/** Spec §5.8: what the provenance of a package has to be about. */
export function packageSubjects(pkg: PackageFile): Subject[] {
  const { launcher, provenance } = pkg.metadata
  return [
    { name: 'launcher', digest: { sha256: checksumHex(launcher?.checksum ?? '') } },
    ...pkg.slots
      .filter(slot => !slot.isSelf && slot.id !== provenance)
      .map(slot => slotSubject(slot.id, checksumHex(slot.metadata.checksum))),
  ]
}

/** Spec §5.8: a slot as a subject. */
export function slotSubject(id: string, sha256: string): Subject {
  return { name: `slot:${id}`, digest: { sha256 } }
}

function compareSubjects(got: readonly Subject[], want: readonly Subject[], where: string): void {
  for (const { name, digest } of want) {
    const found = got.filter(subject => subject.name === name)
    const digests = found.map(subject => subject.digest.sha256).join(' and ')
    if (digests !== digest.sha256) throw subjectError(where, name, digests || 'absent', digest.sha256)
  }
  const stranger = got.find(({ name }) => !want.some(subject => subject.name === name))
  if (stranger !== undefined) throw subjectError(where, stranger.name, stranger.digest.sha256, 'no such subject')
}

function subjectError(where: string, subject: string, got: string, want: string): OriginError {
  const message = `${where}: the digest of the subject ${JSON.stringify(subject)} is ${got}, expected ${want} (spec §5.8)`
  const hint = 'this provenance is that of another package: do not trust what it says'
  return new OriginError('PROVENANCE_SUBJECT', message, { field: subject, got, want }, { hint })
}
