/** Mails of one organization's backlog that may be on their way at once (spec: mail, "bulk"). */
export const bulkMailsUnderWay = 50

/** Hours after which members may be asked once more to link their account. */
export const reminderPauseHours = 24

/** Minutes for which the link lives that a member gets whose organization has switched its provider off. */
export const setPasswordMinutes = 48 * 60
