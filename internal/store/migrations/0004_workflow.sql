-- What the steps of a complaint leave behind, and the rectifications that grow out of complaints. Texts are sealed.
CREATE TABLE settlement (
  complaint_id VARCHAR(64) NOT NULL PRIMARY KEY, facts MEDIUMBLOB, basis MEDIUMBLOB, agreed MEDIUMBLOB, ways_open VARCHAR(700) NOT NULL, form VARCHAR(64) NOT NULL,
  reference VARBINARY(700), notified_at {{instant}} NOT NULL, amount BIGINT, currency VARCHAR(3) NOT NULL, settled_by VARCHAR(64) NOT NULL);
CREATE TABLE refusal (
  complaint_id VARCHAR(64) NOT NULL PRIMARY KEY, reason_code VARCHAR(64) NOT NULL, basis VARCHAR(16) NOT NULL, content MEDIUMBLOB, ways_open VARCHAR(700) NOT NULL,
  refused_by VARCHAR(64) NOT NULL);
CREATE TABLE withdrawal (
  complaint_id VARCHAR(64) NOT NULL PRIMARY KEY, form VARCHAR(64) NOT NULL, withdrawn_on CHAR(10) NOT NULL, reference VARBINARY(700), recorded_by VARCHAR(64) NOT NULL);
CREATE TABLE investigation (
  complaint_id VARCHAR(64) NOT NULL PRIMARY KEY, facts MEDIUMBLOB, basis MEDIUMBLOB, finding MEDIUMBLOB, evidence MEDIUMBLOB, infringed_right VARCHAR(64) NOT NULL,
  investigated_by VARCHAR(64) NOT NULL);
CREATE TABLE extension (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, complaint_id VARCHAR(64) NOT NULL, clock_id VARCHAR(64) NOT NULL, tier VARCHAR(16) NOT NULL,
  reason_code VARCHAR(64) NOT NULL, reason MEDIUMBLOB, state VARCHAR(16) NOT NULL, requested_by VARCHAR(64) NOT NULL, requested_at {{instant}} NOT NULL,
  approved_by VARCHAR(64) NOT NULL, approved_at {{instant}}, notice_form VARCHAR(64) NOT NULL, notice_sent_at {{instant}}, notice_reference VARBINARY(700),
  notice_note BLOB, in_force_at {{instant}}, due_on_before CHAR(10) NOT NULL, due_on_after CHAR(10) NOT NULL, updated_at {{instant}} NOT NULL);
CREATE INDEX extension_complaint_id ON extension (complaint_id, id);
CREATE INDEX extension_state ON extension (state, id);
CREATE TABLE decision (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, complaint_id VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, outcome VARCHAR(64) NOT NULL,
  facts MEDIUMBLOB, basis MEDIUMBLOB, reasons MEDIUMBLOB, ways_open VARCHAR(700) NOT NULL, amount BIGINT, currency VARCHAR(3) NOT NULL,
  drafted_by VARCHAR(64) NOT NULL, approved_by VARCHAR(64) NOT NULL, approved_at {{instant}}, comment BLOB, created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL);
CREATE INDEX decision_complaint_id ON decision (complaint_id, id);
CREATE TABLE notice (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, complaint_id VARCHAR(64) NOT NULL, decision_id VARCHAR(64) NOT NULL, form VARCHAR(64) NOT NULL,
  sent_at {{instant}} NOT NULL, proof_reference VARBINARY(700), proof_note BLOB, recorded_by VARCHAR(64) NOT NULL, recorded_at {{instant}} NOT NULL);
CREATE INDEX notice_complaint_id ON notice (complaint_id, id);
CREATE TABLE complaint_log (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, complaint_id VARCHAR(64) NOT NULL, kind VARCHAR(16) NOT NULL, at {{instant}} NOT NULL,
  author_id VARCHAR(64) NOT NULL, content MEDIUMBLOB, form VARCHAR(64) NOT NULL, direction VARCHAR(8) NOT NULL, reached BOOLEAN NOT NULL, reference VARBINARY(700),
  struck BOOLEAN NOT NULL, recorded_at {{instant}} NOT NULL);
CREATE INDEX complaint_log_complaint_id ON complaint_log (complaint_id, id);
CREATE TABLE rectification (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, state VARCHAR(16) NOT NULL, root_cause_code VARCHAR(64) NOT NULL, severity VARCHAR(16) NOT NULL,
  measure MEDIUMBLOB, owner_id VARCHAR(64) NOT NULL, department_id VARCHAR(64) NOT NULL, opened_by VARCHAR(64) NOT NULL, opener_department_id VARCHAR(64) NOT NULL,
  due_on CHAR(10) NOT NULL, evidence MEDIUMBLOB, completed_by VARCHAR(64) NOT NULL, completed_at {{instant}}, verified_by VARCHAR(64) NOT NULL,
  verified_at {{instant}}, effective BOOLEAN, comment BLOB, reopened BIGINT NOT NULL, created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL);
CREATE INDEX rectification_owner_id ON rectification (owner_id, id);
CREATE INDEX rectification_department_id ON rectification (department_id, id);
CREATE TABLE rectification_complaint (
  rectification_id VARCHAR(64) NOT NULL, complaint_id VARCHAR(64) NOT NULL, PRIMARY KEY (rectification_id, complaint_id));
CREATE INDEX rectification_complaint_complaint_id ON rectification_complaint (complaint_id);
