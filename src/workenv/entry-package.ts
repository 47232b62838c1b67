import { isAbsolute } from 'node:path'
import { FlavorError } from '../format/flavor-error.ts'
import { openPackage, type PackageFile } from '../package/package-file.ts'
import type { CacheEntry } from './cache-contents.ts'

/** The package that a work environment was unpacked from, open; or why there is none to compare it with. */
export type EntryPackage = { readonly pkg: PackageFile } | { readonly reason: string }

/**
 * Opens the package that `about` names (workenv §4.6), if it is still the same one. The caller closes it.
 */
export function openEntryPackage({ about, seal }: CacheEntry): EntryPackage {
  const path = about?.package ?? ''
  if (about === undefined || !isAbsolute(path)) return { reason: 'it does not say which package it was unpacked from' }
  let pkg: PackageFile
  try {
    pkg = openPackage(path)
  } catch (error) {
    if (!(error instanceof FlavorError)) throw error
    return { reason: `the package that it was unpacked from cannot be read: ${error.message}` }
  }
  if (pkg.contentHash === (seal?.content ?? about.content)) return { pkg }
  pkg.close()
  return { reason: `${path} is another package by now` }
}
