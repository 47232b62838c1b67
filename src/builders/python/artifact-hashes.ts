import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import * as v from 'valibot'
import { type InstallContext, runnable } from './install-context.ts'
import type { InstalledDistribution } from './installed-files.ts'
import { formatRequirements, type LockedRequirement, normalName, requirementName } from './requirements.ts'
import { runUv } from './uv-command.ts'

const text = v.string()
const ArtifactSchema = v.object({
  name: v.optional(text),
  url: v.optional(text),
  path: v.optional(text),
  hashes: v.optional(v.object({ sha256: v.optional(text) }), {}),
})

/** PEP 751, as far as it says which file of an index has which hash. */
const PylockSchema = v.object({
  packages: v.optional(
    v.array(
      v.object({
        name: text,
        sdist: v.optional(ArtifactSchema),
        wheels: v.optional(v.array(ArtifactSchema), []),
        archive: v.optional(ArtifactSchema),
      }),
    ),
    [],
  ),
})
type Pylock = v.InferOutput<typeof PylockSchema>

/**
 * The SHA-256 of the file that each distribution was installed from, by its name. A lock holds the hashes of all files of a version, and
 * an installer does not tell which it took: uv names the files of these hashes, and the tags of what is installed choose among them. What
 * stays unclear is left out.
 */
export async function artifactHashes(
  packages: readonly LockedRequirement[],
  distributions: readonly InstalledDistribution[],
  context: InstallContext,
): Promise<ReadonlyMap<string, string>> {
  const locked = new Map(packages.map(({ requirement, hashes }) => [requirementName(requirement), hashes]))
  const alone = [...locked].flatMap(([name, hashes]) =>
    hashes.length === 1 ? [[name, hashOf(hashes[0])] as const] : [],
  )
  const found = new Map(alone.flatMap(([name, hash]) => (hash === undefined ? [] : [[name, hash] as const])))
  const open = distributions.filter(({ name }) => (locked.get(name)?.length ?? 0) > 1)
  if (open.length === 0) return found
  const pylock = await nameFiles(packages, context)
  for (const { name, directory } of open) {
    const hash = chooseArtifact(pylock, name, wheelTags(directory))
    if (hash !== undefined && locked.get(name)?.includes(`sha256:${hash}`)) found.set(name, hash)
  }
  return found
}

/** What uv knows of the files: it has just fetched the list, and can tell it without a network where installing could. */
async function nameFiles(packages: readonly LockedRequirement[], context: InstallContext): Promise<Pylock> {
  const { interpreter, uv } = context
  const python = runnable(interpreter).program
  const args = ['pip', 'compile', '--no-deps', '--format', 'pylock.toml', '--quiet', '--python', python]
  const result = await runUv(uv, [...args, '-'], formatRequirements(packages))
  if (!result.ok) return { packages: [] }
  try {
    return v.parse(PylockSchema, parse(result.stdout))
  } catch {
    return { packages: [] }
  }
}

function chooseArtifact(pylock: Pylock, name: string, tags: ReadonlySet<string>): string | undefined {
  const entry = pylock.packages.find(candidate => normalName(candidate.name) === name)
  if (entry === undefined) return undefined
  // Without any wheel it was built from the source.
  if (entry.wheels.length === 0) return (entry.sdist ?? entry.archive)?.hashes.sha256
  const fitting = entry.wheels.filter(wheel => tagsOfFile(wheel).some(tag => tags.has(tag)))
  const hashes = new Set(fitting.map(({ hashes }) => hashes.sha256))
  return hashes.size === 1 ? [...hashes][0] : undefined
}

/** The `Tag` lines of WHEEL: `cp311-cp311-manylinux_2_17_x86_64`. */
function wheelTags(directory: string): ReadonlySet<string> {
  const path = join(directory, 'WHEEL')
  if (!existsSync(path)) return new Set()
  return new Set([...readFileSync(path, 'utf8').matchAll(/^Tag:\s*(\S+)/gm)].map(match => match[1] ?? ''))
}

/** A name of a file stands for each combination of its parts: `cp311-abi3.cp311-any`. */
function tagsOfFile({ name, url, path }: v.InferOutput<typeof ArtifactSchema>): string[] {
  const file = (name ?? url ?? path ?? '').split(/[/\\]/).at(-1) ?? ''
  const [python = '', abi = '', platform = ''] = file
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3)
  return python
    .split('.')
    .flatMap(one => abi.split('.').flatMap(two => platform.split('.').map(three => `${one}-${two}-${three}`)))
}

function hashOf(locked: string | undefined): string | undefined {
  return /^sha256:([0-9a-f]{64})$/.exec(locked ?? '')?.[1]
}
