/** Writes the generated pages; prints those that changed. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readProject } from './checks/project.ts'
import { generatedPages } from './generated/all.ts'

const project = readProject(join(import.meta.dirname, '..'))
for (const [path, text] of await generatedPages(project)) {
  if (project.has(path) && project.text(path) === text) continue
  mkdirSync(dirname(join(project.root, path)), { recursive: true })
  writeFileSync(join(project.root, path), text)
  process.stdout.write(`${path}\n`)
}
