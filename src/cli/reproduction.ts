import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type PackedProject, pack } from '../builders/pack.ts'
import type { PackOptions } from '../builders/pack-options.ts'
import { reproductionOptions } from '../builders/reproduction.ts'
import { type Difference, packageDifferences } from '../package/difference/package-difference.ts'
import { readOrigin } from '../package/origin/origin-slot.ts'
import { checkProvenance } from '../package/origin/provenance.ts'
import { openPackage, type PackageFile } from '../package/package-file.ts'
import { verifyPackage } from '../package/verify.ts'
import { type CountedDifferences, countDifferences, differencesText } from './difference-text.ts'
import { plainText } from './ui/plain-text.ts'
import { formatCount } from './ui/quantity.ts'

/** What became of packing a project again. */
export interface Reproduction extends CountedDifferences {
  readonly file: string
  readonly packed: PackedProject
  /** Whether the same key signed, so that the bytes can be the same. */
  readonly isSameKey: boolean
}

/**
 * Packs the project here as the provenance of `file` says that it was packed, and compares. Without an output what was packed is removed
 * again.
 * @throws OriginError for a package whose provenance is missing or not its own; BuilderError REPRODUCE_INPUT, and what packing throws
 */
export async function reproduce(file: string, options: PackOptions): Promise<Reproduction> {
  const original = openPackage(file)
  const scratch = mkdtempSync(join(tmpdir(), 'flavor-reproduce-'))
  try {
    await readOrigin(original, 'provenance')
    await verifyPackage(original, options.onProgress === undefined ? {} : { onProgress: options.onProgress })
    const statement = await checkProvenance(original)
    if (statement === undefined) throw new Error(`${file}: provenance was there a moment ago`)
    const { externalParameters } = statement.predicate.buildDefinition
    const directory = dirname(resolve(options.manifest))
    const isForOnePlatform = original.metadata.platforms !== undefined
    const again = reproductionOptions(externalParameters, options, directory, isForOnePlatform)
    const packed = await pack({ ...again, output: options.output ?? join(scratch, 'app') })
    return { ...(await compare(original, packed.written.path)), file, packed }
  } finally {
    original.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function compare(original: PackageFile, path: string): Promise<CountedDifferences & { isSameKey: boolean }> {
  const copy = openPackage(path)
  try {
    const isSameKey = Buffer.compare(original.index.publicKey, copy.index.publicKey) === 0
    const found = packageDifferences(original, copy)
    return { ...(await countDifferences(isSameKey ? found : withoutKey(found))), isSameKey }
  } finally {
    copy.close()
  }
}

/** What the metadata says of the key. */
const KEY_FIELDS = new Set(['key_id', 'ephemeral', 'test_key'])

/** Whoever has not the key signs with another one; all that can be the same then is what was signed. */
async function* withoutKey(found: AsyncIterable<Difference>): AsyncGenerator<Difference> {
  for await (const difference of found) {
    const { kind, path } = difference
    if (kind !== 'key' && !(kind === 'field' && KEY_FIELDS.has(path ?? ''))) yield difference
  }
}

export function reproductionObject({ file, isSameKey, total, shown }: Reproduction) {
  return { reproduces: file, reproduced: total === 0, same_key: isSameKey, total, differences: shown }
}

export function reproductionText(reproduction: Reproduction): string {
  const { file, isSameKey, total } = reproduction
  if (total > 0)
    return `${plainText(file)} was not reproduced: ${formatCount(total, 'difference')}\n${differencesText(reproduction)}`
  const but = isSameKey ? 'the same bytes' : 'the same but for the signature, which is by another key'
  return `${plainText(file)} was reproduced: ${but}\n`
}
