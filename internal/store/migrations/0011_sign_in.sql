-- Failed sign-ins are counted by name, whoever has it or nobody, so that a lock tells nothing of who exists. The name is not kept: people type passwords there.
CREATE TABLE sign_in (
  name_index BINARY(16) NOT NULL PRIMARY KEY, failures BIGINT NOT NULL, failed_at {{instant}} NOT NULL, locked_until {{instant}});
CREATE INDEX sign_in_failed_at ON sign_in (failed_at);
ALTER TABLE user_account DROP COLUMN failures;
ALTER TABLE user_account DROP COLUMN locked_until;
