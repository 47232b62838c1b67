import { sha256Hex } from '../crypto/sha256.ts'

/** workenv §5.1: room for the lines of 1024 slots. */
export const MAX_SEAL_BYTES = 131072

const FIRST_LINE = 'flavor-workenv 1'
const HEX = '([0-9a-f]{64})'
const NUMBER = '(0|[1-9][0-9]{0,18})'
const HEAD = new RegExp(
  `^${FIRST_LINE}\ncontent ${HEX}\nattempt ([1-9][0-9]{0,8})\nplace (?:-|${HEX})\nboot (?:-|([0-9a-f][0-9a-f-]{0,63}))\n` +
    `executable (?:-|${NUMBER} ${NUMBER})\nsetup (?:-|${HEX})\n((?:(?:own|share) .*\n)*)sum ${HEX}\n$`,
)
const SLOT = new RegExp(`^(?:own (0|[1-9][0-9]{0,3}) ${HEX}|share (0|[1-9][0-9]{0,3}) ${HEX} ${NUMBER})$`)

/** Size and time of a file, by which a change is seen without reading it. */
export interface FileStamp {
  readonly size: bigint
  /** Nanoseconds since 1970. */
  readonly mtime: bigint
}

export type SealedSlot =
  | { readonly kind: 'own'; readonly index: number; readonly tree: string }
  /** `mtime` of the listing tells one copy of the slot from the next. */
  | { readonly kind: 'share'; readonly index: number; readonly tree: string; readonly mtime: bigint }

/** workenv §5.1: says that an attempt is whole. */
export interface Seal {
  readonly content: string
  readonly attempt: number
  /** Hex SHA-256 of the path of `root`; undefined for a package that is not bound to its place. */
  readonly place: string | undefined
  readonly boot: string | undefined
  readonly executable: FileStamp | undefined
  /** Hex SHA-256 of `listing/setup`. */
  readonly setup: string | undefined
  /** Sorted by index. */
  readonly slots: readonly SealedSlot[]
}

/** workenv §5.1: the bytes of a seal. */
export function formatSeal(seal: Seal): string {
  const { executable } = seal
  const lines = [
    FIRST_LINE,
    `content ${seal.content}`,
    `attempt ${seal.attempt}`,
    `place ${seal.place ?? '-'}`,
    `boot ${seal.boot ?? '-'}`,
    `executable ${executable === undefined ? '-' : `${executable.size} ${executable.mtime}`}`,
    `setup ${seal.setup ?? '-'}`,
    ...seal.slots.map(slot =>
      slot.kind === 'own' ? `own ${slot.index} ${slot.tree}` : `share ${slot.index} ${slot.tree} ${slot.mtime}`,
    ),
  ]
  const text = `${lines.join('\n')}\n`
  return `${text}sum ${sha256Hex(Buffer.from(text))}\n`
}

/** workenv §5.1: undefined for anything that `formatSeal` would not have written, such as what a power failure left of a seal. */
export function parseSeal(text: string): Seal | undefined {
  if (text.length > MAX_SEAL_BYTES) return undefined
  const [, content, attempt, place, boot, size, mtime, setup, slotLines = '', sum] = HEAD.exec(text) ?? []
  if (content === undefined || sum === undefined) return undefined
  if (sha256Hex(Buffer.from(text.slice(0, -`sum ${sum}\n`.length))) !== sum) return undefined
  const slots: SealedSlot[] = []
  for (const line of slotLines.split('\n').slice(0, -1)) {
    const slot = parseSlot(line)
    if (slot === undefined || slot.index <= (slots.at(-1)?.index ?? -1)) return undefined
    slots.push(slot)
  }
  const executable =
    size === undefined || mtime === undefined ? undefined : { size: BigInt(size), mtime: BigInt(mtime) }
  return { content, attempt: Number(attempt), place, boot, executable, setup, slots }
}

function parseSlot(line: string): SealedSlot | undefined {
  const [, ownIndex, ownTree, sharedIndex, sharedTree, mtime] = SLOT.exec(line) ?? []
  if (ownTree !== undefined) return { kind: 'own', index: Number(ownIndex), tree: ownTree }
  if (sharedTree === undefined || mtime === undefined) return undefined
  return { kind: 'share', index: Number(sharedIndex), tree: sharedTree, mtime: BigInt(mtime) }
}
