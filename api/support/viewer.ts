import type { StaffSession } from '../../store/staff.js'
import type { Viewer } from '../../views/pages/support/frame.js'

/** Whoever looks at a page of the console. */
export const viewerOf = ({ name, roles }: StaffSession): Viewer => ({ name, roles, now: new Date() })
