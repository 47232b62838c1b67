import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

interface VectorJson {
  readonly kind?: string
  readonly file?: string
  readonly input?: Readonly<Record<string, unknown>>
}

const KINDS_WITH_FILES: Readonly<Record<string, string>> = {
  'slot-descriptor': 'slot-descriptor',
  gzip: 'gzip',
  zstd: 'zstd',
  tar: 'tar',
  listing: 'listing',
}

/** What the vectors of spec/vectors hold for each target: where fuzzing begins. */
export function seedsFromVectors(root: string): Map<string, Uint8Array[]> {
  const seeds = new Map<string, Uint8Array[]>()
  const add = (target: string, bytes: Uint8Array) => seeds.set(target, [...(seeds.get(target) ?? []), bytes])
  const vectors = join(root, 'spec/vectors')
  for (const path of readdirSync(vectors, { recursive: true, encoding: 'utf8' }).sort()) {
    if (path.endsWith('.psp')) addPackage(readFileSync(join(vectors, path)), add)
    if (!path.endsWith('.json') || path.startsWith('workenv')) continue
    const vector = JSON.parse(readFileSync(join(vectors, path), 'utf8')) as VectorJson
    const target = KINDS_WITH_FILES[vector.kind ?? '']
    if (target !== undefined && vector.file !== undefined)
      add(target, readFileSync(join(vectors, path, '..', vector.file)))
    if (vector.input !== undefined) addInput(vector.kind, vector.input, add)
  }
  for (const seal of readSeals(join(vectors, 'workenv/seals.json'))) add('seal', Buffer.from(seal))
  for (const fixture of ['httpie-app', 'numpy-app', 'abilities']) {
    add('manifest', readFileSync(join(root, 'fixtures', fixture, 'pyproject.toml')))
  }
  add('manifest', Buffer.from(MANIFEST))
  add('arguments', Buffer.from('\x02app.psp\n--deep\n--json'))
  return seeds
}

const MANIFEST = JSON.stringify({
  package: { name: 'app', version: '1' },
  execution: { command: '{workenv}/bin/app', primary_slot: 0, env: { A: 'b' } },
  slots: [{ slot: 0, id: 'app', source: 'app', target: '{workenv}', operations: 'tgz', permissions: '0755' }],
  setup_commands: [{ type: 'write_file', path: '{workenv}/x', content: 'y' }],
})

type Add = (target: string, bytes: Uint8Array) => void

function addPackage(file: Buffer, add: Add): void {
  if (file.length <= 32_768) add('package', file)
  const trailer = file.subarray(Math.max(0, file.length - 8200))
  add('trailer', trailer)
  if (trailer.length < 8200) return
  add('index', trailer.subarray(12, 64))
  const [offset, size] = [Number(trailer.readBigUInt64LE(28)), Number(trailer.readBigUInt64LE(36))]
  const metadata = file.subarray(offset, Math.min(file.length, offset + size))
  if (metadata.length === 0 || metadata.length > 4096) return
  add('metadata-gzip', metadata)
  try {
    const json = inflateRawSync(metadata.subarray(10), { maxOutputLength: 1 << 16 })
    add('metadata', json)
    add('ed25519', Buffer.concat([trailer.subarray(68, 100), trailer.subarray(132, 196), json.subarray(0, 64)]))
  } catch {
    // A vector whose metadata is no gzip.
  }
}

function addInput(kind: string | undefined, input: Readonly<Record<string, unknown>>, add: Add): void {
  const text = (key: string) => Buffer.from(`${input[key]}`)
  if (kind === 'operations') {
    const packed = Buffer.alloc(8)
    packed.writeBigUInt64LE(BigInt.asUintN(64, BigInt(`${input.packed}`)))
    add('operations', packed)
  }
  if (kind === 'operations-name') add('operations', text('text'))
  if (kind === 'target-path') add('target-path', text('target'))
  if (kind === 'placeholder') add('placeholder', text('template'))
  if (kind === 'command-line') add('command-line', text('command'))
  if (kind === 'name-pattern') add('name-pattern', Buffer.from(`${input.pattern}\n${input.name}`))
  if (kind === 'ed25519') {
    const parts = ['public_key', 'signature', 'message'].map(key => Buffer.from(`${input[key]}`, 'hex'))
    add('ed25519', Buffer.concat(parts))
  }
}

/** Every text of the file that begins like a seal. */
function readSeals(path: string): string[] {
  const seals: string[] = []
  JSON.parse(readFileSync(path, 'utf8'), (_, value) => {
    if (typeof value === 'string' && value.startsWith('flavor-workenv')) seals.push(value)
    return value
  })
  return seals
}
