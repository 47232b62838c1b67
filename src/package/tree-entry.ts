/** One entry of a tree that becomes an archive, or came out of one. Paths are relative, `/`-separated, without `.` or `..`. */
export type TreeEntry = DirectoryEntry | FileEntry | SymlinkEntry | HardLinkEntry

interface EntryBase {
  readonly path: string
}

export interface DirectoryEntry extends EntryBase {
  readonly type: 'directory'
  /** Unix permission bits, at most 0777. */
  readonly mode: number
}

export interface FileEntry extends EntryBase {
  readonly type: 'file'
  readonly mode: number
  /** Bytes. */
  readonly size: number
  readonly content: { readonly path: string } | { readonly bytes: Uint8Array }
}

export interface SymlinkEntry extends EntryBase {
  readonly type: 'symlink'
  readonly target: string
}

export interface HardLinkEntry extends EntryBase {
  readonly type: 'hardlink'
  /** Path of an earlier file of the same tree. */
  readonly target: string
}
