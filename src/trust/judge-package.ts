import { readKeyrings } from './keyring.ts'
import type { KeyringPlace } from './keyring-places.ts'
import { changeMemory, readMemory } from './memory-file.ts'
import type { Keyring } from './pins.ts'
import { decideTrust, type JudgedPackage, type TrustDecision, type TrustState } from './policy.ts'

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
  const place = places.find(({ keyring }) => keyring === 'user')
  const isRemembering = question.policy !== 'open' && place !== undefined
  const memory = isRemembering ? readMemory(place) : []
  const decision = decideTrust(pkg, { ...rest, keyrings, memory })
  return {
    ...decision,
    remember: async () => {
      if (!isRemembering || decision.memory === memory) return
      await changeMemory(place, now => decideTrust(pkg, { ...rest, keyrings, memory: now }).memory)
    },
  }
}
