import type { Project } from '../checks/project.ts'
import { apiPages } from './api.ts'
import { cliPages } from './cli.ts'
import { errorsPage } from './errors.ts'
import { readmePage } from './readme.ts'
import { rulesPage } from './rules.ts'

/** Every page that is made from the code: path to text. */
export async function generatedPages(project: Project): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['README.md', await readmePage(project)],
    ['docs/errors.md', await errorsPage(project)],
    ['spec/rules.md', await rulesPage(project)],
    ...apiPages(project),
    ...(await cliPages()),
  ])
}
