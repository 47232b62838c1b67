import { readKeyrings } from './keyring.ts'
import type { KeyringPlace } from './keyring-places.ts'
import { changeMemory, readMemory } from './memory-file.ts'
import type { Keyring } from './pins.ts'
import { decideTrust, type JudgedPackage, type TrustDecision, type TrustState } from './policy.ts'
import { TrustError } from './trust-error.ts'

/** What a caller of `flavor verify` and `flavor run` brings. */
export interface TrustQuestion extends Omit<TrustState, 'keyrings' | 'memory'> {
  readonly places: readonly KeyringPlace[]
  /** The keyring of a project, where one was named. */
  readonly project?: Keyring
}

export interface TrustJudgement extends TrustDecision {
  /** Remembers the package (trust §4), once everything else has passed. What was remembered meanwhile is judged anew. */
  remember(): Promise<void>
}

/**
 * trust §9: judges a package by all that this machine and the caller know.
 * @throws TrustError
 */
export function judgePackage(pkg: JudgedPackage, question: TrustQuestion): TrustJudgement {
  const { places, project, ...rest } = question
  const keyrings = [...readKeyrings(places, pkg.name), ...(project === undefined ? [] : [project])]
  const place = question.policy === 'open' ? undefined : placeOfMemory(question)
  const memory = place === undefined ? [] : readMemory(place)
  const decision = decideTrust(pkg, { ...rest, keyrings, memory })
  return {
    ...decision,
    remember: async () => {
      if (place === undefined || decision.memory === memory) return
      await changeMemory(place, now => decideTrust(pkg, { ...rest, keyrings, memory: now }).memory)
    },
  }
}

/** trust §5.1: without a place every package would be the first of its name, and none older than the last. */
function placeOfMemory({ places, policy }: TrustQuestion): KeyringPlace {
  const place = places.find(({ keyring }) => keyring === 'user')
  if (place !== undefined) return place
  const want = 'HOME or XDG_CONFIG_HOME to be an absolute path'
  const message = `there is no place for what was seen, which the policy ${policy} goes by, expected ${want} (trust §5.1)`
  const hint =
    'services of the system often have no HOME: set it; or use --key, which needs no memory, with --trust-policy open'
  throw new TrustError('TRUST_FILE_READ', message, { field: 'HOME', want }, { hint })
}
