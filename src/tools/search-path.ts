import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Environment } from './tool.ts'

const WINDOWS = process.platform === 'win32'

/**
 * Every file of that name that PATH offers, in its order, as absolute paths. Relative entries are passed over: what they offer
 * depends on where we are started.
 */
export function searchPath(name: string, environment: Environment): string[] {
  const path = environment.PATH ?? (WINDOWS ? environment.Path : undefined) ?? ''
  const names = WINDOWS ? [`${name}.exe`] : [name]
  const places = path.split(delimiter).filter(isAbsolute)
  return places.flatMap(place => names.map(file => join(place, file))).filter(isProgram)
}

/** Whether a path leads to a file that we may run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
