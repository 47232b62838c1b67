/**
 * Exits 0 where node_modules already holds exactly what package-lock.json names, as it does after a developer's own `npm install`: then
 * scripts/setup.sh need not install again. Compares the lock file with the record that npm keeps inside of node_modules.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  readonly optional?: boolean
}

const root = join(import.meta.dirname, '..')
const locked = readPackages('package-lock.json')
const installed = readPackages('node_modules/.package-lock.json')
process.exitCode = sameTree() ? 0 : 1

function readPackages(path: string): Map<string, LockedPackage> {
  const lock = JSON.parse(readFileSync(join(root, path), 'utf8')) as { packages: Record<string, LockedPackage> }
  const packages = new Map(Object.entries(lock.packages))
  packages.delete('')
  return packages
}

function sameTree(): boolean {
  for (const [path, wanted] of locked) {
    const found = installed.get(path)
    // Packages of other platforms are optional and absent.
    if (found === undefined && wanted.optional !== true) return false
    if (found !== undefined && (found.version !== wanted.version || found.integrity !== wanted.integrity)) return false
  }
  return [...installed.keys()].every(path => locked.has(path))
}
