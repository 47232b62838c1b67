import { readFileSync } from 'node:fs'

const BOOT_ID = /^[0-9a-f][0-9a-f-]{0,63}$/

/** workenv §5.2: undefined where it is not known, as in a chroot without /proc. */
export function bootId(platform: NodeJS.Platform): string | undefined {
  if (platform !== 'linux') return undefined
  try {
    return parseBootId(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
  } catch {
    return undefined
  }
}

/** workenv §5.2, and the content of a `checked`. */
export function parseBootId(text: string): string | undefined {
  const id = text.trim()
  return BOOT_ID.test(id) ? id : undefined
}
