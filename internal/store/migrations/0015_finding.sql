-- What was found wrong and has to be mended; the texts are sealed. open_key names what a finding is about while it is not closed, so that no two of them are.
CREATE TABLE finding (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, source_type VARCHAR(32) NOT NULL, source_id VARCHAR(64) NOT NULL, subject VARCHAR(200) NOT NULL,
  open_key VARCHAR(250), title BLOB, description MEDIUMBLOB, infringed_right VARCHAR(64) NOT NULL, severity VARCHAR(64) NOT NULL, department_id VARCHAR(64) NOT NULL,
  owner_id VARCHAR(64) NOT NULL, due_on CHAR(10) NOT NULL, state VARCHAR(16) NOT NULL, reopened BIGINT NOT NULL, reopen_reason BLOB,
  created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL, closed_at {{instant}}, CONSTRAINT finding_open_key UNIQUE (open_key));
CREATE INDEX finding_due_on ON finding (due_on, id);
CREATE INDEX finding_created_at ON finding (created_at, id);
CREATE INDEX finding_subject ON finding (source_type, subject, id);
CREATE INDEX finding_department_id ON finding (department_id, id);
CREATE TABLE rectification_finding (
  rectification_id VARCHAR(64) NOT NULL, finding_id VARCHAR(64) NOT NULL, PRIMARY KEY (rectification_id, finding_id));
CREATE INDEX rectification_finding_finding_id ON rectification_finding (finding_id);
-- The right that a decision says was infringed.
ALTER TABLE decision ADD COLUMN infringed_right VARCHAR(64) NOT NULL DEFAULT '';
-- By when what was promised to the complainant has to be performed; 9999-12-31 when nothing is, or nothing is left.
ALTER TABLE complaint ADD COLUMN promise_due_on CHAR(10) NOT NULL DEFAULT '9999-12-31';
CREATE INDEX complaint_promise_due_on ON complaint (promise_due_on, id);
CREATE TABLE performance (
  complaint_id VARCHAR(64) NOT NULL PRIMARY KEY, amount BIGINT NOT NULL, currency VARCHAR(3) NOT NULL, due_on CHAR(10) NOT NULL, performed_on CHAR(10) NOT NULL,
  reference VARBINARY(700), recorded_by VARCHAR(64) NOT NULL, recorded_at {{instant}} NOT NULL);
