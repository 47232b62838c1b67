import { type Check, matches } from './project.ts'

/** Hosts that a reader may be sent to, or that stand in names of formats. Registries are the user's own settings and are never named. */
const PUBLIC_HOSTS =
  /^(www\.apache\.org|keepachangelog\.com|semver\.org|json-schema\.org|spdx\.org|cyclonedx\.org|in-toto\.io|slsa\.dev|localhost|127\.0\.0\.1|\[::1\]|[\w.-]*example(\.\w+)?|[\w.-]+\.(invalid|test|example))$/

const URL_HOST = /\bhttps?:\/\/(\[[0-9a-f:]+\]|[\w.-]+)/gi
/** Names that stand for anybody are examples. */
const MACHINE_PATH = /(?<![\w.$}~-])\/(?:work|root|farm|Users|home)\/(?!(?:alice|bob|somebody|user)\b)[\w.-]+/g
/** Funding addresses of the dependencies, and what cargo calls the public registry whatever is set up; a check of their own looks at the rest. */
const LOCKS = /(^|\/)(package-lock\.json|Cargo\.lock)$/
/** The only source that cargo writes for a package of the public registry, through every mirror. */
const CRATES = /^registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index$/
const BINARY = /\.(psp|gz|zst|tar|tgz|png|whl|bin|key|xz|bz2)$/

export const noPlaces: Check = {
  name: 'no hosts and no paths of a machine',
  reason: 'a file that names a registry or a home directory works on one machine only, and tells where it was made',
  find: project =>
    project.paths
      .filter(path => !BINARY.test(path) && path !== 'LICENSE' && !LOCKS.test(path))
      .flatMap(path => [
        ...[...matches(project.text(path), URL_HOST)]
          .filter(({ match }) => !PUBLIC_HOSTS.test(match[1] ?? ''))
          .map(({ match, line }) => `${path}:${line}: ${match[0]}`),
        ...[...matches(project.text(path), MACHINE_PATH)].map(({ match, line }) => `${path}:${line}: ${match[0]}`),
      ]),
}

export const lockWithoutHosts: Check = {
  name: 'the lock files name no registry',
  reason: 'each user installs from the registry that is set up there; .npmrc has omit-lockfile-registry-resolved',
  find: project => [
    ...project.paths
      .filter(path => path.endsWith('package-lock.json'))
      .flatMap(path =>
        [...matches(project.text(path), /"resolved":/g)].map(({ line }) => `${path}:${line}: a resolved address`),
      ),
    ...project.paths
      .filter(path => path.endsWith('Cargo.lock'))
      .flatMap(path =>
        [...matches(project.text(path), /^source = "(.*)"$/gm)]
          .filter(({ match }) => !CRATES.test(match[1] ?? ''))
          .map(({ match, line }) => `${path}:${line}: ${match[1]}`),
      ),
  ],
}
