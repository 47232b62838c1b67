import type { Dice } from './dice.ts'

/** What a change may draw from: other inputs of the target, and words that its readers know. */
export interface Material {
  readonly corpus: readonly Uint8Array[]
  readonly words: readonly Uint8Array[]
  /** Bytes that an input may have. */
  readonly longest: number
}

type Change = (bytes: Buffer, dice: Dice, material: Material) => Uint8Array

/** Where readers tend to be wrong by one. */
const INTERESTING = [0, 1, 2, 7, 8, 9, 10, 32, 34, 39, 46, 47, 48, 55, 57, 61, 92, 123, 125, 127, 128, 129, 254, 255]
const NUMBERS = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn]
const WIDE = [2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 8n]

const CHANGES: readonly Change[] = [
  (bytes, dice) => edit(bytes, dice, (byte, random) => byte ^ (1 << random.below(8))),
  (bytes, dice) => edit(bytes, dice, (_, random) => random.below(256)),
  (bytes, dice) => edit(bytes, dice, (_, random) => random.of(INTERESTING) ?? 0),
  (bytes, dice) => edit(bytes, dice, (byte, random) => byte + random.below(9) - 4),
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1)
    return replace(bytes, at, 0, randomBytes(dice, 1 + dice.below(8)))
  },
  (bytes, dice) => replace(bytes, dice.below(bytes.length), 1 + dice.below(dice.once(4) ? bytes.length : 8), EMPTY),
  (bytes, dice) => {
    const from = dice.below(bytes.length)
    const part = bytes.subarray(from, from + 1 + dice.below(dice.once(4) ? bytes.length : 32))
    return replace(bytes, dice.below(bytes.length + 1), 0, part)
  },
  (bytes, dice) => {
    const from = dice.below(bytes.length)
    const part = bytes.subarray(from, from + 1 + dice.below(32))
    return replace(bytes, dice.below(bytes.length), part.length, part)
  },
  (bytes, dice, { words }) => insert(bytes, dice, dice.of(words) ?? EMPTY),
  (bytes, dice, { words }) => {
    const word = dice.of(words) ?? EMPTY
    return replace(bytes, dice.below(bytes.length), word.length, word)
  },
  (bytes, dice, { corpus }) => {
    const other = dice.of(corpus) ?? EMPTY
    const from = dice.below(other.length)
    return insert(bytes, dice, other.subarray(from, from + 1 + dice.below(64)))
  },
  (bytes, dice, { corpus }) => {
    const other = dice.of(corpus) ?? EMPTY
    return Buffer.concat([bytes.subarray(0, dice.below(bytes.length + 1)), other.subarray(dice.below(other.length))])
  },
  setNumber,
  setDecimal,
]

const EMPTY = new Uint8Array()

/** One to a few random changes of an input. */
export function mutateBytes(input: Uint8Array, dice: Dice, material: Material): Uint8Array {
  let bytes = Buffer.from(input)
  for (let left = 1 + dice.below(1 << dice.below(4)); left > 0; left--) {
    const change = dice.of(CHANGES)
    if (change !== undefined) bytes = Buffer.from(change(bytes, dice, material))
  }
  return bytes.subarray(0, material.longest)
}

function edit(bytes: Buffer, dice: Dice, change: (byte: number, dice: Dice) => number): Buffer {
  const at = dice.below(bytes.length)
  const byte = bytes[at]
  if (byte !== undefined) bytes[at] = change(byte, dice) & 0xff
  return bytes
}

/** An integer, little-endian, mostly where one of the format may lie. */
function setNumber(bytes: Buffer, dice: Dice): Buffer {
  const size = dice.of([2, 4, 8] as const) ?? 2
  if (bytes.length < size) return bytes
  const step = dice.once(3) ? 1 : size
  const at = dice.below(Math.floor((bytes.length - size) / step) + 1) * step
  const value = BigInt.asUintN(8 * size, (dice.of(dice.once(2) ? NUMBERS : WIDE) ?? 0n) + BigInt(dice.below(5) - 2))
  for (let position = 0; position < size; position++) {
    bytes[at + position] = Number((value >> BigInt(8 * position)) & 0xffn)
  }
  return bytes
}

/** One decimal number of a text becomes another. */
function setDecimal(bytes: Buffer, dice: Dice): Uint8Array {
  const numbers = [...bytes.toString('latin1').matchAll(/[0-9]+/g)]
  const number = dice.of(numbers)
  if (number === undefined) return bytes
  const choice = dice.of([...NUMBERS, ...WIDE]) ?? 0n
  const value = dice.once(2) ? choice : BigInt(number[0].slice(0, 18)) + BigInt(dice.below(3) - 1)
  return replace(bytes, number.index, number[0].length, Buffer.from(`${value}`))
}

function insert(bytes: Uint8Array, dice: Dice, part: Uint8Array): Uint8Array {
  return replace(bytes, dice.below(bytes.length + 1), 0, part)
}

function replace(bytes: Uint8Array, at: number, length: number, part: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at + length)])
}

function randomBytes(dice: Dice, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => dice.below(256))
}
