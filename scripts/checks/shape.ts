import { type Check, matches } from './project.ts'

const MAX_LINES = 300
/** The same text takes a third more in the layout of rustfmt. */
const MAX_LINES_RUST = 400
const SOURCE = /^(src|launchers|scripts)\/.*\.(ts|rs)$|^scripts\/[^.]+$/

/** The verb of this name is the reference's, and its files are named by it. */
const VERB_FILES = /^(src|test)\/cli\/helpers[^/]*(\/|$)/

export const noVagueNames: Check = {
  name: 'no vague names',
  reason: 'a file is named by its one concept; utils, helpers, misc and common name none',
  find: project =>
    project.paths
      .filter(path => /\.(ts|rs|sh|py)$/.test(path) && !path.startsWith('fixtures/') && !VERB_FILES.test(path))
      .filter(path => path.split(/[/.]/).some(part => /^(utils?|helpers?|misc|common)$/i.test(part)))
      .map(path => `${path}: named by no concept`),
}

export const shortFiles: Check = {
  name: 'files of at most 300 lines, 400 of Rust',
  reason: 'a file holds one concept; a longer one says why in its first lines, with the words "over 300 lines"',
  find: project =>
    project.paths
      .filter(path => SOURCE.test(path))
      .filter(path => !project.text(path).split('\n').slice(0, 12).join('\n').includes('over 300 lines'))
      .map(path => ({ path, lines: withoutTests(project.text(path)).trimEnd().split('\n').length }))
      .filter(({ path, lines }) => lines > (path.endsWith('.rs') ? MAX_LINES_RUST : MAX_LINES))
      .map(({ path, lines }) => `${path}: ${lines} lines`),
}

/** Rust has the unit tests of a file at its end. */
function withoutTests(text: string): string {
  return text.split(/^#\[cfg\(test\)\]\nmod tests \{$/m)[0] ?? text
}

const PRINTS = /\bconsole\s*\.|\bprocess\s*\.\s*(?:stdout|stderr)\b/g
/** A quote before it makes it the text of another program. */
const EXITS = /(?<!['"`])\bprocess\s*\.\s*(?:exit\s*\(|exitCode\s*=|abort\s*\()/g

export const onlyCliPrints: Check = {
  name: 'only the command line prints',
  reason: 'the library returns values and throws; whoever calls it decides what is said, where and in which form',
  find: project =>
    libraryFiles(project.paths).flatMap(path =>
      [...matches(project.text(path), PRINTS)].map(({ match, line }) => `${path}:${line}: ${match[0]}`),
    ),
}

export const onlyMainExits: Check = {
  name: 'only main exits',
  reason: 'an exit elsewhere skips cleaning up, cannot be tested, and hides which failure it was',
  find: project =>
    project.paths
      .filter(path => /^src\/.*\.ts$/.test(path) && path !== 'src/cli/main.ts')
      .flatMap(path =>
        [...matches(project.text(path), EXITS)].map(({ match, line }) => `${path}:${line}: ${match[0]}`),
      ),
}

/** In the arguments of the call itself, which may hold calls of calls. */
const ENDLESS = /\bmkdir(?:Sync)?\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?\brecursive\b/g

export const noRecursiveMkdir: Check = {
  name: 'no recursive mkdir',
  reason: "Node's own never returns below /proc; src/files/ensure-directory.ts does, and says why it failed",
  find: project =>
    project.paths
      .filter(path => /^(src|launchers)\/.*\.ts$/.test(path))
      .flatMap(path => [...matches(project.text(path), ENDLESS)].map(({ line }) => `${path}:${line}: recursive mkdir`)),
}

function libraryFiles(paths: readonly string[]): string[] {
  return paths.filter(path => /^src\/.*\.ts$/.test(path) && !path.startsWith('src/cli/'))
}
