-- Up Migration
--
-- An organization connects its own provider, proves its domains, and tells its members (spec: pipeline 4).

-- `setup`: settings are stored, and nobody signs in until its owner has done so once.
alter table providers drop constraint providers_status;
alter table providers
  add constraint providers_status check (status in ('enabled', 'disabled', 'setup')),
  -- What was wrong with the newest test sign-in (`domain/provider-fault.ts`).
  add column setup_fault text;

-- A domain that the organization says is its own, until DNS says so too. The token is no secret: it is published there.
create table domain_claims (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations on delete cascade,
  name text not null constraint domain_claims_name_canonical check (name = lower(name) and name <> ''),
  token text not null,
  created_at timestamptz not null default app.now(),
  constraint domain_claims_once unique (organization_id, name)
);

-- One mail to each of many members: those that were asked for at one moment.
create table bulk_campaigns (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations on delete cascade,
  provider_id uuid not null references providers on delete cascade,
  kind text not null constraint bulk_campaigns_kind check (kind in ('link_your_account', 'set_password')),
  created_at timestamptz not null default app.now(),
  -- When its last mail was out of our hands.
  finished_at timestamptz,
  relayed_at timestamptz
);
create index bulk_campaigns_provider on bulk_campaigns (provider_id, id);
create index bulk_campaigns_unfinished on bulk_campaigns (organization_id) where finished_at is null;

-- The backlog, person by person. A row is taken once and becomes one mail; that key makes a second one impossible.
create table bulk_mails (
  campaign_id uuid not null references bulk_campaigns on delete cascade,
  user_id uuid not null references users on delete cascade,
  taken_at timestamptz,
  -- Null once taken: the member needed no mail any more, or has no address for it.
  mail_id uuid references mail_messages on delete set null,
  constraint bulk_mails_once primary key (campaign_id, user_id)
);
create index bulk_mails_waiting on bulk_mails (campaign_id) where taken_at is null;
create index bulk_mails_mail on bulk_mails (mail_id) where mail_id is not null;
