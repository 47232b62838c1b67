import { hostileFiles } from '../../test/hostile/all.ts'
import { breachesOf, specRules, vectorBreaches } from '../generated/rules.ts'
import type { Check } from './project.ts'

/** Codes of rules that no bytes of a package break, each with the reason. */
const NOT_READERS: Readonly<Record<string, string>> = {
  ENCODE_FAILED: 'about writing',
  TAR_MEMBER: 'about writing',
  ENTRY_MODE: 'the archive reader refuses the bits first; the packer meets it',
  OUTPUT_WRITE: 'about the file system',
  SETUP_FAILED: 'vectors of setup run it; it is about what a command does',
  KEY_ENCRYPTED: 'about keys in files',
  KEY_FORMAT: 'about keys in files',
  KEY_PASSPHRASE: 'about keys in files',
  KEY_MISMATCH: 'about keys in files',
  KEY_WEAK: 'about keys in files',
  ORIGIN_SLOT: 'about those who show the origin, which no launch reads',
  SBOM_FORM: 'about those who show the origin',
  PROVENANCE_FORM: 'about those who show the origin',
  PROVENANCE_SIGNATURE: 'about those who show the origin',
  PROVENANCE_SUBJECT: 'about those who show the origin',
}

export const rulesAreProven: Check = {
  name: 'every rule of the specification is refused by both readers and shown',
  reason:
    'a rule that one reader does not know is a package that only some accept; one that nothing breaks is not tested',
  async find(project) {
    const native = project.text('launchers/native/src/error.rs')
    const breaches = [...vectorBreaches(project), ...hostileFiles()]
    return (await specRules(project))
      .filter(rule => !(rule.code in NOT_READERS))
      .flatMap(rule => [
        ...(native.includes(`"${rule.code}"`) ? [] : [`rule ${rule.number}: the native reader has no ${rule.code}`]),
        ...(breachesOf(rule, breaches).length > 0 ? [] : [`rule ${rule.number}: nothing breaks it (${rule.code})`]),
      ])
  },
}
