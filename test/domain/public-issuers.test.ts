import { expect, it } from '@jest/globals'
import { isOpenToPublic } from '../../domain/public-issuers.js'

it.each([
  'https://accounts.google.com',
  'https://accounts.google.com/',
  'https://ACCOUNTS.google.com./',
  'https://accounts.google.com:443',
  'https://login.microsoftonline.com/common/v2.0',
  'https://login.microsoftonline.com/Consumers',
  'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
  'https://gitlab.com/any/path',
])('anybody can have an account at %s', (issuer) => {
  expect(isOpenToPublic(issuer)).toBe(true)
})

it.each([
  'https://id.example',
  'https://accounts.google.com.evil.example',
  'https://my-gitlab.com',
  'https://gitlab.com.example',
  // A tenant of its own, which its owner runs.
  'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0',
  'https://login.microsoftonline.com/commonplace',
])('not at %s', (issuer) => {
  expect(isOpenToPublic(issuer)).toBe(false)
})
