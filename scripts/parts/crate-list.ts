import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nativePlatforms, shippedTarget } from '../../src/builders/launcher/native/native-targets.ts'
import type { Crate } from '../../src/builders/origin/launcher-components.ts'
import { platformName } from '../../src/format/platform.ts'
import type { Rust } from '../../src/tools/rust.ts'

/** What `cargo metadata` says, as far as it is read. */
export interface CargoMetadata {
  readonly packages: readonly CargoCrate[]
  readonly resolve: { readonly root: string; readonly nodes: readonly CargoNode[] }
}

interface CargoCrate {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly license: string | null
  /** Null for our own. */
  readonly source: string | null
  readonly targets: readonly { readonly kind: readonly string[] }[]
}

interface CargoNode {
  readonly id: string
  readonly deps: readonly { readonly pkg: string; readonly dep_kinds: readonly { readonly kind: string | null }[] }[]
}

/**
 * The crates that are in a launcher: what it needs when it runs, and what that needs. Crates that only run while it is compiled are not, nor
 * is a part of the launcher that is a crate of its own: what it needs, the launcher needs.
 * @param metadata by platform, each filtered for its target
 * @param lock the text of Cargo.lock, which has the hashes
 */
export function crateList(metadata: ReadonlyMap<string, CargoMetadata>, lock: string): Crate[] {
  const hashes = lockHashes(lock)
  const crates = new Map<string, Omit<Crate, 'platforms'> & { readonly platforms: string[] }>()
  for (const [platform, one] of metadata) {
    for (const { crate, needs, isDirect } of linkedCrates(one)) {
      const key = `${crate.name}@${crate.version}`
      const known = crates.get(key)
      known?.platforms.push(platform)
      if (known !== undefined) continue
      const { name, version } = crate
      const licence = (crate.license ?? 'unknown').replaceAll('/', ' OR ').replaceAll(/ {2,}/g, ' ')
      const direct = isDirect ? { direct: true as const } : {}
      crates.set(key, {
        name,
        version,
        sha256: hashes.get(key) ?? '',
        licence,
        needs,
        ...direct,
        platforms: [platform],
      })
    }
  }
  return [...crates.values()]
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
    .map(({ platforms, ...crate }) => (platforms.length === metadata.size ? crate : { ...crate, platforms }))
}

interface LinkedCrate {
  readonly crate: CargoCrate
  readonly needs: string[]
  readonly isDirect: boolean
}

function linkedCrates({ packages, resolve }: CargoMetadata): LinkedCrate[] {
  const byId = new Map(packages.map(crate => [crate.id, crate]))
  const nodes = new Map(resolve.nodes.map(node => [node.id, node]))
  const linked = (id: string): CargoCrate[] =>
    (nodes.get(id)?.deps ?? [])
      .filter(({ dep_kinds: kinds }) => kinds.some(({ kind }) => kind === null))
      .flatMap(({ pkg }) => byId.get(pkg) ?? [])
      .filter(({ targets }) => !targets.some(({ kind }) => kind.includes('proc-macro')))
      .flatMap(crate => (crate.source === null ? linked(crate.id) : [crate]))
  const direct = new Set(linked(resolve.root).map(({ id }) => id))
  const found = new Map<string, LinkedCrate>()
  const visit = (id: string): void => {
    for (const crate of linked(id)) {
      if (found.has(crate.id)) continue
      const needs = linked(crate.id).map(({ name, version }) => `${name}@${version}`)
      found.set(crate.id, { crate, needs: needs.sort(), isDirect: direct.has(crate.id) })
      visit(crate.id)
    }
  }
  visit(resolve.root)
  return [...found.values()]
}

function lockHashes(lock: string): Map<string, string> {
  const entries = lock.matchAll(/name = "(.+)"\nversion = "(.+)"\nsource = .*\nchecksum = "([0-9a-f]{64})"/g)
  return new Map([...entries].map(([, name, version, hash]) => [`${name}@${version}`, hash ?? '']))
}

/** One crate a line, so that a change shows as what it is. */
export function formatCrates(crates: readonly Crate[]): string {
  return `[\n${crates.map(crate => JSON.stringify(crate)).join(',\n')}\n]\n`
}

/** Asks cargo, for each launcher that ships. */
export function currentCrates(rust: Rust, crate: string): string {
  const metadata = nativePlatforms().map(platform => {
    const triple = shippedTarget(platform)?.triple ?? ''
    const args = ['metadata', '--locked', '--format-version=1', `--filter-platform=${triple}`]
    const env = { ...process.env, RUSTC: rust.rustc, CARGO_TERM_COLOR: 'never' }
    const result = spawnSync(rust.cargo, args, { cwd: crate, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env })
    if (result.status !== 0) throw new Error(result.stderr)
    return [platformName(platform), JSON.parse(result.stdout) as CargoMetadata] as const
  })
  return formatCrates(crateList(new Map(metadata), readFileSync(join(crate, 'Cargo.lock'), 'utf8')))
}
