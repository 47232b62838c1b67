import { join } from 'node:path'
import { openPackage } from '../../src/package/package-file.ts'
import { prepareWorkenv } from '../../src/workenv/prepare-workenv.ts'
import { samplePlan, writeSample } from './sample-plan.ts'
import { scratch } from './scratch.ts'

/** A cache of its own that holds the work environment of one small package. */
export async function unpackedSample() {
  const directory = scratch()
  const environment = { FLAVOR_CACHE: join(directory, 'cache'), HOME: directory }
  const { path } = await writeSample(directory, samplePlan(join(directory, 'plan')))
  const pkg = openPackage(path)
  const workenv = await prepareWorkenv(pkg, { environment, level: 'standard', log: () => {}, runSetup: async () => {} })
  const { root, key } = workenv
  workenv.release()
  pkg.close()
  return { environment, directory, root, key }
}
