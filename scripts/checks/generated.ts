import { generatedPages } from '../generated/all.ts'
import type { Check } from './project.ts'

export const pagesAreCurrent: Check = {
  name: 'generated pages are current',
  reason: 'they are made from the code, so that they cannot be wrong; run scripts/docs and commit what it wrote',
  async find(project) {
    const findings: string[] = []
    for (const [path, text] of await generatedPages(project)) {
      if (!project.has(path)) findings.push(`${path}: missing`)
      else if (project.text(path) !== text) findings.push(`${path}: not what scripts/docs writes now`)
    }
    return findings
  },
}
