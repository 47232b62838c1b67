import { importsOf } from './imports.ts'
import type { Check } from './project.ts'

/** Run by name, or imported by a configuration that is no source file. */
const TOOLS = new Set(['@biomejs/biome', '@types/node', '@types/spdx-expression-parse', 'typescript', 'vitest'])

export const dependenciesAreUsed: Check = {
  name: 'every dependency is imported',
  reason: 'a dependency that nothing imports is downloaded, audited and trusted by every user for nothing',
  find(project) {
    const manifest = JSON.parse(project.text('package.json')) as Record<string, Record<string, string> | undefined>
    const used = new Set(
      project.paths
        .filter(path => /\.ts$/.test(path) && !path.startsWith('fixtures/'))
        .flatMap(path => importsOf(project, path).map(({ specifier }) => packageOf(specifier))),
    )
    return ['dependencies', 'devDependencies']
      .flatMap(kind => Object.keys(manifest[kind] ?? {}).map(name => ({ kind, name })))
      .filter(({ name }) => !used.has(name) && !TOOLS.has(name))
      .map(({ kind, name }) => `package.json: ${kind} has ${name}, which nothing imports`)
  },
}

/** `@noble/hashes/sha2.js` comes with the package `@noble/hashes`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
