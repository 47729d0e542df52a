-- Programs of an organization that sign people in through us.
create table applications (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null constraint applications_name_slug check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  display_name text not null,
  -- Such as https://shop.example: tokens are posted there and nowhere else.
  origin text not null,
  -- The first is where people go who did not say where to.
  return_paths text[] not null constraint applications_has_return_path check (cardinality(return_paths) > 0),
  created_at timestamptz not null default app.now(),
  constraint applications_once unique (organization_id, name)
);

-- One key of ours for each period; the period is counted by the database's clock, so that all processes have the same.
create table signing_keys (
  period integer primary key,
  kid text not null unique,
  public_jwk jsonb not null,
  private_key bytea not null,
  created_at timestamptz not null default app.now()
);

-- Each `jti` of a provider's logout token counts once.
create table logout_tokens (
  provider_id uuid not null references providers (id) on delete cascade,
  jti_hash bytea not null,
  expires_at timestamptz not null,
  constraint logout_tokens_once primary key (provider_id, jti_hash)
);
create index logout_tokens_expired on logout_tokens (expires_at);
