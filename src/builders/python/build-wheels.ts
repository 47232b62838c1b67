import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sha256Hex } from '../../crypto/sha256.ts'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import { BuilderError } from '../builder-error.ts'
import { type InstallContext, runnable } from './install-context.ts'
import { readLocalProject } from './local-project.ts'
import type { LockFile } from './lock-file.ts'
import { formatRequirements, type LockedRequirement, normalName } from './requirements.ts'
import { setuptoolsElsewhere } from './setuptools-elsewhere.ts'
import { meaningfulLines, registryError, runUv } from './uv-command.ts'

export interface BuiltWheel {
  readonly path: string
  /** Normalised. */
  readonly name: string
  readonly version: string
  readonly sha256: string
}

/**
 * Builds a project with its own backend, in an environment of exactly the packages that the lock has for it.
 * @throws BuilderError WHEEL_FAILED, REGISTRY_FAILED
 */
export async function buildWheel(directory: string, context: InstallContext): Promise<BuiltWheel> {
  const { uv, interpreter, staging } = context
  const python = runnable(interpreter).program
  const out = join(staging, 'wheels', `${readdirSync(makeDirectory(join(staging, 'wheels'))).length}`)
  const constraints = join(makeDirectory(out), 'constraints.txt')
  writeFileSync(constraints, formatRequirements(buildPackages(directory, context.lock)))
  const wheels = makeDirectory(join(out, 'wheel'))
  const args = ['build', '--wheel', '--force-pep517', '--no-create-gitignore', '--python', python, '--out-dir', wheels]
  const result = await runUv({ ...uv, environment: { ...setuptoolsElsewhere(out), ...uv.environment } }, [
    ...args,
    '--build-constraints',
    constraints,
    '--require-hashes',
    directory,
  ])
  if (!result.ok) {
    throw registryError(directory, result) ?? wheelError(directory, `${result.stdout}\n${result.stderr}`)
  }
  const [file] = readdirSync(wheels).filter(name => name.endsWith('.whl'))
  if (file === undefined) throw wheelError(directory, 'the backend ended well, but left no wheel')
  const [name = '', version = ''] = basename(file).split('-')
  const path = join(wheels, file)
  return { path, name: normalName(name), version, sha256: sha256Hex(readFileSync(path)) }
}

function buildPackages(directory: string, lock: Pick<LockFile, 'resolutions'>): readonly LockedRequirement[] {
  const wanted = readLocalProject(directory).buildRequires.toSorted().join('\n')
  return (
    lock.resolutions.find(({ purpose, inputs }) => purpose === 'build' && inputs.join('\n') === wanted)?.packages ?? []
  )
}

function makeDirectory(path: string): string {
  ensureDirectory(path)
  return path
}

function wheelError(directory: string, output: string): BuilderError {
  const reason = meaningfulLines(output)
  const unlocked = /no trusted hash was provided for: `([^`]+)`/.exec(output)?.[1]
  const hint =
    unlocked === undefined
      ? 'build it alone with `uv build --wheel`'
      : `its backend asks for ${unlocked} beyond [build-system] requires: add it there, then pack with --update-lock`
  const message = `${directory}: the wheel cannot be built: ${reason}`
  return new BuilderError('WHEEL_FAILED', message, { file: directory, got: reason }, { hint })
}
