import type pg from 'pg'
import type { MailState } from '../../domain/mail.js'

/** Each move that a mail may make (invariant I13), written down once more, apart from the code that keeps to it. */
const ends = ['confirmed', 'cancelled', 'expired'] as const
const allowed: Readonly<Record<MailState, readonly MailState[]>> = {
  queued: ['sending', 'parked', ...ends],
  sending: ['accepted', 'deferred', 'delivered', 'suppressed', 'bounced', 'parked', ...ends],
  accepted: ['deferred', 'delivered', 'suppressed', 'bounced', 'queued', ...ends],
  deferred: ['delivered', 'suppressed', 'bounced', 'queued', ...ends],
  delivered: ['suppressed', 'bounced', 'queued', ...ends],
  suppressed: ['bounced', 'queued', ...ends],
  bounced: ['queued', ...ends],
  // The provider may tell late that it took the message after all.
  parked: ['accepted', 'deferred', 'delivered', 'suppressed', 'bounced', 'queued', ...ends],
  confirmed: [],
  cancelled: [],
  expired: [],
}

/** Has the database write down every move of every mail from now on. */
export const recordMoves = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    create table mail_moves (before text, after text, new_round boolean);
    create function note_mail_move() returns trigger language plpgsql as $$ begin
      insert into mail_moves values (old.state, new.state, new.round > old.round);
      return null;
    end $$;
    create trigger mail_moves after update on mail_messages for each row
      when (old.state is distinct from new.state) execute function note_mail_move()`)
}

/** The moves so far that no mail may make; a way back to `queued` is one into a new round. */
export const forbiddenMoves = async (pool: pg.Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ before: MailState; after: MailState; new_round: boolean }>(
    'select distinct * from mail_moves',
  )
  return rows
    .filter(
      ({ before, after, new_round: isNew }) =>
        !allowed[before].includes(after) || isNew !== (after === 'queued'),
    )
    .map(({ before, after }) => `${before} -> ${after}`)
}
