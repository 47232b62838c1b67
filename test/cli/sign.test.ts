import { cliScript } from '../support/cli-script.ts'

cliScript('sign')
