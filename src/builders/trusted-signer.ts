import { readFileSync } from 'node:fs'
import type { Project } from '../manifest/project.ts'
import { isSameKey } from '../trust/base64.ts'
import { matchesNames } from '../trust/package-names.ts'
import { checkPins } from '../trust/pins.ts'
import { projectKeyring } from '../trust/project-keyring.ts'
import { parseRotations, rotationLines } from '../trust/rotation.ts'
import { TrustError } from '../trust/trust-error.ts'

/**
 * trust §9: a project that says whose keys sign it is not packed with another one.
 * @throws TrustError KEY_UNTRUSTED, TRUST_LINE
 */
export function checkProjectTrust(project: Project, output: string, publicKey: Uint8Array): void {
  if (project.trustedKeys === undefined) return
  checkPins({ path: output, name: project.name, publicKey }, [projectKeyring(project.manifest, project.trustedKeys)])
}

/**
 * trust §6: the statements that a package carries, one line each; one of them leads to the key that signs it.
 * @throws TrustError ROTATION_INVALID
 */
export function rotationsFor(name: string, publicKey: Uint8Array, paths: readonly string[]): string[] {
  return paths.flatMap(path => {
    const bytes = readFileSync(path)
    const isMeant = parseRotations(bytes, path).some(
      ({ names, newKey }) => isSameKey(newKey, publicKey) && matchesNames(names, name),
    )
    if (isMeant) return rotationLines(bytes, path)
    const message = `${path}: has no statement that leads to the key that signs, for ${JSON.stringify(name)} (trust §6)`
    const hint = '`flavor trust rotate` makes one, with the old private key and the new public one'
    throw new TrustError('ROTATION_INVALID', message, { file: path, want: 'a statement for this key' }, { hint })
  })
}
