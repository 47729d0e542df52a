-- Up Migration
--
-- The board of mails as somebody sees it who may see few organizations, and what goes with an organization that is deleted.
create index mail_messages_organization on mail_messages (organization_id, id desc);
