-- Up Migration
--
-- Mailed links that set a password are kept with the mails (`mailed_links`); this table was never written.
drop table password_links;
