-- Up Migration
--
-- Whose attempts a session began, ended ones too: a partial index that asks for open ones serves no statement that says "open" by the
-- stage, and one that says it by the outcome may walk the open attempts of everybody.
create index attempts_of_session on attempts (session_id) where session_id is not null;
drop index attempts_session;
