import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RUST_FLOOR } from '../../src/tools/rust.ts'
import { scratch } from './scratch.ts'

export const FAKE_COMMIT = '0123abcd'
export const FAKE_HOST = 'x86_64-unknown-linux-gnu'

export interface FakeRust {
  readonly version?: string
  /** Whether it has the sources of its standard library. */
  readonly source?: boolean
  /** What `cargo` does, as a shell script; $TARGET_DIR and $TRIPLE are what it was told. */
  readonly cargo?: string
  readonly compiler?: boolean
}

/** The only directory of a PATH, so that no real Rust is on it: with a cargo and a rustc that answer as real ones do, and a C compiler that is none. */
export function fakeRust({
  version = `${RUST_FLOOR}.0`,
  source = false,
  cargo = '',
  compiler = true,
}: FakeRust = {}): string {
  const place = scratch()
  const sysroot = scratch()
  if (source) {
    mkdirSync(join(sysroot, 'lib/rustlib/src/rust/library'), { recursive: true })
    writeFileSync(join(sysroot, 'lib/rustlib/src/rust/library/Cargo.lock'), '')
  }
  const answer = `rustc ${version} (0123 2026-01-01)\ncommit-hash: ${FAKE_COMMIT}\nhost: ${FAKE_HOST}\nrelease: ${version}`
  const rustc = `if [ "$1" = --print ]; then echo '${sysroot}'; else echo '${answer}'; fi`
  const words = [
    'for word; do',
    `case $word in --target=*) TRIPLE=\${word#*=};; --target-dir=*) TARGET_DIR=\${word#*=};; esac`,
    'done',
  ].join('\n')
  const programs = { rustc, cargo: `${words}\n${cargo}`, ...(compiler ? { cc: '' } : {}) }
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(place, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  for (const name of ['chmod', 'env', 'mkdir']) symlinkSync(`/usr/bin/${name}`, join(place, name))
  return place
}

/** What a cargo does that works: makes a launcher that is a shell script. */
export function makesLauncher(script: string): string {
  const release = '"$TARGET_DIR/$TRIPLE/release"'
  return [
    `mkdir -p ${release}`,
    `printf '#!/bin/sh\\n%s\\n' '${script}' > ${release}/flavor-launcher`,
    `chmod 755 ${release}/flavor-launcher`,
  ].join('\n')
}
