import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The inputs of one target, in a directory as libFuzzer reads it too: one file each, named by its hash. */
export class Corpus {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
    mkdirSync(directory, { recursive: true })
  }

  add(bytes: Uint8Array): void {
    const path = join(this.directory, nameOf(bytes))
    if (!existsSync(path)) writeFileSync(path, bytes)
  }

  read(): Uint8Array[] {
    return readdirSync(this.directory)
      .sort()
      .map(name => readFileSync(join(this.directory, name)))
  }
}

export function nameOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex')
}
