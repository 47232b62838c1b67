import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { specialFile } from '../files/special-file.ts'
import { type ExtractedSlot, extractSlot } from './extract.ts'
import { PackageError, reasonOf } from './package-error.ts'
import type { PackageFile } from './package-file.ts'
import type { PackageSlot } from './package-slot.ts'
import type { OnProgress } from './verify.ts'

export interface UnpackOptions {
  /** Replace what is there; without it that is refused. */
  readonly replace?: boolean
  readonly onProgress?: OnProgress
}

export interface UnpackedSlot extends Omit<ExtractedSlot, 'listing'> {
  readonly index: number
  readonly id: string
  readonly path: string
}

/**
 * Unpacks one slot to `output`: a tree becomes a directory, anything else a file. It is complete and verified when it appears.
 * @throws PackageError OUTPUT_EXISTS, OUTPUT_WRITE and what `extractSlot` throws
 */
export async function unpackSlot(
  pkg: PackageFile,
  slot: PackageSlot,
  output: string,
  options: UnpackOptions = {},
): Promise<UnpackedSlot> {
  const path = resolve(output)
  if (!options.replace) refuseExisting(path, output)
  refuseWhereWeAre(path, output)
  return staged(dirname(path), output, async stage => {
    const unpacked = await unpackInto(pkg, slot, stage, 'slot', counter([slot], options))
    exchange([{ from: unpacked.path, to: path }], stage, output)
    return { ...unpacked, path: output }
  })
}

/**
 * Unpacks every slot into a directory: `NN_<id>` each, and `metadata.json` with exactly the bytes that are signed. All of it appears
 * at the end or nothing does; with `replace` other files of the directory stay.
 * @throws PackageError OUTPUT_EXISTS, OUTPUT_WRITE and what `extractSlot` throws
 */
export async function unpackPackage(
  pkg: PackageFile,
  output: string,
  options: UnpackOptions = {},
): Promise<readonly UnpackedSlot[]> {
  const directory = resolve(output)
  const isNew = isAbsentOrEmpty(directory)
  if (!isNew && !options.replace) refuseExisting(directory, output)
  const slots = pkg.slots.filter(slot => !slot.isSelf)
  // Inside of an existing directory, so that the renames stay on its file system.
  return staged(isNew ? dirname(directory) : directory, output, async stage => {
    const contents = join(stage, 'contents')
    mkdirSync(contents)
    const count = counter(slots, options)
    const unpacked: UnpackedSlot[] = []
    for (const slot of slots) unpacked.push(await unpackInto(pkg, slot, contents, directoryName(slot), count))
    writeFileSync(join(contents, 'metadata.json'), pkg.metadataBytes)
    if (isNew) exchange([{ from: contents, to: directory }], stage, output)
    else
      exchange(
        readdirSync(contents).map(name => ({ from: join(contents, name), to: join(directory, name) })),
        stage,
        output,
      )
    return unpacked.map(slot => ({ ...slot, path: join(output, basename(slot.path)) }))
  })
}

/** `00_app`: an id may hold anything, a file name may not. The number keeps two ids apart that become the same. */
function directoryName(slot: PackageSlot): string {
  const id = slot.id.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)
  return `${String(slot.index).padStart(2, '0')}_${id}`
}

type Count = (slot: PackageSlot) => (bytes: number) => void

async function unpackInto(
  pkg: PackageFile,
  slot: PackageSlot,
  parent: string,
  name: string,
  count: Count,
): Promise<UnpackedSlot> {
  const path = join(parent, name)
  const onBytes = count(slot)
  const described = { index: slot.index, id: slot.id, path }
  if (slot.isTree) {
    mkdirSync(path)
    const { listing: _, ...rest } = await extractSlot(pkg, slot, path, { target: '', onBytes })
    return { ...described, ...rest }
  }
  // The signed listing of a single file names it by its own base name, so it gets its final name afterwards.
  const own = mkdtempSync(join(parent, '.file-'))
  const target = basename(slot.target)
  const { listing: _, ...rest } = await extractSlot(pkg, slot, own, { target, onBytes })
  renameSync(join(own, target), path)
  rmSync(own, { recursive: true })
  return { ...described, ...rest }
}

/** Runs work in a private directory of `parent`, which is gone afterwards, whatever happens. */
async function staged<T>(parent: string, output: string, work: (stage: string) => Promise<T>): Promise<T> {
  let stage: string
  try {
    stage = mkdtempSync(join(parent, '.flavor-extract-'))
  } catch (cause) {
    throw writeError(output, cause)
  }
  try {
    return await work(stage)
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

interface Move {
  readonly from: string
  readonly to: string
}

/** Puts every new file in its place and what was there aside; after a failure everything is as it was. */
function exchange(moves: readonly Move[], stage: string, output: string): void {
  const undo: Move[] = []
  try {
    for (const [position, { from, to }] of moves.entries()) {
      const special = specialFile(to)
      if (special !== undefined) throw new Error(`${to} is ${special}, expected a file or a directory`)
      if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
        const aside = join(stage, `former-${position}`)
        renameSync(to, aside)
        undo.unshift({ from: aside, to })
      }
      renameSync(from, to)
      undo.unshift({ from: to, to: from })
    }
  } catch (cause) {
    for (const { from, to } of undo) renameSync(from, to)
    throw writeError(output, cause)
  }
}

function isAbsentOrEmpty(directory: string): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false })
  return found === undefined || (found.isDirectory() && readdirSync(directory).length === 0)
}

function refuseExisting(path: string, output: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return
  const hint = '--force replaces it'
  throw new PackageError(
    'OUTPUT_EXISTS',
    `${output}: exists already, expected nothing there`,
    { file: output },
    { hint },
  )
}

/** `extract -f app 0 .` means to make something there, as with cp; it would take away everything that is there. */
function refuseWhereWeAre(path: string, output: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const below = relative(realpathSync(path), process.cwd())
  if (below.split(sep)[0] === '..' || isAbsolute(below)) return
  const message = `${output}: holds the directory that you are in, expected the name of what is to be made`
  const hint = 'this verb replaces what has that name; `flavor extract-all` unpacks into a directory'
  throw new PackageError('OUTPUT_EXISTS', message, { file: output }, { hint })
}

function counter(slots: readonly PackageSlot[], options: UnpackOptions): Count {
  const total = slots.reduce((sum, slot) => sum + Number(slot.descriptor.size), 0)
  let done = 0
  return slot => bytes => {
    done += bytes
    options.onProgress?.({ step: `unpack slot ${slot.index} (${slot.id})`, done, total })
  }
}

function writeError(output: string, cause: unknown): PackageError {
  return new PackageError(
    'OUTPUT_WRITE',
    `${output}: cannot be written: ${reasonOf(cause)}`,
    { file: output },
    { cause },
  )
}
