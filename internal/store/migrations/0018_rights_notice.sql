-- What consumers are told of their rights, one row for each version, and the proofs that they were. Codes stand with commas between them.
CREATE TABLE rights_notice (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, code VARCHAR(64) NOT NULL, title VARCHAR(200) NOT NULL, form VARCHAR(16) NOT NULL,
  rights VARCHAR(600) NOT NULL, transaction_kinds VARCHAR(3300) NOT NULL, channels VARCHAR(3300) NOT NULL, text MEDIUMTEXT NOT NULL, text_sha256 CHAR(64) NOT NULL,
  edition BIGINT NOT NULL, state VARCHAR(16) NOT NULL, drafted_by VARCHAR(64) NOT NULL, drafted_at {{instant}} NOT NULL, approved_by VARCHAR(64) NOT NULL,
  approved_at {{instant}}, published_by VARCHAR(64) NOT NULL, published_at {{instant}}, in_force_at {{instant}}, withdrawn_by VARCHAR(64) NOT NULL,
  withdrawn_at {{instant}}, CONSTRAINT rights_notice_code_edition UNIQUE (code, edition));
CREATE TABLE notice_delivery (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, client_id VARCHAR(64) NOT NULL, transaction_reference VARCHAR(64) NOT NULL,
  transaction_kind VARCHAR(64) NOT NULL, transacted_at {{instant}} NOT NULL, notice_code VARCHAR(64) NOT NULL, edition BIGINT NOT NULL, act VARCHAR(16) NOT NULL,
  at {{instant}} NOT NULL, channel VARCHAR(64) NOT NULL, evidence_reference VARCHAR(200) NOT NULL, late BOOLEAN NOT NULL, superseded BOOLEAN NOT NULL,
  recorded_at {{instant}} NOT NULL, CONSTRAINT notice_delivery_same UNIQUE (transaction_reference, client_id, notice_code, act));
ALTER TABLE complaint_matter ADD COLUMN transaction_reference VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE complaint_matter ADD COLUMN transaction_kind VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE complaint_matter ADD COLUMN transacted_at {{instant}};
ALTER TABLE complaint_matter ADD COLUMN transaction_risk_level BIGINT NOT NULL DEFAULT 0;
