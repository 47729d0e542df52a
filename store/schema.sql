-- What all migrations together make, for reading; nothing runs it. Written by `npm run schema:dump`: do not edit.

CREATE SCHEMA app;

CREATE OR REPLACE FUNCTION app.allowance_wait(keys text[], maxima integer[], seconds integer[])
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 SELECT
         CASE
             WHEN (count(*) = 0) THEN 0
             ELSE GREATEST((max(ceil(EXTRACT(epoch FROM (full_until.at - app.now())))))::integer, 1)
         END AS "greatest"
    FROM UNNEST(allowance_wait.keys, allowance_wait.maxima, allowance_wait.seconds) w(key, maximum, span),
     LATERAL ( SELECT (taken.window_start + make_interval(secs => ((w.span + GREATEST(1, (w.span / 60))))::double precision)) AS at
            FROM ( SELECT r.window_start,
                     sum(r.count) OVER (ORDER BY r.window_start DESC) AS since
                    FROM rate_limits r
                   WHERE ((r.key = w.key) AND (r.expires_at > app.now()))) taken
           WHERE (taken.since >= w.maximum)
           ORDER BY taken.window_start DESC
          LIMIT 1) full_until;
END;

CREATE OR REPLACE FUNCTION app.audit_id()
 RETURNS uuid
 LANGUAGE sql
AS $function$
  select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(n, 1, 3) || '8' || substr(n, 4)
    || substr(encode(uuid_send(gen_random_uuid()), 'hex'), 24))::uuid
  from lpad(to_hex(nextval('audit_order') & 68719476735), 9, '0') n
$function$;

CREATE OR REPLACE FUNCTION app.audit_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin raise exception 'audit_events is append-only' using errcode = 'restrict_violation'; end $function$;

CREATE OR REPLACE FUNCTION app.audit_owes_seal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin insert into audit_unsealed select id from fresh; return null; end $function$;

CREATE OR REPLACE FUNCTION app.count_methods_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update users set methods_version = methods_version + 1
      where id = case when tg_op = 'DELETE' then old.user_id else new.user_id end;
      if tg_op = 'UPDATE' and old.user_id <> new.user_id then
        update users set methods_version = methods_version + 1 where id = old.user_id;
      end if;
      return null;
    end $function$;

CREATE OR REPLACE FUNCTION app.now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select now() $function$;

CREATE OR REPLACE FUNCTION app.seals_are_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'DELETE' then
      if old.sealed_at <= app.now() - interval '400 days' and not exists (select from audit_events where id = old.event_id)
        then return old;
      end if;
    end if;
    raise exception 'audit_seals is append-only' using errcode = 'restrict_violation';
  end $function$;

CREATE OR REPLACE FUNCTION app.take_allowances(keys text[], maxima integer[], seconds integer[])
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
    declare
      wait integer;
      one text;
    begin
      foreach one in array (select array_agg(k order by k) from unnest(keys) k) loop
        perform pg_advisory_xact_lock(hashtextextended(one, 30));
      end loop;
      wait := app.allowance_wait(keys, maxima, seconds);
      if wait > 0 then return wait; end if;
      insert into rate_limits (key, window_start, expires_at)
      select w.key, part.start, part.start + make_interval(secs => w.span + greatest(1, w.span / 60))
      from unnest(keys, maxima, seconds) w (key, maximum, span),
        lateral (select date_bin(make_interval(secs => greatest(1, w.span / 60)), app.now(), 'epoch') as start) part
      on conflict (key, window_start) do update set count = rate_limits.count + 1;
      return 0;
    end $function$;

CREATE OR REPLACE FUNCTION app.uuid_v7()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
AS $function$
    select encode(
      set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
        52, 1), 53, 1), 'hex')::uuid
  $function$;

CREATE TABLE applications (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  organization_id uuid NOT NULL,
  name text NOT NULL,
  display_name text NOT NULL,
  origin text NOT NULL,
  return_paths text[] NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT applications_has_return_path CHECK (cardinality(return_paths) > 0),
  CONSTRAINT applications_name_slug CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT applications_once UNIQUE (organization_id, name),
  CONSTRAINT applications_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT applications_pkey PRIMARY KEY (id)
);
CREATE INDEX applications_origin ON applications USING btree (origin);

CREATE TABLE attempts (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  organization_id uuid NOT NULL,
  provider_id uuid NOT NULL,
  stage text NOT NULL DEFAULT 'awaiting_provider'::text,
  state_hash bytea NOT NULL,
  state_used_at timestamp with time zone,
  browser_hash bytea NOT NULL,
  provider_request bytea,
  return_to text NOT NULL,
  locale text NOT NULL DEFAULT 'en'::text,
  client_network text,
  session_id uuid,
  session_user_id uuid,
  claims bytea,
  outcome text,
  outcome_how text,
  outcome_code text,
  outcome_user_id uuid,
  outcome_identity_id uuid,
  ended_at timestamp with time zone,
  started_at timestamp with time zone,
  relayed_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  expires_at timestamp with time zone NOT NULL,
  purpose text NOT NULL DEFAULT 'sign_in'::text,
  parent_id uuid,
  email bytea,
  wrong_tries integer NOT NULL DEFAULT 0,
  invitation_id uuid,
  awaits_second_factor boolean NOT NULL DEFAULT false,
  outcome_methods_version integer,
  address_index bytea,
  extensions smallint NOT NULL DEFAULT 0,
  declined boolean NOT NULL DEFAULT false,
  stale_sign_in boolean NOT NULL DEFAULT false,
  nudge_owed_since timestamp with time zone,
  host_origin text,
  decision_page text,
  CONSTRAINT attempts_address_index_length CHECK (octet_length(address_index) = 32),
  CONSTRAINT attempts_code_only_refused CHECK (outcome_code IS NULL OR (outcome = ANY (ARRAY['rejected'::text, 'expired'::text]))),
  CONSTRAINT attempts_decidable_has_claims CHECK ((stage <> ALL (ARRAY['awaiting_decision'::text, 'finishing'::text])) OR claims IS NOT NULL),
  CONSTRAINT attempts_decision_page_absolute CHECK (decision_page ~ '^https?://[^/\\@?#]+/'::text),
  CONSTRAINT attempts_declined_is_provider_error CHECK (NOT declined OR NOT outcome_code IS DISTINCT FROM 'provider_error'::text),
  CONSTRAINT attempts_ended_has_outcome CHECK ((stage = 'ended'::text) = (outcome IS NOT NULL) AND (outcome IS NULL) = (ended_at IS NULL)),
  CONSTRAINT attempts_extensions CHECK (extensions >= 0 AND extensions <= 2),
  CONSTRAINT attempts_fold_has_session CHECK ((purpose = 'fold'::text) <= (session_id IS NOT NULL)),
  CONSTRAINT attempts_host_origin_only CHECK (host_origin ~ '^https?://[^/\\@?#]+$'::text),
  CONSTRAINT attempts_how_only_signed_in CHECK ((outcome_how IS NOT NULL) = (NOT outcome IS DISTINCT FROM 'signed_in'::text)),
  CONSTRAINT attempts_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES invitations(id) ON DELETE SET NULL,
  CONSTRAINT attempts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT attempts_outcome CHECK (outcome = ANY (ARRAY['signed_in'::text, 'rejected'::text, 'cancelled'::text, 'expired'::text, 'proved'::text])),
  CONSTRAINT attempts_outcome_how CHECK (outcome_how = ANY (ARRAY['existing'::text, 'linked'::text, 'merged'::text, 'created'::text])),
  CONSTRAINT attempts_outcome_identity_id_fkey FOREIGN KEY (outcome_identity_id) REFERENCES identities(id) ON DELETE SET NULL,
  CONSTRAINT attempts_outcome_user_id_fkey FOREIGN KEY (outcome_user_id) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT attempts_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES attempts(id) ON DELETE CASCADE,
  CONSTRAINT attempts_pkey PRIMARY KEY (id),
  CONSTRAINT attempts_prove_has_parent CHECK ((purpose = 'prove'::text) <= (parent_id IS NOT NULL)),
  CONSTRAINT attempts_proved_is_child CHECK (outcome IS DISTINCT FROM 'proved'::text OR parent_id IS NOT NULL OR purpose = 'reauthenticate'::text),
  CONSTRAINT attempts_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES providers(id) ON DELETE CASCADE,
  CONSTRAINT attempts_purpose CHECK (purpose = ANY (ARRAY['sign_in'::text, 'prove'::text, 'reauthenticate'::text, 'setup'::text, 'fold'::text])),
  CONSTRAINT attempts_reauthenticate_serves CHECK ((purpose = 'reauthenticate'::text) <= (parent_id IS NOT NULL OR session_id IS NOT NULL)),
  CONSTRAINT attempts_return_to_path CHECK (return_to ~ '^(/($|[^/\\])|https?://[^/\\@?#]+/)'::text) NOT VALID,
  CONSTRAINT attempts_second_factor_has_claims CHECK (NOT awaits_second_factor OR claims IS NOT NULL),
  CONSTRAINT attempts_session_user_id_fkey FOREIGN KEY (session_user_id) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT attempts_stage CHECK (stage = ANY (ARRAY['awaiting_provider'::text, 'awaiting_decision'::text, 'finishing'::text, 'ended'::text])),
  CONSTRAINT attempts_state_unique UNIQUE (state_hash)
);
CREATE INDEX attempts_by_address ON attempts USING btree (address_index) WHERE address_index IS NOT NULL;
CREATE INDEX attempts_by_failure ON attempts USING btree (provider_id, outcome, created_at DESC NULLS LAST, id DESC NULLS LAST) WHERE outcome <> 'signed_in'::text;
CREATE INDEX attempts_by_identity ON attempts USING btree (outcome_identity_id) WHERE outcome_identity_id IS NOT NULL;
CREATE INDEX attempts_by_invitation ON attempts USING btree (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX attempts_by_organization ON attempts USING btree (organization_id, created_at DESC NULLS LAST, id DESC NULLS LAST);
CREATE INDEX attempts_by_outcome ON attempts USING btree (outcome, created_at DESC, id DESC) WHERE outcome IS NOT NULL;
CREATE INDEX attempts_by_provider ON attempts USING btree (provider_id, created_at DESC NULLS LAST, id DESC NULLS LAST);
CREATE INDEX attempts_by_session_user ON attempts USING btree (session_user_id) WHERE session_user_id IS NOT NULL;
CREATE INDEX attempts_by_time ON attempts USING btree (created_at DESC, id DESC);
CREATE INDEX attempts_by_user ON attempts USING btree (outcome_user_id) WHERE outcome_user_id IS NOT NULL;
CREATE INDEX attempts_ended ON attempts USING btree (ended_at, outcome) WHERE outcome IS NOT NULL;
CREATE INDEX attempts_finishing ON attempts USING btree (created_at) WHERE stage = 'finishing'::text;
CREATE INDEX attempts_of_session ON attempts USING btree (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX attempts_open ON attempts USING btree (expires_at) WHERE outcome IS NULL;
CREATE INDEX attempts_parent ON attempts USING btree (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX attempts_remembering ON attempts USING btree (ended_at) WHERE outcome IS NOT NULL AND (claims IS NOT NULL OR email IS NOT NULL);
CREATE INDEX attempts_unheard ON attempts USING btree (nudge_owed_since) WHERE nudge_owed_since IS NOT NULL;
CREATE INDEX attempts_unstarted ON attempts USING btree (created_at) WHERE started_at IS NULL AND (stage = ANY (ARRAY['awaiting_decision'::text, 'finishing'::text]));

CREATE TABLE audit_events (
  id uuid NOT NULL DEFAULT app.audit_id(),
  at timestamp with time zone NOT NULL DEFAULT app.now(),
  event text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  organization_id uuid,
  target_kind text,
  target_id text,
  attempt_id uuid,
  client_network text,
  data jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT audit_events_actor_kind CHECK (actor_kind = ANY (ARRAY['user'::text, 'staff'::text, 'system'::text])),
  CONSTRAINT audit_events_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_events_actor ON audit_events USING btree (actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_events_attempt ON audit_events USING btree (attempt_id, id);
CREATE INDEX audit_events_event ON audit_events USING btree (event, id DESC NULLS LAST);
CREATE INDEX audit_events_organization ON audit_events USING btree (organization_id, id DESC NULLS LAST);
CREATE INDEX audit_events_target ON audit_events USING btree (target_id, id) WHERE target_id IS NOT NULL;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OF id, at, event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id, data OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION app.audit_is_append_only();
CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events FOR EACH ROW WHEN (old.at > (app.now() - '400 days'::interval)) EXECUTE FUNCTION app.audit_is_append_only();
CREATE TRIGGER audit_events_network_goes BEFORE UPDATE OF client_network ON audit_events FOR EACH ROW WHEN (new.client_network IS NOT NULL) EXECUTE FUNCTION app.audit_is_append_only();
CREATE TRIGGER audit_events_owe_seal AFTER INSERT ON audit_events REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION app.audit_owes_seal();

CREATE TABLE audit_sealer (
  id boolean NOT NULL DEFAULT true,
  CONSTRAINT audit_sealer_pkey PRIMARY KEY (id),
  CONSTRAINT audit_sealer_single CHECK (id)
);

CREATE TABLE audit_seals (
  chain text NOT NULL,
  "position" bigint NOT NULL,
  event_id uuid NOT NULL,
  hash bytea NOT NULL,
  sealed_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT audit_seals_event_once UNIQUE (event_id, chain),
  CONSTRAINT audit_seals_hash_length CHECK (octet_length(hash) = 32),
  CONSTRAINT audit_seals_pkey PRIMARY KEY (chain, "position")
);
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION app.seals_are_append_only();
CREATE TRIGGER audit_seals_kept BEFORE DELETE ON audit_seals FOR EACH ROW EXECUTE FUNCTION app.seals_are_append_only();

CREATE TABLE audit_unsealed (
  event_id uuid NOT NULL,
  CONSTRAINT audit_unsealed_pkey PRIMARY KEY (event_id)
);

CREATE TABLE bulk_campaigns (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  organization_id uuid NOT NULL,
  provider_id uuid NOT NULL,
  kind text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  finished_at timestamp with time zone,
  relayed_at timestamp with time zone,
  CONSTRAINT bulk_campaigns_kind CHECK (kind = ANY (ARRAY['link_your_account'::text, 'set_password'::text])),
  CONSTRAINT bulk_campaigns_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT bulk_campaigns_pkey PRIMARY KEY (id),
  CONSTRAINT bulk_campaigns_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES providers(id) ON DELETE CASCADE
);
CREATE INDEX bulk_campaigns_finished ON bulk_campaigns USING btree (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX bulk_campaigns_provider ON bulk_campaigns USING btree (provider_id, id);
CREATE INDEX bulk_campaigns_unfinished ON bulk_campaigns USING btree (organization_id) WHERE finished_at IS NULL;

CREATE TABLE bulk_mails (
  campaign_id uuid NOT NULL,
  user_id uuid NOT NULL,
  taken_at timestamp with time zone,
  mail_id uuid,
  CONSTRAINT bulk_mails_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES bulk_campaigns(id) ON DELETE CASCADE,
  CONSTRAINT bulk_mails_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES mail_messages(id) ON DELETE SET NULL,
  CONSTRAINT bulk_mails_once PRIMARY KEY (campaign_id, user_id),
  CONSTRAINT bulk_mails_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX bulk_mails_mail ON bulk_mails USING btree (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX bulk_mails_user ON bulk_mails USING btree (user_id);
CREATE INDEX bulk_mails_waiting ON bulk_mails USING btree (campaign_id) WHERE taken_at IS NULL;

CREATE TABLE decisions (
  attempt_id uuid NOT NULL,
  choice text NOT NULL,
  idempotency_key text NOT NULL,
  body_hash bytea NOT NULL,
  input bytea,
  facts jsonb NOT NULL,
  session_user_id uuid,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  signalled_at timestamp with time zone,
  proof_id uuid,
  replace boolean NOT NULL DEFAULT false,
  CONSTRAINT decisions_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id) ON DELETE CASCADE,
  CONSTRAINT decisions_choice CHECK (choice = ANY (ARRAY['link'::text, 'merge'::text, 'create'::text, 'cancel'::text])),
  CONSTRAINT decisions_idempotency_key_length CHECK (char_length(idempotency_key) >= 1 AND char_length(idempotency_key) <= 200),
  CONSTRAINT decisions_pkey PRIMARY KEY (attempt_id),
  CONSTRAINT decisions_proof_id_fkey FOREIGN KEY (proof_id) REFERENCES proofs(id) ON DELETE SET NULL,
  CONSTRAINT decisions_session_user_id_fkey FOREIGN KEY (session_user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX decisions_proof ON decisions USING btree (proof_id) WHERE proof_id IS NOT NULL;
CREATE INDEX decisions_recent ON decisions USING brin (created_at) WITH (pages_per_range='16');
CREATE INDEX decisions_session_user ON decisions USING btree (session_user_id) WHERE session_user_id IS NOT NULL;

CREATE TABLE domain_claims (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  organization_id uuid NOT NULL,
  name text NOT NULL,
  token text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT domain_claims_name_canonical CHECK (name = lower(name) AND name <> ''::text),
  CONSTRAINT domain_claims_once UNIQUE (organization_id, name),
  CONSTRAINT domain_claims_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT domain_claims_pkey PRIMARY KEY (id)
);

CREATE TABLE domains (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  organization_id uuid NOT NULL,
  provider_id uuid,
  name text NOT NULL,
  proved_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT domains_name_canonical CHECK (name = lower(name) AND name <> ''::text),
  CONSTRAINT domains_once UNIQUE NULLS NOT DISTINCT (organization_id, provider_id, name),
  CONSTRAINT domains_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT domains_pkey PRIMARY KEY (id),
  CONSTRAINT domains_provider FOREIGN KEY (provider_id) REFERENCES providers(id) ON DELETE CASCADE
);
CREATE INDEX domains_provider ON domains USING btree (provider_id) WHERE provider_id IS NOT NULL;

CREATE TABLE email_challenges (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  attempt_id uuid NOT NULL,
  nonce bytea NOT NULL,
  wrong_tries integer NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT email_challenges_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id) ON DELETE CASCADE,
  CONSTRAINT email_challenges_nonce_length CHECK (octet_length(nonce) = 32),
  CONSTRAINT email_challenges_pkey PRIMARY KEY (id)
);
CREATE INDEX email_challenges_attempt ON email_challenges USING btree (attempt_id);
CREATE UNIQUE INDEX email_challenges_one_live ON email_challenges USING btree (attempt_id) WHERE ended_at IS NULL;

CREATE TABLE idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  user_id uuid,
  body_hash bytea NOT NULL,
  status smallint NOT NULL,
  answer bytea,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  address_index bytea,
  CONSTRAINT idempotency_keys_address_index_length CHECK (octet_length(address_index) = 32),
  CONSTRAINT idempotency_keys_length CHECK (char_length(key) >= 1 AND char_length(key) <= 200),
  CONSTRAINT idempotency_keys_once PRIMARY KEY (scope, key),
  CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_address ON idempotency_keys USING btree (address_index) WHERE address_index IS NOT NULL;
CREATE INDEX idempotency_keys_oldest ON idempotency_keys USING btree (created_at);
CREATE INDEX idempotency_keys_user ON idempotency_keys USING btree (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE identities (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  user_id uuid NOT NULL,
  provider_id uuid NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  email text,
  email_verified boolean NOT NULL DEFAULT false,
  name text NOT NULL DEFAULT ''::text,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  last_verified_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT identities_one_owner UNIQUE (provider_id, issuer, subject),
  CONSTRAINT identities_one_per_provider UNIQUE (provider_id, user_id),
  CONSTRAINT identities_pkey PRIMARY KEY (id),
  CONSTRAINT identities_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES providers(id) ON DELETE CASCADE,
  CONSTRAINT identities_subject_shape CHECK (subject ~ '^[\x20-\x7e]{1,255}$'::text),
  CONSTRAINT identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX identities_user ON identities USING btree (user_id);
CREATE TRIGGER identities_version AFTER INSERT OR DELETE OR UPDATE OF user_id, issuer, subject ON identities FOR EACH ROW EXECUTE FUNCTION app.count_methods_version();

CREATE TABLE invitations (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  organization_id uuid NOT NULL,
  canonical_email text NOT NULL,
  role text NOT NULL,
  approved boolean NOT NULL DEFAULT true,
  expires_at timestamp with time zone NOT NULL,
  accepted_at timestamp with time zone,
  accepted_by uuid,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  token_hash bytea,
  sealed_token bytea,
  CONSTRAINT invitations_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES users(id) ON DELETE SET NULL,
  CONSTRAINT invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT invitations_pkey PRIMARY KEY (id),
  CONSTRAINT invitations_role CHECK (role = ANY (ARRAY['member'::text, 'manager'::text, 'owner'::text])),
  CONSTRAINT invitations_token_unique UNIQUE (token_hash)
);
CREATE INDEX invitations_accepted_by ON invitations USING btree (accepted_by) WHERE accepted_by IS NOT NULL;
CREATE INDEX invitations_address ON invitations USING btree (canonical_email);
CREATE UNIQUE INDEX invitations_one_open ON invitations USING btree (organization_id, canonical_email) WHERE accepted_at IS NULL;
CREATE INDEX invitations_sealed ON invitations USING btree (expires_at) WHERE sealed_token IS NOT NULL;

CREATE TABLE logout_tokens (
  provider_id uuid NOT NULL,
  jti_hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT logout_tokens_once PRIMARY KEY (provider_id, jti_hash),
  CONSTRAINT logout_tokens_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES providers(id) ON DELETE CASCADE
);
CREATE INDEX logout_tokens_expired ON logout_tokens USING btree (expires_at);

CREATE TABLE mail_events (
  try_id uuid NOT NULL,
  event text NOT NULL,
  reason text,
  at timestamp with time zone NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT mail_events_event CHECK (event = ANY (ARRAY['processed'::text, 'deferred'::text, 'delivered'::text, 'bounce'::text, 'dropped'::text])),
  CONSTRAINT mail_events_once PRIMARY KEY (try_id, event, at),
  CONSTRAINT mail_events_try_id_fkey FOREIGN KEY (try_id) REFERENCES mail_tries(id) ON DELETE CASCADE
);

CREATE TABLE mail_messages (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  kind text NOT NULL,
  user_email_id uuid,
  organization_id uuid NOT NULL,
  attempt_id uuid,
  locale text NOT NULL,
  dedupe_key text NOT NULL,
  workflow_id text NOT NULL,
  state text NOT NULL DEFAULT 'queued'::text,
  reason text,
  round integer NOT NULL DEFAULT 1,
  round_started_at timestamp with time zone NOT NULL DEFAULT app.now(),
  retry_requests text[] NOT NULL DEFAULT '{}'::text[],
  paused_seconds integer NOT NULL DEFAULT 0,
  touched_at timestamp with time zone NOT NULL DEFAULT app.now(),
  nudge_owed_since timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  recipient bytea,
  reference_id uuid,
  facts jsonb NOT NULL DEFAULT '{}'::jsonb,
  delivery_owed_since timestamp with time zone,
  nudge_relayed_at timestamp with time zone,
  delivery_relayed_at timestamp with time zone,
  CONSTRAINT mail_messages_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id) ON DELETE SET NULL,
  CONSTRAINT mail_messages_kind CHECK (kind = ANY (ARRAY['confirmation'::text, 'confirmation_reminder'::text, 'already_have_account'::text, 'merge_proof'::text, 'password_reset'::text, 'set_password'::text, 'identity_linked_notice'::text, 'attempt_rejected_notice'::text, 'password_changed_notice'::text, 'address_changed_notice'::text, 'email_dropped_notice'::text, 'sign_in_methods_removed_notice'::text, 'sign_in_method_notice'::text, 'link_your_account'::text, 'invitation'::text])),
  CONSTRAINT mail_messages_once UNIQUE (dedupe_key),
  CONSTRAINT mail_messages_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT mail_messages_pkey PRIMARY KEY (id),
  CONSTRAINT mail_messages_state CHECK (state = ANY (ARRAY['queued'::text, 'sending'::text, 'accepted'::text, 'delivered'::text, 'deferred'::text, 'bounced'::text, 'suppressed'::text, 'parked'::text, 'cancelled'::text, 'expired'::text, 'confirmed'::text])),
  CONSTRAINT mail_messages_user_email_id_fkey FOREIGN KEY (user_email_id) REFERENCES user_emails(id) ON DELETE CASCADE
);
CREATE INDEX mail_messages_attempt ON mail_messages USING btree (attempt_id);
CREATE INDEX mail_messages_by_state ON mail_messages USING btree (state, id DESC);
CREATE INDEX mail_messages_held ON mail_messages USING btree (state) WHERE (state <> ALL (ARRAY['confirmed'::text, 'cancelled'::text, 'expired'::text])) AND (kind = 'confirmation'::text OR (state <> ALL (ARRAY['accepted'::text, 'delivered'::text])));
CREATE INDEX mail_messages_organization ON mail_messages USING btree (organization_id, id DESC);
CREATE INDEX mail_messages_recipients ON mail_messages USING btree (created_at) WHERE recipient IS NOT NULL;
CREATE INDEX mail_messages_reference ON mail_messages USING btree (reference_id) WHERE reference_id IS NOT NULL;
CREATE INDEX mail_messages_undelivered ON mail_messages USING btree (delivery_owed_since) WHERE delivery_owed_since IS NOT NULL;
CREATE INDEX mail_messages_under_way ON mail_messages USING btree (touched_at) WHERE state = ANY (ARRAY['queued'::text, 'sending'::text]);
CREATE INDEX mail_messages_unheard ON mail_messages USING btree (nudge_owed_since) WHERE nudge_owed_since IS NOT NULL;
CREATE INDEX mail_messages_user_email ON mail_messages USING btree (user_email_id);
CREATE INDEX mail_messages_waiting ON mail_messages USING btree (touched_at) WHERE (state = ANY (ARRAY['accepted'::text, 'deferred'::text, 'delivered'::text])) AND (kind = ANY (ARRAY['confirmation'::text, 'already_have_account'::text]));

CREATE TABLE mail_transport (
  id boolean NOT NULL DEFAULT true,
  paused_until timestamp with time zone,
  reason text,
  CONSTRAINT mail_transport_pkey PRIMARY KEY (id),
  CONSTRAINT mail_transport_single CHECK (id)
);

CREATE TABLE mail_tries (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  mail_id uuid NOT NULL,
  round integer NOT NULL,
  attempt integer NOT NULL,
  state text NOT NULL DEFAULT 'sending'::text,
  provider_message_id text,
  reason text,
  started_at timestamp with time zone NOT NULL DEFAULT app.now(),
  finished_at timestamp with time zone,
  CONSTRAINT mail_tries_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES mail_messages(id) ON DELETE CASCADE,
  CONSTRAINT mail_tries_once UNIQUE (mail_id, round, attempt),
  CONSTRAINT mail_tries_pkey PRIMARY KEY (id),
  CONSTRAINT mail_tries_state CHECK (state = ANY (ARRAY['sending'::text, 'accepted'::text, 'delivered'::text, 'deferred'::text, 'bounced'::text, 'suppressed'::text, 'refused'::text, 'failed'::text, 'ambiguous'::text]))
);

CREATE TABLE mailed_links (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  purpose text NOT NULL,
  user_id uuid NOT NULL,
  user_email_id uuid NOT NULL,
  methods_version integer NOT NULL,
  nonce bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  CONSTRAINT mailed_links_nonce_length CHECK (octet_length(nonce) = 32),
  CONSTRAINT mailed_links_pkey PRIMARY KEY (id),
  CONSTRAINT mailed_links_purpose CHECK (purpose = ANY (ARRAY['password_reset'::text, 'set_password'::text])),
  CONSTRAINT mailed_links_user_email_id_fkey FOREIGN KEY (user_email_id) REFERENCES user_emails(id) ON DELETE CASCADE,
  CONSTRAINT mailed_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX mailed_links_address ON mailed_links USING btree (user_email_id);
CREATE INDEX mailed_links_user ON mailed_links USING btree (user_id);

CREATE TABLE migrations (
  id integer NOT NULL DEFAULT nextval('migrations_id_seq'::regclass),
  name character varying(255) NOT NULL,
  run_on timestamp without time zone NOT NULL,
  CONSTRAINT migrations_pkey PRIMARY KEY (id)
);

CREATE TABLE organization_members (
  organization_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role text NOT NULL,
  restricted boolean NOT NULL DEFAULT false,
  sso_linked boolean NOT NULL DEFAULT false,
  sso_invalid boolean NOT NULL DEFAULT false,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT organization_members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT organization_members_pkey PRIMARY KEY (organization_id, user_id),
  CONSTRAINT organization_members_role CHECK (role = ANY (ARRAY['member'::text, 'manager'::text, 'owner'::text])),
  CONSTRAINT organization_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX organization_members_owners ON organization_members USING btree (organization_id, user_id) WHERE role = 'owner'::text;
CREATE INDEX organization_members_user ON organization_members USING btree (user_id);

CREATE TABLE organizations (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  slug text NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  seat_limit integer,
  require_second_factor boolean NOT NULL DEFAULT false,
  CONSTRAINT organizations_name_length CHECK (char_length(name) >= 1 AND char_length(name) <= 100),
  CONSTRAINT organizations_pkey PRIMARY KEY (id),
  CONSTRAINT organizations_seat_limit_positive CHECK (seat_limit > 0),
  CONSTRAINT organizations_slug_shape CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT organizations_slug_unique UNIQUE (slug)
);

CREATE TABLE proofs (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  attempt_id uuid NOT NULL,
  kind text NOT NULL,
  provider_id uuid NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid,
  methods_version integer,
  canonical_email text,
  browser_hash bytea NOT NULL,
  second_factor boolean NOT NULL DEFAULT false,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  proving_provider_id uuid,
  CONSTRAINT proofs_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id) ON DELETE CASCADE,
  CONSTRAINT proofs_identity_has_proving_provider CHECK (proving_provider_id IS NULL OR kind = 'identity'::text),
  CONSTRAINT proofs_kind CHECK (kind = ANY (ARRAY['password'::text, 'email'::text, 'identity'::text])),
  CONSTRAINT proofs_of_something CHECK (user_id IS NOT NULL OR canonical_email IS NOT NULL),
  CONSTRAINT proofs_pkey PRIMARY KEY (id),
  CONSTRAINT proofs_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES providers(id) ON DELETE CASCADE,
  CONSTRAINT proofs_proving_provider_id_fkey FOREIGN KEY (proving_provider_id) REFERENCES providers(id) ON DELETE SET NULL,
  CONSTRAINT proofs_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  CONSTRAINT proofs_version_of_user CHECK ((user_id IS NULL) = (methods_version IS NULL))
);
CREATE INDEX proofs_attempt ON proofs USING btree (attempt_id);
CREATE INDEX proofs_by_user ON proofs USING btree (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX proofs_provider ON proofs USING btree (provider_id);
CREATE INDEX proofs_proving_provider ON proofs USING btree (proving_provider_id) WHERE proving_provider_id IS NOT NULL;

CREATE TABLE providers (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  organization_id uuid NOT NULL,
  name text NOT NULL,
  display_name text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret bytea,
  client_authentication text,
  serves text[] NOT NULL DEFAULT '{sign_in,link,create,join,prove}'::text[],
  admission text NOT NULL DEFAULT 'invited'::text,
  default_role text NOT NULL DEFAULT 'member'::text,
  status text NOT NULL DEFAULT 'enabled'::text,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  require_link boolean NOT NULL DEFAULT false,
  text_true_is_verified boolean NOT NULL DEFAULT false,
  legacy_subject_claim text,
  setup_fault text,
  CONSTRAINT providers_admission CHECK (admission = ANY (ARRAY['everyone'::text, 'domains'::text, 'invited'::text])),
  CONSTRAINT providers_client_authentication CHECK (client_authentication = ANY (ARRAY['client_secret_basic'::text, 'client_secret_post'::text, 'none'::text])),
  CONSTRAINT providers_default_role CHECK (default_role = ANY (ARRAY['member'::text, 'manager'::text])),
  CONSTRAINT providers_display_name_length CHECK (char_length(display_name) >= 1 AND char_length(display_name) <= 100),
  CONSTRAINT providers_name_free CHECK (name <> ALL (ARRAY['connect'::text, 'domains'::text, 'invitations'::text, 'settings'::text])),
  CONSTRAINT providers_name_shape CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT providers_name_unique UNIQUE (organization_id, name),
  CONSTRAINT providers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT providers_pkey PRIMARY KEY (id),
  CONSTRAINT providers_serves CHECK (serves <@ '{sign_in,link,create,join,prove}'::text[]),
  CONSTRAINT providers_status CHECK (status = ANY (ARRAY['enabled'::text, 'disabled'::text, 'setup'::text]))
);

CREATE TABLE rate_limits (
  key text NOT NULL,
  window_start timestamp with time zone NOT NULL,
  count integer NOT NULL DEFAULT 1,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT rate_limits_pkey PRIMARY KEY (key, window_start)
);
CREATE INDEX rate_limits_expired ON rate_limits USING btree (expires_at);

CREATE TABLE sessions (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  token_hash bytea NOT NULL,
  user_id uuid NOT NULL,
  organization_id uuid NOT NULL,
  identity_id uuid,
  attempt_id uuid,
  methods text[] NOT NULL,
  authenticated_at timestamp with time zone NOT NULL DEFAULT app.now(),
  last_seen_at timestamp with time zone NOT NULL DEFAULT app.now(),
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  other_proof_at timestamp with time zone,
  CONSTRAINT sessions_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id) ON DELETE SET NULL,
  CONSTRAINT sessions_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES identities(id) ON DELETE SET NULL,
  CONSTRAINT sessions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CONSTRAINT sessions_pkey PRIMARY KEY (id),
  CONSTRAINT sessions_token_unique UNIQUE (token_hash),
  CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX sessions_attempt ON sessions USING btree (attempt_id);
CREATE INDEX sessions_by_identity ON sessions USING btree (identity_id) WHERE identity_id IS NOT NULL;
CREATE INDEX sessions_by_user ON sessions USING btree (user_id, ended_at);
CREATE UNIQUE INDEX sessions_one_per_attempt ON sessions USING btree (attempt_id) WHERE ended_at IS NULL;

CREATE TABLE signing_keys (
  period integer NOT NULL,
  kid text NOT NULL,
  public_jwk jsonb NOT NULL,
  private_key bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT signing_keys_kid_key UNIQUE (kid),
  CONSTRAINT signing_keys_pkey PRIMARY KEY (period)
);

CREATE TABLE staff (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  issuer text NOT NULL,
  subject text NOT NULL,
  name text NOT NULL DEFAULT ''::text,
  signed_in_at timestamp with time zone NOT NULL DEFAULT app.now(),
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT staff_name_length CHECK (char_length(name) <= 200),
  CONSTRAINT staff_once UNIQUE (issuer, subject),
  CONSTRAINT staff_pkey PRIMARY KEY (id)
);

CREATE TABLE staff_retries (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  idempotency_key text,
  reason text NOT NULL,
  asked_by uuid NOT NULL,
  agreed_by uuid,
  agreed_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT staff_retries_agreed_by_fkey FOREIGN KEY (agreed_by) REFERENCES staff(id),
  CONSTRAINT staff_retries_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES staff(id),
  CONSTRAINT staff_retries_key_length CHECK (char_length(idempotency_key) >= 1 AND char_length(idempotency_key) <= 200),
  CONSTRAINT staff_retries_once UNIQUE (asked_by, idempotency_key),
  CONSTRAINT staff_retries_pkey PRIMARY KEY (id),
  CONSTRAINT staff_retries_two_people CHECK (agreed_by <> asked_by)
);

CREATE TABLE staff_retry_mails (
  retry_id uuid NOT NULL,
  mail_id uuid NOT NULL,
  asked_at timestamp with time zone,
  answer text,
  CONSTRAINT staff_retry_mails_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES mail_messages(id) ON DELETE CASCADE,
  CONSTRAINT staff_retry_mails_once PRIMARY KEY (retry_id, mail_id),
  CONSTRAINT staff_retry_mails_retry_id_fkey FOREIGN KEY (retry_id) REFERENCES staff_retries(id) ON DELETE CASCADE
);
CREATE INDEX staff_retry_mails_mail ON staff_retry_mails USING btree (mail_id);
CREATE INDEX staff_retry_mails_owed ON staff_retry_mails USING btree (retry_id, mail_id) WHERE answer IS NULL;

CREATE TABLE staff_sessions (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  token_hash bytea NOT NULL,
  staff_id uuid NOT NULL,
  roles text[] NOT NULL,
  organizations text[],
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  last_seen_at timestamp with time zone NOT NULL DEFAULT app.now(),
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  decodes_until timestamp with time zone,
  CONSTRAINT staff_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT staff_sessions_roles CHECK (roles <@ '{view,operate,erase,admin}'::text[] AND cardinality(roles) > 0),
  CONSTRAINT staff_sessions_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(id) ON DELETE CASCADE,
  CONSTRAINT staff_sessions_token_unique UNIQUE (token_hash)
);
CREATE INDEX staff_sessions_staff ON staff_sessions USING btree (staff_id) WHERE ended_at IS NULL;

CREATE TABLE user_emails (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  user_id uuid NOT NULL,
  address text NOT NULL,
  canonical text NOT NULL,
  is_primary boolean NOT NULL DEFAULT false,
  verified_at timestamp with time zone,
  confirmation_nonce bytea,
  confirmation_issued_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT user_emails_address_length CHECK (char_length(address) >= 3 AND char_length(address) <= 254),
  CONSTRAINT user_emails_confirmation_whole CHECK ((confirmation_nonce IS NULL) = (confirmation_issued_at IS NULL)),
  CONSTRAINT user_emails_nonce_length CHECK (octet_length(confirmation_nonce) = 32),
  CONSTRAINT user_emails_once UNIQUE (user_id, canonical),
  CONSTRAINT user_emails_pkey PRIMARY KEY (id),
  CONSTRAINT user_emails_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX user_emails_canonical ON user_emails USING btree (canonical);
CREATE UNIQUE INDEX user_emails_one_primary ON user_emails USING btree (user_id) WHERE is_primary;
CREATE UNIQUE INDEX user_emails_verified_holder ON user_emails USING btree (canonical) WHERE verified_at IS NOT NULL;
CREATE TRIGGER user_emails_version AFTER INSERT OR DELETE OR UPDATE OF user_id, canonical, is_primary, verified_at ON user_emails FOR EACH ROW EXECUTE FUNCTION app.count_methods_version();

CREATE TABLE user_passwords (
  user_id uuid NOT NULL,
  hash text NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT user_passwords_pkey PRIMARY KEY (user_id),
  CONSTRAINT user_passwords_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE TRIGGER user_passwords_version AFTER INSERT OR DELETE OR UPDATE OF hash ON user_passwords FOR EACH ROW EXECUTE FUNCTION app.count_methods_version();

CREATE TABLE user_recovery_codes (
  user_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  used_at timestamp with time zone,
  CONSTRAINT user_recovery_codes_once PRIMARY KEY (user_id, code_hash),
  CONSTRAINT user_recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE TABLE user_totp (
  user_id uuid NOT NULL,
  secret bytea NOT NULL,
  confirmed_at timestamp with time zone,
  last_step bigint,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  CONSTRAINT user_totp_pkey PRIMARY KEY (user_id),
  CONSTRAINT user_totp_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE TRIGGER user_totp_version AFTER DELETE OR UPDATE OF confirmed_at ON user_totp FOR EACH ROW EXECUTE FUNCTION app.count_methods_version();

CREATE TABLE users (
  id uuid NOT NULL DEFAULT app.uuid_v7(),
  name text NOT NULL DEFAULT ''::text,
  locale text NOT NULL DEFAULT 'en'::text,
  status text NOT NULL DEFAULT 'active'::text,
  created_at timestamp with time zone NOT NULL DEFAULT app.now(),
  methods_version integer NOT NULL DEFAULT 1,
  CONSTRAINT users_name_length CHECK (char_length(name) <= 200),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status CHECK (status = ANY (ARRAY['active'::text, 'inactive'::text, 'suspended'::text]))
);
