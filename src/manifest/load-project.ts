import { basename, resolve } from 'node:path'
import { parseJsonManifest } from './json-manifest.ts'
import { ManifestError } from './manifest-error.ts'
import { readManifest } from './manifest-source.ts'
import type { Project } from './project.ts'
import { parsePyproject } from './pyproject.ts'

/**
 * Reads a manifest: `pyproject.toml`, or the reference's JSON (docs/manifest.md). Nothing is resolved, built or run.
 * @throws ManifestError
 */
export function loadProject(manifest: string): Project {
  const path = resolve(manifest)
  if (path.endsWith('.json')) return parseJsonManifest(readManifest(path))
  if (basename(path) === 'pyproject.toml') return parsePyproject(readManifest(path))
  const message = `${basename(path)}: is no kind of manifest, expected pyproject.toml or a name that ends in .json`
  throw new ManifestError('MANIFEST_READ', message, { file: path, got: basename(path), want: 'pyproject.toml' })
}
