import { citationsExist, rulesAreCited } from './citations.ts'
import { dependenciesAreUsed } from './dependencies.ts'
import { codesAreUsed } from './errors.ts'
import { pagesAreCurrent } from './generated.ts'
import { importDirection, noCycles, roomsKnown } from './imports.ts'
import { linksLead } from './links.ts'
import { lockWithoutHosts, noPlaces } from './places.ts'
import type { Check } from './project.ts'
import { rulesAreProven } from './rules.ts'
import { noRecursiveMkdir, noVagueNames, onlyCliPrints, onlyMainExits, shortFiles } from './shape.ts'
import { threatsAreShown } from './threats.ts'
import { testsRun, twins } from './twins.ts'

export const CHECKS: readonly Check[] = [
  importDirection,
  roomsKnown,
  noCycles,
  noVagueNames,
  shortFiles,
  onlyCliPrints,
  onlyMainExits,
  noRecursiveMkdir,
  twins,
  testsRun,
  citationsExist,
  rulesAreCited,
  codesAreUsed,
  rulesAreProven,
  noPlaces,
  lockWithoutHosts,
  dependenciesAreUsed,
  pagesAreCurrent,
  linksLead,
  threatsAreShown,
]
