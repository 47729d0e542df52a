import { describe, expect, it } from '@jest/globals'
import { addressForStaff, maskedAddress, maskedName, maskedSubject } from '../../domain/masked.js'

describe('maskedAddress', () => {
  it.each([
    ['nora@people.example', 'n•••@p•••.example'],
    ['n@p.example', 'n•••@p•••.example'],
    ['überall@bücher.example', 'ü•••@b•••.example'],
    ['a.b.c@mail.people.example', 'a•••@m•••.example'],
  ])('%s is %s', (address, masked) => {
    expect(maskedAddress(address)).toBe(masked)
  })
})

describe('maskedSubject', () => {
  it.each([
    ['00u1a2b3c4d5e6f7', '•••e6f7'],
    ['https://idp.example/users/42', '•••rs42'],
    ['abcd', '•••cd'],
    ['{"a":1}', '•••1'],
    ['x', '•••'],
    ['--', '•••'],
  ])('%s is %s', (subject, masked) => {
    expect(maskedSubject(subject)).toBe(masked)
  })
})

describe('addressForStaff', () => {
  it.each([
    ['jane.doe@people.example', 'j…e@people.example'],
    ['abc@people.example', 'a…@people.example'],
    ['a@people.example', 'a…@people.example'],
    ['😀😀😀😎@people.example', '😀…😎@people.example'],
    ['no address', '…'],
    ['@people.example', '…'],
  ])('%s is %s', (address, masked) => {
    expect(addressForStaff(address)).toBe(masked)
  })
})

describe('maskedName', () => {
  it.each([
    ['Jane Mary Doe', 'J… M… D…'],
    ['', ''],
    ['😀 Smile', '😀… S…'],
  ])('%s is %s', (name, masked) => {
    expect(maskedName(name)).toBe(masked)
  })
})
