import { basename } from 'node:path/posix'
import type { ListingEntry } from '../../format/tree-listing.ts'
import type { PackagePart } from '../../package/origin/add-origin.ts'
import type { PlannedComponent } from '../../package/origin/planned-origin.ts'

/** Files of one slot that are listed one by one; more would make the bill longer than the package. */
export const MAX_FILES = 4096

/** The files of a slot by hash; for a slot of very many, or one that came encoded, the slot by the hash over all of them. */
export function fileComponents(part: PackagePart): PlannedComponent[] {
  const files = part.listing?.filter(({ type }) => type === 'f')
  if (files === undefined || files.length > MAX_FILES) return [wholeSlot(part)]
  return files.map(({ path, sha256 }) => ({
    ref: `file:${part.id}/${path}`,
    type: 'file',
    name: path,
    sha256,
    properties: { 'flavor:slot': part.id },
  }))
}

/** The shared libraries that came from elsewhere into a slot whose other content is known by its packages. */
export function libraryComponents(part: PackagePart): PlannedComponent[] {
  return (part.listing ?? []).filter(isVendoredLibrary).map(({ path, sha256 }) => ({
    ref: `library:${part.id}/${path}`,
    type: 'library',
    name: basename(path),
    sha256,
    properties: { 'flavor:slot': part.id, 'flavor:path': path },
  }))
}

/** Beside an interpreter, or where those who repair wheels put them: `numpy.libs/`, `package/.dylibs/`. */
function isVendoredLibrary({ type, path }: ListingEntry): boolean {
  return (
    type === 'f' &&
    /^(?:lib\/|(?:.*\/)?[^/]+\.libs\/|(?:.*\/)?\.dylibs\/)[^/]+(?:\.so(?:\.[^/]*)?|\.dylib|\.dll)$/.test(path)
  )
}

function wholeSlot({ id, source, tree, files }: PackagePart): PlannedComponent {
  return {
    ref: `slot:${id}`,
    type: 'file',
    name: source === '' ? id : source,
    properties: { 'flavor:slot': id, 'flavor:tree': `sha256:${tree}`, 'flavor:files': `${files}` },
  }
}
