import { expect, test } from 'vitest'
import { isBaseLibrary } from '../../../../src/builders/python/interpreter/base-libraries.ts'

test.each([
  'linux-vdso.so.1',
  'ld-linux-x86-64.so.2',
  'ld-linux-aarch64.so.1',
  'ld-musl-x86_64.so.1',
  'libc.musl-x86_64.so.1',
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'librt.so.1',
  'libresolv.so.2',
  'libnss_files.so.2',
])('%s comes with every C library', soname => {
  expect(isBaseLibrary(soname)).toBe(true)
})

test.each([
  'libz.so.1',
  'libcrypt.so.1',
  'libnsl.so.2',
  'libgcc_s.so.1',
  'libstdc++.so.6',
  'libcrypto.so.3',
  'libcurl.so.6',
  'libmount.so.1',
  'libpython3.11.so.1.0',
])('%s has to be brought', soname => {
  expect(isBaseLibrary(soname)).toBe(false)
})
