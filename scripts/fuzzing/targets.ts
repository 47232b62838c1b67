import type { Material } from './byte-mutation.ts'
import { mutateBytes } from './byte-mutation.ts'
import type { Dice } from './dice.ts'
import { type Mend, mendGzip, mendSeal, mendTar, mendTrailer } from './mending.ts'
import { mutatePackage } from './package-mutation.ts'
import * as streams from './stream-answers.ts'
import * as structures from './structure-answers.ts'
import * as texts from './text-answers.ts'
import { WORDS } from './words.ts'

/** One reader that is fuzzed. */
export interface Target {
  readonly name: string
  readonly answer: (bytes: Uint8Array) => Promise<string>
  /** Whether launchers/fuzz answers for it too: then both answers must be the same. */
  readonly isNative: boolean
  /** Bytes that an input may have. */
  readonly longest: number
  readonly words: readonly string[]
  readonly mutate: (input: Uint8Array, dice: Dice, material: Material) => Uint8Array
}

interface Differences {
  readonly isNative?: false
  readonly longest?: number
  readonly words?: readonly string[]
  readonly mend?: Mend
  readonly mutate?: Target['mutate']
}

function target(name: string, answer: Target['answer'], differences: Differences = {}): Target {
  const { isNative = true, longest = 512, words = [], mend } = differences
  const mutate: Target['mutate'] = (input, dice, material) => {
    const bytes = mutateBytes(input, dice, material)
    return mend === undefined || dice.once(8) ? bytes : mend(bytes)
  }
  return { name, answer, isNative, longest, words, mutate: differences.mutate ?? mutate }
}

/** In the order in which they are run. */
export const TARGETS: readonly Target[] = [
  target('trailer', structures.trailerAnswer, { longest: 8200, mend: mendTrailer }),
  target('index', structures.indexAnswer),
  target('slot-descriptor', structures.descriptorAnswer, { longest: 80 }),
  target('operations', structures.operationsAnswer, { longest: 64, words: WORDS.operations }),
  target('ed25519', structures.ed25519Answer, { longest: 160, words: WORDS.ed25519 }),
  target('metadata', structures.metadataAnswer, { longest: 4096, words: WORDS.metadata }),
  target('metadata-gzip', streams.metadataGzipAnswer, { longest: 2048, mend: mendGzip }),
  target('gzip', streams.gzipAnswer, { longest: 1024, mend: mendGzip }),
  target('zstd', streams.zstdAnswer, { longest: 2048, words: WORDS.zstd }),
  target('tar', streams.tarAnswer, { longest: 10_240, words: WORDS.tar, mend: mendTar }),
  target('listing', structures.listingAnswer, { longest: 1024, words: WORDS.listing }),
  target('seal', texts.sealAnswer, { longest: 1024, words: WORDS.seal, mend: mendSeal }),
  target('command-line', texts.commandLineAnswer, { words: WORDS.texts }),
  target('target-path', texts.targetPathAnswer, { longest: 4096, words: WORDS.paths }),
  target('placeholder', texts.placeholderAnswer, { words: WORDS.texts }),
  target('name-pattern', texts.namePatternAnswer, { words: WORDS.patterns }),
  target('package', streams.packageAnswer, { longest: 65_536, words: WORDS.metadata, mutate: mutatePackage }),
  target('manifest', texts.manifestAnswer, { isNative: false, longest: 4096, words: WORDS.manifest }),
  target('arguments', texts.argumentsAnswer, { isNative: false, words: WORDS.arguments }),
]
