-- Asked with every request of another origin.
create index applications_origin on applications (origin);

-- The origin of an application whose page began it, and the page of one that asks for the decision; null where that is ours.
alter table attempts add column host_origin text, add column decision_page text,
  add constraint attempts_host_origin_only check (host_origin ~ '^https?://[^/\\@?#]+$'),
  add constraint attempts_decision_page_absolute check (decision_page ~ '^https?://[^/\\@?#]+/'),
  drop constraint attempts_return_to_path,
  -- Not validated: it is weaker than the one that held for every row so far, and to look at them all would stop sign-ins.
  add constraint attempts_return_to_path check (return_to ~ '^(/($|[^/\\])|https?://[^/\\@?#]+/)') not valid;
