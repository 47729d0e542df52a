import { describe, expect, it } from '@jest/globals'
import { hasRole, readReason, readStaffOrganizations, readStaffRoles } from '../../domain/support.js'

describe('T58 roles of staff', () => {
  it.each([
    ['operate', ['operate']],
    [
      ['admin', 'view', 'root', 7, null],
      ['view', 'admin'],
    ],
    [undefined, []],
    [{ admin: true }, []],
    ['admin,view', []],
    ['ADMIN', []],
    [[['admin']], []],
  ])('a claim of %j gives %j', (claim, roles) => {
    expect(readStaffRoles(claim)).toEqual(roles)
  })

  it('include looking, and nothing else but where one may everything', () => {
    expect(hasRole([], 'view')).toBe(false)
    expect(hasRole(['erase'], 'view')).toBe(true)
    expect(hasRole(['erase'], 'operate')).toBe(false)
    expect(hasRole(['operate'], 'erase')).toBe(false)
    expect(hasRole(['view'], 'operate')).toBe(false)
    expect((['view', 'operate', 'erase', 'admin'] as const).every((role) => hasRole(['admin'], role))).toBe(
      true,
    )
  })

  it('reach every organization only where no claim narrows them', () => {
    expect(readStaffOrganizations({}, null)).toBeNull()
    expect(readStaffOrganizations({}, 'tenants')).toEqual([])
    for (const [claim, name] of [
      ['organizations', null],
      ['tenants', 'tenants'],
    ] as const) {
      expect(readStaffOrganizations({ [claim]: ['acme', 7] }, name)).toEqual(['acme'])
      expect(readStaffOrganizations({ [claim]: null }, name)).toEqual([])
      expect(readStaffOrganizations({ [claim]: 'acme' }, name)).toEqual([])
      expect(readStaffOrganizations({ [claim]: ['*'] }, name)).toBeNull()
    }
  })
})

describe('a reason', () => {
  it.each([
    ['  lost \n phone ', 'lost phone'],
    ['', null],
    [' \t', null],
    [undefined, null],
    ['x'.repeat(500), 'x'.repeat(500)],
    ['x'.repeat(501), null],
    ['asked by a@b.example', null],
    ['asked by bob＠x.example', null],
    ['asked by bob﹫x.example', null],
    ['met @ noon', 'met @ noon'],
  ])('%j is read as %j', (text, reason) => {
    expect(readReason(text)).toBe(reason)
  })
})
