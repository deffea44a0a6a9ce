-- The institution's own rule sets, one row for each version, and who has acknowledged which. Ids and roles stand with commas between them.
CREATE TABLE internal_policy (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, code VARCHAR(64) NOT NULL, title VARCHAR(200) NOT NULL, rule_set VARCHAR(64) NOT NULL,
  departments VARCHAR(3300) NOT NULL, roles VARCHAR(3300) NOT NULL, review_due_on CHAR(10) NOT NULL, text MEDIUMTEXT NOT NULL, text_sha256 CHAR(64) NOT NULL,
  edition BIGINT NOT NULL, state VARCHAR(16) NOT NULL, drafted_by VARCHAR(64) NOT NULL, drafted_at {{instant}} NOT NULL, approved_by VARCHAR(64) NOT NULL,
  approved_at {{instant}}, published_by VARCHAR(64) NOT NULL, published_at {{instant}}, in_force_at {{instant}}, withdrawn_by VARCHAR(64) NOT NULL,
  withdrawn_at {{instant}}, CONSTRAINT internal_policy_code_edition UNIQUE (code, edition));
CREATE TABLE policy_acknowledgement (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, policy_id VARCHAR(64) NOT NULL, user_id VARCHAR(64) NOT NULL,
  acknowledged_at {{instant}} NOT NULL, CONSTRAINT policy_acknowledgement_once UNIQUE (policy_id, user_id));
CREATE INDEX policy_acknowledgement_user ON policy_acknowledgement (user_id, policy_id);
