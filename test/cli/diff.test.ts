import { join } from 'node:path'
import { cliScript } from '../support/cli-script.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'

cliScript('diff', { versioned })

/** A sample of another version. */
async function versioned(directory = '', version = ''): Promise<string> {
  const plan = samplePlan(join(directory, 'plan'))
  await writeSample(directory, { ...plan, package: { ...plan.package, version } })
  return ''
}
