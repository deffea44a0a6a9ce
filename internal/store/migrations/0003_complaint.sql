-- A complaint in three parts: what lists need, what only one complaint's page needs (sealed), and its passage through the stages.
-- '9999-12-31' in a date that lists are sorted by is "none".
CREATE TABLE complaint (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, number VARCHAR(64) NOT NULL, stage VARCHAR(32) NOT NULL, outcome VARCHAR(64) NOT NULL,
  source VARCHAR(64) NOT NULL, intake_channel VARCHAR(64) NOT NULL, business_channel_code VARCHAR(64) NOT NULL, business_code VARCHAR(64) NOT NULL,
  cause_code VARCHAR(64) NOT NULL, region_code VARCHAR(64) NOT NULL, final_business_code VARCHAR(64) NOT NULL, final_cause_code VARCHAR(64) NOT NULL,
  client_id VARCHAR(64) NOT NULL, external_reference VARCHAR(64), content_digest CHAR(32) NOT NULL,
  department_id VARCHAR(64) NOT NULL, responsible_id VARCHAR(64) NOT NULL, accepted_by VARCHAR(64) NOT NULL, named_staff_id VARCHAR(64) NOT NULL,
  complainant_kind VARCHAR(16) NOT NULL, complainant_name VARBINARY(700), rule_set VARCHAR(64) NOT NULL,
  received_at {{instant}} NOT NULL, registered_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL, closed_at {{instant}}, escalated_at {{instant}},
  due_on CHAR(10) NOT NULL, act_by_on CHAR(10) NOT NULL, stage_due_on CHAR(10) NOT NULL, stage_act_by_on CHAR(10) NOT NULL,
  provisional BOOLEAN NOT NULL, late_registration BOOLEAN NOT NULL, imported BOOLEAN NOT NULL,
  CONSTRAINT complaint_number UNIQUE (number), CONSTRAINT complaint_client_id_external_reference UNIQUE (client_id, external_reference));
CREATE INDEX complaint_received_at ON complaint (received_at, id);
CREATE INDEX complaint_updated_at ON complaint (updated_at, id);
CREATE INDEX complaint_department ON complaint (department_id, received_at, id);
CREATE INDEX complaint_responsible ON complaint (responsible_id, received_at, id);
CREATE INDEX complaint_client ON complaint (client_id, received_at, id);
CREATE INDEX complaint_act_by_on ON complaint (act_by_on, id);
CREATE INDEX complaint_stage_act_by_on ON complaint (stage_act_by_on, id);
CREATE TABLE complaint_matter (
  complaint_id VARCHAR(64) NOT NULL PRIMARY KEY, narrative MEDIUMBLOB, request BLOB, product VARBINARY(1000), late_reason BLOB, occurred_on CHAR(10) NOT NULL,
  source_reference VARCHAR(100) NOT NULL, source_received_on CHAR(10) NOT NULL, feedback_due_on CHAR(10) NOT NULL,
  amount BIGINT, currency VARCHAR(3) NOT NULL, respondent_department_id VARCHAR(64) NOT NULL, respondent_unit VARBINARY(700), respondent_staff_name VARBINARY(700),
  id_type VARCHAR(64) NOT NULL, id_number VARBINARY(300), id_unverified BOOLEAN NOT NULL, credit_code VARBINARY(300), legal_representative VARBINARY(700),
  phone VARBINARY(300), email VARBINARY(1200), address VARBINARY(1500), struck VARCHAR(500) NOT NULL,
  name_index BINARY(16), id_index BINARY(16), credit_index BINARY(16), phone_index BINARY(16));
CREATE INDEX complaint_matter_name_index ON complaint_matter (name_index);
CREATE INDEX complaint_matter_id_index ON complaint_matter (id_index);
CREATE INDEX complaint_matter_credit_index ON complaint_matter (credit_index);
CREATE INDEX complaint_matter_phone_index ON complaint_matter (phone_index);
CREATE TABLE complaint_stage (
  complaint_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, stage VARCHAR(32) NOT NULL, entered_at {{instant}} NOT NULL, left_at {{instant}},
  responsible_id VARCHAR(64) NOT NULL, department_id VARCHAR(64) NOT NULL, clock_id VARCHAR(64) NOT NULL, entered_by VARCHAR(64) NOT NULL, left_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (complaint_id, seq));
CREATE TABLE clock (
  id VARCHAR(64) NOT NULL PRIMARY KEY, subject_id VARCHAR(64) NOT NULL, kind VARCHAR(32) NOT NULL, rule_set VARCHAR(64) NOT NULL, rule_limit VARCHAR(32) NOT NULL,
  article VARCHAR(64) NOT NULL, official BOOLEAN NOT NULL, start_on CHAR(10) NOT NULL, limit_value BIGINT NOT NULL, limit_unit VARCHAR(16) NOT NULL,
  runs_to BIGINT NOT NULL, cap BIGINT NOT NULL, due_on CHAR(10) NOT NULL, act_by_on CHAR(10) NOT NULL, due_at {{instant}} NOT NULL, provisional BOOLEAN NOT NULL,
  state VARCHAR(16) NOT NULL, stopped_at {{instant}});
CREATE INDEX clock_subject_id ON clock (subject_id, id);
CREATE INDEX clock_due_at ON clock (state, due_at);
CREATE TABLE clock_entry (
  clock_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, at {{instant}} NOT NULL, event VARCHAR(32) NOT NULL, due_on_before CHAR(10) NOT NULL,
  due_on_after CHAR(10) NOT NULL, by_id VARCHAR(64) NOT NULL, reason VARCHAR(200) NOT NULL, PRIMARY KEY (clock_id, seq));
