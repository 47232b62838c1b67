import { join } from 'node:path'
import type { CodeTable } from '../../src/format/flavor-error.ts'
import type { Project } from '../checks/project.ts'

export interface NamedTable {
  /** The file that holds it: `src/format/format-error.ts`. */
  readonly path: string
  readonly table: CodeTable
}

/** The code tables of all rooms. Each is an export `…_CODES` of a file `…-error.ts`. */
export async function codeTables(project: Project): Promise<NamedTable[]> {
  const tables: NamedTable[] = []
  for (const path of project.paths.filter(path => /^src\/.*-error\.ts$/.test(path)).sort()) {
    const exports = (await import(join(project.root, path))) as Record<string, unknown>
    for (const [name, table] of Object.entries(exports)) {
      if (name.endsWith('_CODES')) tables.push({ path, table: table as CodeTable })
    }
  }
  return tables
}
