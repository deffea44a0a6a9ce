-- The texts on which consent is asked, what consumers said, and the statements by which a use is decided: one row each time that a consumer
-- gave, refused or withdrew. The decision is one look at the last of them; those recorded late stand where they belong in time.
CREATE TABLE consent_text (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, purpose VARCHAR(64) NOT NULL, text_zh MEDIUMTEXT NOT NULL, text_en MEDIUMTEXT NOT NULL,
  edition BIGINT NOT NULL, state VARCHAR(16) NOT NULL, drafted_by VARCHAR(64) NOT NULL, drafted_at {{instant}} NOT NULL,
  approved_by VARCHAR(64) NOT NULL, approved_at {{instant}}, published_by VARCHAR(64) NOT NULL, published_at {{instant}}, in_force_at {{instant}},
  withdrawn_by VARCHAR(64) NOT NULL, withdrawn_at {{instant}}, CONSTRAINT consent_text_edition UNIQUE (purpose, edition));
CREATE TABLE consent (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, purpose VARCHAR(64) NOT NULL, consumer_kind VARCHAR(32) NOT NULL, consumer_value VARBINARY(400),
  decision VARCHAR(16) NOT NULL, text_version BIGINT NOT NULL, said_at {{instant}} NOT NULL, channel VARCHAR(64) NOT NULL, evidence_reference VARCHAR(100) NOT NULL,
  recorded_at {{instant}} NOT NULL, recorded_late BOOLEAN NOT NULL, recorded_by VARCHAR(64) NOT NULL, department_id VARCHAR(64) NOT NULL, client_id VARCHAR(64) NOT NULL,
  withdrawn_at {{instant}}, withdrawal_channel VARCHAR(64) NOT NULL, withdrawal_reference VARCHAR(100) NOT NULL);
CREATE TABLE consent_statement (
  consumer_index BINARY(16) NOT NULL, purpose VARCHAR(64) NOT NULL, said_at {{instant}} NOT NULL, consent_id VARCHAR(64) NOT NULL, decision VARCHAR(16) NOT NULL,
  PRIMARY KEY (consumer_index, purpose, said_at, consent_id));
