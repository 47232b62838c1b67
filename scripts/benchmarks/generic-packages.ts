import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchContext, runCommand } from './bench-context.ts'
import { staticProgram } from './interleaved.ts'

const CHUNK = 64 * 1024
/** As many in one directory as in large trees that people have. */
const FILES_OF_DIRECTORY = 1000

export interface BenchPackage {
  readonly path: string
  /** Unpacks it, and says where. */
  prepare(): Promise<string>
}

/** A static C program that prints a line, stored compressed. */
export async function packHello(context: BenchContext, flags: readonly string[] = []): Promise<BenchPackage> {
  const slot = { source: await staticProgram('hello'), target: 'bin/hello', permissions: '0755', operations: 'zstd' }
  return await packSlot(context, 'hello', slot, '{workenv}/bin/hello', flags)
}

/** One file, half of which is random and half repeats it, in a single zstd slot. */
export async function packBytes(context: BenchContext, size: number): Promise<BenchPackage> {
  const name = `bytes-${size}`
  writeBytes(join(context.directory, name), size)
  return await packSlot(context, name, { source: name, target: 'data', operations: 'zstd' }, '/bin/true')
}

/** The same file, stored as it is; encrypted where a variable of the context holds its key. */
export async function packStored(context: BenchContext, size: number, variable?: string): Promise<BenchPackage> {
  const name = variable === undefined ? 'stored' : 'encrypted'
  writeBytes(join(context.directory, name), size)
  const encryption = variable === undefined ? {} : { encryption: 'aes256', key_source: `env:${variable}` }
  return await packSlot(context, name, { source: name, target: 'data', operations: 'raw', ...encryption }, '/bin/true')
}

function writeBytes(path: string, size: number): void {
  const file = openSync(path, 'w')
  const random = randomBytes(1)
  for (let written = 0; written < size; written += CHUNK) {
    const chunk = Buffer.alloc(CHUNK, random())
    writeSync(file, chunk, 0, Math.min(CHUNK, size - written))
  }
  closeSync(file)
}

/** A tree of small files in a single tar.zst slot: of 600 bytes and less, or of so many bytes. */
export async function packFiles(context: BenchContext, count: number, bytes?: number): Promise<BenchPackage> {
  const name = `files-${count}`
  for (let at = 0; at < count; at++) {
    const directory = join(context.directory, name, `d${Math.floor(at / FILES_OF_DIRECTORY)}`)
    if (at % FILES_OF_DIRECTORY === 0) mkdirSync(directory, { recursive: true })
    const line = `${at}\n`
    const text = bytes === undefined ? line.repeat(100) : line.repeat(bytes / line.length + 1).slice(0, bytes)
    writeFileSync(join(directory, `f${at}`), text)
  }
  return await packSlot(context, name, { source: name, target: 'files', operations: 'tar.zst' }, '/bin/true')
}

async function packSlot(
  { directory, env, flavor }: BenchContext,
  name: string,
  slot: Readonly<Record<string, string>>,
  command: string,
  flags: readonly string[] = [],
): Promise<BenchPackage> {
  const manifest = join(directory, `${name}.json`)
  const text = { package: { name, version: '1.0.0' }, execution: { command }, slots: [{ slot: 0, id: name, ...slot }] }
  writeFileSync(manifest, JSON.stringify(text))
  const path = join(directory, `${name}.psp`)
  await runCommand(
    flavor('pack', '--manifest', manifest, '--output', path, '--key-seed', 'bench', '--fast', ...flags),
    env,
    directory,
  )
  return { path, prepare: () => preparePackage(path, env) }
}

/** Unpacks a package, and says where. */
export async function preparePackage(path: string, env: Readonly<Record<string, string>>): Promise<string> {
  return (await runCommand([path, 'prepare'], { ...env, FLAVOR_LAUNCHER_CLI: '1' })).trim()
}

/** The same for every run: half of each chunk is what the generator gives, the other half the same again. */
function randomBytes(seed: number): () => Buffer {
  let state = seed
  const half = Buffer.alloc(CHUNK / 2)
  return () => {
    for (let at = 0; at < half.length; at += 4) {
      // Xorshift of 32 bits: what zstd makes smaller must not depend on the day.
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      half.writeInt32LE(state, at)
    }
    return half
  }
}
