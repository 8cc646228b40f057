/** What somebody may be told of. */
export const NOTICE_KINDS = ['mention', 'release', 'event', 'appeal', 'report', 'money'] as const

export type NoticeKind = (typeof NOTICE_KINDS)[number]
