import type {
  InviteInfo,
  MakeInvite,
  MemberInfo,
  NewInvite,
  SetSettings,
  StageSettings,
} from '#protocols/api/v1/settings.ts'

/** What the operator decided on the page, by name. */
export interface KeptSettings {
  get(name: string): string | null
  /** All of them or none; null forgets one. */
  set(values: Readonly<Record<string, string | null>>): void
}

export interface InviteRow {
  /** SHA-256 of the code; the code itself is kept nowhere. */
  readonly hash: Uint8Array
  readonly id: string
  readonly label: string
  readonly uses: number
  readonly used: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly revoked: boolean
}

export interface Invites {
  /** Newest first. */
  list(): InviteRow[]
  add(row: Omit<InviteRow, 'used' | 'revoked'>): void
  revoke(id: string): boolean
  remove(id: string): void
}

export interface Members {
  has(key: Uint8Array): boolean
  /** Lets a key in without an invite. */
  admit(key: Uint8Array, at: number): void
  /** Lets a key in and counts one use, together; false when no use is left. */
  redeem(key: Uint8Array, invite: string, at: number): boolean
  /** Whether the key said anything in the community but that it listened. */
  spoke(community: Uint8Array, key: Uint8Array): boolean
}

/** Every method throws `StageError` for a refusal. */
export interface SettingsApi {
  /** operator */
  read(): StageSettings
  /** operator; all or nothing. */
  write(change: SetSettings): Promise<StageSettings>
  /** What every visitor is told. */
  shown(): Pick<StageSettings, 'place' | 'timeZone' | 'language' | 'joining' | 'step'>
}

/** Every method throws `StageError` for a refusal. */
export interface JoiningApi {
  /** operator */
  invites(): InviteInfo[]
  /** operator */
  invite(wanted: MakeInvite): NewInvite
  /** operator */
  revoke(id: string): InviteInfo[]
  /** operator: lets a key in without an invite. */
  admit(key: string): MemberInfo
  /** A fan's signed request with the code of an invite. */
  join(code: string, envelope: Uint8Array): MemberInfo
  member(key: string): MemberInfo
}
