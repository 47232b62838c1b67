import { type LockKind, tryLock } from '../../src/workenv/os-lock.ts'

const [path = '', kind = 'exclusive'] = process.argv.slice(2)
const lock = tryLock(path, kind as LockKind)
process.send?.(lock === 'busy' ? 'busy' : 'held')
process.on('message', () => undefined)
