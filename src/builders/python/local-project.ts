import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parse } from 'smol-toml'
import * as v from 'valibot'
import { ManifestError } from '../../manifest/manifest-error.ts'
import { fieldError, readManifest } from '../../manifest/manifest-source.ts'
import type { PythonProject } from '../../manifest/project.ts'

const texts = v.optional(v.array(v.string()), [])

/** What we need of any Python project, be it the one that is packed or one that it brings along. All else is its backend's business. */
const Schema = v.object({
  'build-system': v.optional(v.object({ requires: texts })),
  project: v.optional(v.object({ name: v.optional(v.string()), dependencies: texts, dynamic: texts }), {}),
  tool: v.optional(
    v.object({
      flavor: v.optional(v.object({ build: v.optional(v.object({ dependencies: texts }), {}) }), {}),
      uv: v.optional(v.object({ sources: v.optional(v.unknown()) }), {}),
    }),
    {},
  ),
})

/** PEP 517: what builds a project that does not say what builds it. */
const LEGACY_REQUIRES = ['setuptools >= 40.8.0']

export interface LocalProject {
  readonly directory: string
  /** `[build-system] requires`. */
  readonly buildRequires: readonly string[]
  /** As written, without what a backend may add. */
  readonly dependencies: readonly string[]
  /** Where uv takes some of the dependencies from, as one line. */
  readonly sources?: string
  /** `[tool.flavor.build] dependencies` of its own, absolute. */
  readonly localDependencies: readonly string[]
}

/** @throws ManifestError MANIFEST_SOURCE, MANIFEST_SYNTAX */
export function readLocalProject(directory: string): LocalProject {
  const manifest = join(directory, 'pyproject.toml')
  if (!existsSync(manifest)) {
    if (existsSync(join(directory, 'setup.py')) || existsSync(join(directory, 'setup.cfg'))) {
      return { directory, buildRequires: LEGACY_REQUIRES, dependencies: [], localDependencies: [] }
    }
    const message = `${directory}: is no Python project, expected a pyproject.toml`
    throw new ManifestError('MANIFEST_SOURCE', message, { file: directory, want: 'pyproject.toml' })
  }
  const { 'build-system': buildSystem, project, tool } = parseManifest(manifest)
  return {
    directory,
    buildRequires: buildSystem?.requires ?? LEGACY_REQUIRES,
    dependencies: project.dependencies,
    ...(tool.uv.sources === undefined ? {} : { sources: `[tool.uv.sources] ${JSON.stringify(tool.uv.sources)}` }),
    localDependencies: tool.flavor.build.dependencies.map(path => resolve(directory, path)),
  }
}

/**
 * The projects that `[tool.flavor.build] dependencies` names, and those that they name in turn; each once, needed ones first.
 * @throws ManifestError MANIFEST_SOURCE, MANIFEST_SYNTAX
 */
export function namedDependencies(project: PythonProject): string[] {
  const found: string[] = []
  const seen = new Set([project.directory])
  const visit = (directory: string): void => {
    if (seen.has(directory)) return
    seen.add(directory)
    for (const path of readLocalProject(directory).localDependencies) visit(path)
    found.push(directory)
  }
  for (const [position, path] of project.localDependencies.entries()) {
    const directory = resolve(project.directory, path)
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
      const field = ['tool', 'flavor', 'build', 'dependencies', position]
      const hint = 'packages of the index stand under [project] dependencies, or in extra_packages'
      const text = {
        got: `${JSON.stringify(path)}, which is not there`,
        want: 'the directory of a Python project',
        hint,
      }
      throw fieldError('MANIFEST_SOURCE', readManifest(project.manifest), field, text)
    }
    visit(directory)
  }
  return found
}

function parseManifest(manifest: string): v.InferOutput<typeof Schema> {
  try {
    return v.parse(Schema, parse(readFileSync(manifest, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    const message = `${manifest}: ${basename(manifest)} cannot be understood: ${reason}`
    throw new ManifestError('MANIFEST_SYNTAX', message, { file: manifest, got: `${reason}` }, { cause })
  }
}
