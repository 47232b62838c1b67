import { expect, test } from 'vitest'
import { lockWithoutHosts, noPlaces } from '../../../scripts/checks/places.ts'
import { projectFrom } from '../../../scripts/checks/project.ts'

test('hosts and home directories are found, examples and relative paths are not', () => {
  const home = ['', 'home', 'someone', 'x'].join('/')
  const project = projectFrom({
    'docs/a.md': `see https:${'//'}registry.somewhere.dev/x\nand http://localhost:1/ and https://mirror.example/simple`,
    'src/cli/a.ts': `read('${home}')\nread('{workenv}/home/x')\nread('app/root/x')`,
  })
  expect(noPlaces.find(project)).toEqual([
    `docs/a.md:1: https:${'//'}registry.somewhere.dev`,
    `src/cli/a.ts:1: ${['', 'home', 'someone'].join('/')}`,
  ])
})

test('a lock file with addresses is found', () => {
  expect(lockWithoutHosts.find(projectFrom({ 'package-lock.json': '{\n"resolved": "x"}' }))).toEqual([
    'package-lock.json:2: a resolved address',
  ])
})

test('cargo names the public registry the same through every mirror; another source is found', () => {
  const source = (address: string) => `[[package]]\nsource = "${address}"\n`
  const ours = `registry+https:${'//'}github.com/rust-lang/crates.io-index`
  const project = projectFrom({
    'a/Cargo.lock': source(ours),
    'b/Cargo.lock': source(`git+https:${'//'}somewhere.dev/x`),
  })
  expect(noPlaces.find(project)).toEqual([])
  expect(lockWithoutHosts.find(project)).toEqual([`b/Cargo.lock:2: git+https:${'//'}somewhere.dev/x`])
})
