import { cleanWorkenvs } from '../../src/workenv/clean-workenvs.ts'

/** Removes every work environment that no program uses, again and again, until it is told to end by SIGTERM. Prints how many went. */
let removed = 0
let isOver = false
process.on('SIGTERM', () => {
  isOver = true
})
process.stdout.write('begun\n')
// Once more at the end, when no program is left: a busy machine may never have shown it a moment without one.
for (let isLast = false; !isLast; ) {
  isLast = isOver
  removed += cleanWorkenvs(process.env, { all: true }).removed.filter(({ kind }) => kind === 'workenv').length
  // Lets the signal in.
  await new Promise(resolve => setImmediate(resolve))
}
process.stdout.write(`${removed}\n`)
