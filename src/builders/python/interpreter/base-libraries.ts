/**
 * The libraries that every machine with a C library has, by soname: all of them come from glibc (or musl) itself, so a copy of ours
 * would be wrong as soon as the machine's own has another version. libnsl.so.2, libcrypt and libgcc_s are not of them.
 */
const GLIBC =
  /^(ld-linux[-\w]*|ld64|libc|libm|libdl|libpthread|librt|libutil|libresolv|libanl|libmvec|libthread_db)\.so\.\d+$/
const GLIBC_BY_NUMBER = /^(libnsl\.so\.1|libBrokenLocale\.so\.1|libnss_\w+\.so\.2)$/
const MUSL = /^(ld-musl-[-\w]+\.so\.1|libc\.musl-[-\w]+\.so\.1|libc\.so)$/
const KERNEL = /^linux-(vdso|gate)\d*\.so\.\d+$/

export function isBaseLibrary(soname: string): boolean {
  return [GLIBC, GLIBC_BY_NUMBER, MUSL, KERNEL].some(pattern => pattern.test(soname))
}
