import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FlavorError } from '../../src/format/flavor-error.ts'
import { loadProject } from '../../src/manifest/load-project.ts'
import type { GenericProject, PythonProject } from '../../src/manifest/project.ts'
import { scratch } from '../support/scratch.ts'

/** Reads `text` as a pyproject.toml. */
export function pyproject(text: string): PythonProject {
  const path = join(scratch(), 'pyproject.toml')
  writeFileSync(path, text)
  const project = loadProject(path)
  if (project.kind !== 'python') throw new Error('not a Python project')
  return project
}

/** Reads `value` as a JSON manifest. */
export function jsonManifest(value: unknown): GenericProject {
  const path = join(scratch(), 'package.json')
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value, null, 2))
  const project = loadProject(path)
  if (project.kind !== 'generic') throw new Error('not a JSON manifest')
  return project
}

/** What a refusal says, apart from its wording. */
export function refusal(load: () => unknown): Record<string, unknown> {
  try {
    load()
  } catch (error) {
    const { code, detail, hint } = error as FlavorError
    const { line, column, field, got } = detail ?? {}
    return { code, at: `${line}:${column}`, field, got, hint }
  }
  throw new Error('nothing was refused')
}
