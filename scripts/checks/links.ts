import { posix } from 'node:path'
import { type Check, matches } from './project.ts'

const LINK = /\]\(([^)\s#]+)(?:#[^)]*)?\)/g

export const linksLead: Check = {
  name: 'links between pages lead somewhere',
  reason: 'a page that is announced and not there is worse than none',
  find: project =>
    project.paths
      .filter(path => path.endsWith('.md') && !path.startsWith('fixtures/'))
      .flatMap(path =>
        [...matches(project.text(path), LINK)]
          .filter(({ match }) => !/^[a-z]+:/.test(match[1] ?? ''))
          .map(({ match, line }) => ({ to: posix.join(posix.dirname(path), match[1] ?? ''), line }))
          .filter(
            ({ to }) => !project.has(to) && !project.paths.some(other => other.startsWith(`${to.replace(/\/$/, '')}/`)),
          )
          .map(({ to, line }) => `${path}:${line}: ${to} does not exist`),
      ),
}
