import type { Project } from '../checks/project.ts'
import { apiPages } from './api.ts'
import { cliPages } from './cli.ts'
import { errorsPage } from './errors.ts'

/** Every page that is made from the code: path to text. */
export async function generatedPages(project: Project): Promise<ReadonlyMap<string, string>> {
  return new Map([['docs/errors.md', await errorsPage(project)], ...apiPages(project), ...(await cliPages())])
}
