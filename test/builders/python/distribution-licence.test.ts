import { expect, test } from 'vitest'
import { distributionLicence } from '../../../src/builders/python/distribution-licence.ts'

const licence = (headers: Record<string, readonly string[]>) => distributionLicence(header => headers[header] ?? [])
const osi = (name: string) => `License :: OSI Approved :: ${name}`

test('the SPDX expression counts most, then a short name, then what classifiers say', () => {
  expect(licence({ 'License-Expression': ['MIT'], License: ['BSD'] })).toBe('MIT')
  expect(licence({ License: ['Apache-2.0'], Classifier: [osi('MIT License')] })).toBe('Apache-2.0')
  expect(licence({ License: ['MIT licence'], Classifier: [osi('MIT License')] })).toBe('MIT')
  expect(licence({ License: ['my own words'] })).toBe('my own words')
  expect(licence({ License: ['UNKNOWN'], Classifier: [osi('BSD License')] })).toBe('BSD License')
})

test('the text of a licence is not its name, and several classifiers are no choice of ours', () => {
  const text = 'Permission is hereby granted, free of charge, to any person obtaining a copy of this software'
  expect(licence({ License: [text], Classifier: [osi('ISC License (ISCL)')] })).toBe('ISC')
  expect(licence({ Classifier: [osi('MIT License'), osi('Apache Software License')] })).toBe(
    'MIT License, Apache Software License',
  )
  expect(licence({ License: [''] })).toBeUndefined()
  expect(licence({})).toBeUndefined()
})
