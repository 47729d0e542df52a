import type { MailState } from '../domain/mail.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

type BulkKind = 'link_your_account' | 'set_password'

/** How far the newest mails of one kind to the members of an organization have come. */
export interface BulkProgress {
  readonly createdAt: Date
  readonly finished: boolean
  /** Members that were to get one. */
  readonly all: number
  readonly waiting: number
  readonly underWay: number
  /** Given to the mail provider. */
  readonly sent: number
  /** Linked meanwhile, or without a verified address. */
  readonly needless: number
  /** Came back, or could not be sent. */
  readonly failed: number
}

/** A member whose mail is written now. */
interface TakenMail {
  readonly campaignId: string
  readonly userId: string
  readonly kind: BulkKind
  readonly providerId: string
  /** The verified address that it goes to; null where the member has none or needs no mail any more. */
  readonly userEmailId: string | null
  readonly locale: string
}

export interface BulkMailStore {
  /** Asks for one mail to every active member without an identity at the provider. @returns how many; 0 leaves nothing behind */
  beginForUnlinked(organizationId: string, providerId: string): Promise<number>
  /** Asks for one mail to each of these users who has no password. @returns how many; 0 leaves nothing behind */
  beginForPasswordless(
    organizationId: string,
    providerId: string,
    userIds: readonly string[],
  ): Promise<number>
  /** How many `beginForUnlinked` would ask for now. */
  countUnlinked(organizationId: string, providerId: string): Promise<number>
  newest(providerId: string, kind: BulkKind): Promise<BulkProgress | null>
  /** Seconds since the newest mails of a kind were asked for; null where there were none. */
  secondsSinceNewest(providerId: string, kind: BulkKind): Promise<number | null>
  /** Mails of the organization that are on their way to the mail provider now. Nobody else takes any until the transaction ends. */
  lockUnderWay(organizationId: string): Promise<number>
  /** Takes members off the backlog, oldest campaign first; each is taken once. */
  take(organizationId: string, limit: number): Promise<TakenMail[]>
  setMail(campaignId: string, userId: string, mailId: string): Promise<void>
  /** Closes the campaigns whose mails are all out of our hands. @returns whether none is left */
  finish(organizationId: string): Promise<boolean>
  /** Organizations with unfinished campaigns that nobody looked after for 30 s. Claimed for as long again. */
  claimUnfinished(limit: number): Promise<{ organizationId: string }[]>
}

const underWay: readonly MailState[] = ['queued', 'sending']
const sent: readonly MailState[] = ['accepted', 'delivered', 'deferred', 'confirmed']

/** Of organization `$1`, active, without an identity at provider `$2`. */
const unlinkedMembers = `from organization_members m join users u on u.id = m.user_id
  where m.organization_id = $1 and u.status = 'active'
    and not exists (select from identities i where i.user_id = m.user_id and i.provider_id = $2)`

export const createBulkMailStore = (db: Db): BulkMailStore => {
  const begin = async (
    organizationId: string,
    providerId: string,
    kind: BulkKind,
    members: string,
    values: unknown[],
  ): Promise<number> => {
    const { rows } = await db.query<{ id: string }>(
      'insert into bulk_campaigns (organization_id, provider_id, kind) values ($1, $2, $3) returning id',
      [organizationId, providerId, kind],
    )
    const { id } = onlyRow(rows)
    const { rowCount } = await db.query(`insert into bulk_mails (campaign_id, user_id) ${members}`, [
      ...values,
      id,
    ])
    if (rowCount === 0) await db.query('delete from bulk_campaigns where id = $1', [id])
    return rowCount ?? 0
  }

  return {
    beginForUnlinked: (organizationId, providerId) =>
      begin(organizationId, providerId, 'link_your_account', `select $3, m.user_id ${unlinkedMembers}`, [
        organizationId,
        providerId,
      ]),
    async countUnlinked(organizationId, providerId) {
      const { rows } = await db.query<{ count: number }>(`select count(*)::int as count ${unlinkedMembers}`, [
        organizationId,
        providerId,
      ])
      return onlyRow(rows).count
    },
    beginForPasswordless: (organizationId, providerId, userIds) =>
      begin(
        organizationId,
        providerId,
        'set_password',
        `select $2, u.id from users u
         where u.id = any($1::uuid[]) and u.status = 'active'
           and not exists (select from user_passwords p where p.user_id = u.id)`,
        [userIds],
      ),
    async newest(providerId, kind) {
      const { rows } = await db.query<{
        created_at: Date
        finished: boolean
        all: number
        waiting: number
        under_way: number
        sent: number
        needless: number
        failed: number
      }>(
        `with c as (select * from bulk_campaigns where provider_id = $1 and kind = $2 order by id desc limit 1),
         counts as (
           select count(*)::int as all,
             (count(*) filter (where b.taken_at is null))::int as waiting,
             (count(*) filter (where m.state = any($3)))::int as under_way,
             (count(*) filter (where m.state = any($4)))::int as sent,
             (count(*) filter (where b.taken_at is not null and b.mail_id is null))::int as needless
           from c join bulk_mails b on b.campaign_id = c.id left join mail_messages m on m.id = b.mail_id)
         select c.created_at, c.finished_at is not null as finished, counts.*,
           counts.all - waiting - under_way - sent - needless as failed
         from c, counts`,
        [providerId, kind, underWay, sent],
      )
      const [row] = rows
      if (row === undefined) return null
      const { created_at: createdAt, under_way: count, ...rest } = row
      return { ...rest, createdAt, underWay: count }
    },
    async secondsSinceNewest(providerId, kind) {
      const { rows } = await db.query<{ seconds: number | null }>(
        `select extract(epoch from app.now() - max(created_at))::float8 as seconds
         from bulk_campaigns where provider_id = $1 and kind = $2`,
        [providerId, kind],
      )
      return onlyRow(rows).seconds
    },
    async lockUnderWay(organizationId) {
      await db.query(
        'select from bulk_campaigns where organization_id = $1 and finished_at is null order by id for update',
        [organizationId],
      )
      const { rows } = await db.query<{ count: number }>(
        `select count(*)::int as count from bulk_campaigns c join bulk_mails b on b.campaign_id = c.id
         join mail_messages m on m.id = b.mail_id
         where c.organization_id = $1 and c.finished_at is null and m.state = any($2)`,
        [organizationId, underWay],
      )
      return onlyRow(rows).count
    },
    async take(organizationId, limit) {
      const { rows } = await db.query<{
        campaign_id: string
        user_id: string
        kind: BulkKind
        provider_id: string
        user_email_id: string | null
        locale: string
      }>(
        `with next as (
           select b.campaign_id, b.user_id from bulk_mails b join bulk_campaigns c on c.id = b.campaign_id
           where c.organization_id = $1 and c.finished_at is null and b.taken_at is null
           order by b.campaign_id, b.user_id limit $2 for update of b skip locked
         ), taken as (
           update bulk_mails b set taken_at = app.now() from next
           where b.campaign_id = next.campaign_id and b.user_id = next.user_id
           returning b.campaign_id, b.user_id
         )
         select t.campaign_id, t.user_id, c.kind, c.provider_id, u.locale,
           case when u.status = 'active' and case c.kind
               when 'link_your_account' then p.status = 'enabled' and exists (
                   select from organization_members m
                   where m.organization_id = c.organization_id and m.user_id = t.user_id)
                 and not exists (select from identities i where i.user_id = t.user_id and i.provider_id = p.id)
               else not exists (select from user_passwords w where w.user_id = t.user_id) end
             then (select e.id from user_emails e where e.user_id = t.user_id and e.verified_at is not null
                   order by e.is_primary desc, e.id limit 1) end as user_email_id
         from taken t join bulk_campaigns c on c.id = t.campaign_id join providers p on p.id = c.provider_id
         join users u on u.id = t.user_id`,
        [organizationId, limit],
      )
      return rows.map((row) => ({
        campaignId: row.campaign_id,
        userId: row.user_id,
        kind: row.kind,
        providerId: row.provider_id,
        userEmailId: row.user_email_id,
        locale: row.locale,
      }))
    },
    async setMail(campaignId, userId, mailId) {
      await db.query('update bulk_mails set mail_id = $3 where campaign_id = $1 and user_id = $2', [
        campaignId,
        userId,
        mailId,
      ])
    },
    async finish(organizationId) {
      const { rows } = await db.query<{ left: boolean }>(
        `with finished as (
           update bulk_campaigns c set finished_at = app.now()
           where c.organization_id = $1 and c.finished_at is null and not exists (
             select from bulk_mails b left join mail_messages m on m.id = b.mail_id
             where b.campaign_id = c.id and (b.taken_at is null or m.state = any($2)))
           returning c.id)
         select exists (select from bulk_campaigns c where c.organization_id = $1 and c.finished_at is null
                        and c.id not in (select id from finished)) as left`,
        [organizationId, underWay],
      )
      return !onlyRow(rows).left
    },
    async claimUnfinished(limit) {
      const { rows } = await db.query<{ organization_id: string }>(
        `update bulk_campaigns set relayed_at = app.now()
         where id in (select id from bulk_campaigns
                      where finished_at is null and coalesce(relayed_at, 'epoch') < app.now() - interval '30 s'
                      order by id limit $1 for update skip locked)
         returning organization_id`,
        [limit],
      )
      const organizations = new Set(rows.map((row) => row.organization_id))
      return [...organizations].map((organizationId) => ({ organizationId }))
    },
  }
}
