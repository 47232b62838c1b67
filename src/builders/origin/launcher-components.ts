import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { type Platform, platformName } from '../../format/platform.ts'
import type { PackageParts } from '../../package/origin/add-origin.ts'
import type { PlannedComponent } from '../../package/origin/planned-origin.ts'
import { installationRoot } from '../../tools/installation.ts'
import { UNKNOWN_VERSION } from '../chosen-launcher.ts'
import { LauncherError } from '../launcher/launcher-error.ts'
import { NATIVE_LAUNCHER } from '../launcher/native/native-recipe.ts'
import { NODE_LAUNCHER } from '../launcher/node-recipe.ts'
import { packageUrl } from './package-url.ts'

export const LAUNCHER_REF = 'launcher'
/** Which crates the native launcher is made of. It travels with flavor, because a launcher that npm brought has no sources beside it. */
export const CRATES = 'launchers/native/crates.json'
/** What the Node launcher bundles of others, and under which licence. */
export const BUNDLED_LIBRARIES: Readonly<Record<string, string>> = { fflate: 'MIT', valibot: 'MIT' }

const text = v.string()
export const CrateSchema = v.strictObject({
  name: text,
  version: text,
  /** Of the file that the registry has; the lock file says the same. */
  sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/)),
  licence: text,
  /** `name@version` of the crates that it needs. */
  needs: v.array(text),
  /** Whether the launcher itself needs it. */
  direct: v.optional(v.literal(true)),
  /** Platforms of launchers that contain it; absent: all. */
  platforms: v.optional(v.array(text)),
})
export type Crate = v.InferOutput<typeof CrateSchema>

/**
 * The launcher and what it is made of. One that somebody named by its path is a file of which only the hash is known.
 * @throws LauncherError LAUNCHER_CRATES
 */
export function launcherComponent(
  launcher: PackageParts['launcher'],
  platform: Platform | undefined,
): PlannedComponent {
  const { tool, toolVersion, checksum } = launcher
  const named = { ref: LAUNCHER_REF, type: 'application' as const, name: tool, sha256: checksum }
  // Whatever a file calls itself, nobody knows what it is made of.
  if (toolVersion === UNKNOWN_VERSION || (tool !== NATIVE_LAUNCHER && tool !== NODE_LAUNCHER)) return named
  const { parts, dependsOn } = tool === NATIVE_LAUNCHER ? nativeParts(toolVersion, platform) : nodeParts(toolVersion)
  const purl = packageUrl('generic', tool, toolVersion)
  return { ...named, version: toolVersion, purl, licence: 'Apache-2.0', dependsOn, parts }
}

interface LauncherParts {
  readonly parts: readonly PlannedComponent[]
  /** Refs of those that the launcher itself needs. */
  readonly dependsOn: readonly string[]
}

function nativeParts(toolVersion: string, platform: Platform | undefined): LauncherParts {
  const name = platform === undefined ? undefined : platformName(platform)
  const crates = readCrates().filter(({ platforms }) => name === undefined || (platforms?.includes(name) ?? true))
  const there = new Set(crates.map(crate => `${crate.name}@${crate.version}`))
  const components = crates.map(({ name, version, sha256, licence, needs }) => ({
    ...library('cargo', name, version, licence),
    sha256,
    dependsOn: needs.filter(need => there.has(need)).map(need => `cargo:${need}`),
  }))
  const rust = /\+rust\.([0-9.]+[0-9])/.exec(toolVersion)?.[1]
  const standard = rust === undefined ? [] : [library('generic', 'rust-std', rust, 'MIT OR Apache-2.0')]
  const direct = crates.filter(crate => crate.direct).map(({ name, version }) => `cargo:${name}@${version}`)
  return { parts: [...components, ...standard], dependsOn: [...direct, ...standard.map(({ ref }) => ref)] }
}

function nodeParts(toolVersion: string): LauncherParts {
  const node = /\+node\.([0-9.]+)/.exec(toolVersion)?.[1]
  const manifest = JSON.parse(readFileSync(join(installationRoot(), 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const bundled = Object.entries(BUNDLED_LIBRARIES).map(([name, licence]) =>
    library('npm', name, manifest.dependencies[name] ?? '', licence),
  )
  const parts = [...(node === undefined ? [] : [library('generic', 'node', node, 'MIT')]), ...bundled]
  return { parts, dependsOn: parts.map(({ ref }) => ref) }
}

function library(type: 'cargo' | 'npm' | 'generic', name: string, version: string, licence: string): PlannedComponent {
  const purl = packageUrl(type, name, version)
  return { ref: `${type}:${name}@${version}`, type: 'library', name, version, purl, licence }
}

/** @throws LauncherError LAUNCHER_CRATES */
export function readCrates(root: string = installationRoot()): readonly Crate[] {
  const path = join(root, CRATES)
  try {
    return v.parse(v.array(CrateSchema), JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${path}: the list of crates of the native launcher cannot be read: ${reason}`
    const hint = 'install flavor again, or pack with --no-sbom'
    throw new LauncherError('LAUNCHER_CRATES', message, { file: path }, { cause, hint })
  }
}
