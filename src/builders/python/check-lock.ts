import { join } from 'node:path'
import { BuilderError } from '../builder-error.ts'
import { LOCK_NAME, type LockFile } from './lock-file.ts'
import { buildSets, type LockIdentity, lockedDirectories, projectInputs } from './make-lock.ts'

/**
 * Refuses a lock that was made for other requirements than the project has now. Whether its versions are the newest is not asked.
 * @throws BuilderError LOCK_STALE
 */
export function checkLock(lock: LockFile, identity: LockIdentity): void {
  const { project, python, hasUvLock } = identity
  if (lock.python !== python) throw stale(identity, `is for Python ${lock.python}, and the interpreter is ${python}`)
  const [locked] = lock.resolutions.filter(({ purpose }) => purpose === 'project')
  const hadUvLock = locked?.inputs.length === 1 && locked.inputs[0] === 'uv.lock'
  if (hadUvLock !== hasUvLock) {
    throw stale(
      identity,
      hasUvLock ? 'was made before there was a uv.lock' : 'was made beside a uv.lock, which is not there',
    )
  }
  const directories = lockedDirectories(lock, project)
  const resolved = lock.resolutions.find(({ purpose }) => purpose === (hasUvLock ? 'extra' : 'project'))
  compare(
    identity,
    'requirements',
    resolved?.inputs ?? [],
    projectInputs(project, runtimeDirectories(lock, identity), !hasUvLock),
  )
  for (const set of buildSets([project.directory, ...directories])) {
    if (lock.resolutions.some(({ purpose, inputs }) => purpose === 'build' && inputs.join('\n') === set.join('\n')))
      continue
    throw stale(identity, `has nothing for the build requirements ${set.join(', ')}`)
  }
}

/** Those whose dependencies the lock itself resolves; uv.lock has the others. */
function runtimeDirectories(lock: LockFile, { project, hasUvLock }: LockIdentity): string[] {
  const resolutions = lock.resolutions.filter(({ purpose }) => !hasUvLock || purpose === 'extra')
  return lockedDirectories({ resolutions }, project)
}

function compare(identity: LockIdentity, what: string, locked: readonly string[], current: readonly string[]): void {
  const added = current.filter(text => !locked.includes(text)).map(text => `+ ${text}`)
  const removed = locked.filter(text => !current.includes(text)).map(text => `- ${text}`)
  const changes = [...removed, ...added]
  if (changes.length === 0) return
  throw stale(identity, `was made for other ${what}: ${changes.join(', ')}`)
}

export function stale({ project }: Pick<LockIdentity, 'project'>, fault: string): BuilderError {
  const hint = 'accept the change with --update-lock, which resolves everything anew'
  const detail = { file: join(project.directory, LOCK_NAME), got: fault }
  return new BuilderError('LOCK_STALE', `${LOCK_NAME}: ${fault}`, detail, { hint })
}
