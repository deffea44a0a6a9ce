-- A reference is unique for whose it is: the client that posted it or, of our own people, the department that registered it. And who is responsible is so as
-- one of a department. A key that a table was made with cannot be dropped on every engine, so the table is made anew.
CREATE TABLE complaint_anew (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, number VARCHAR(64) NOT NULL, stage VARCHAR(32) NOT NULL, outcome VARCHAR(64) NOT NULL,
  source VARCHAR(64) NOT NULL, intake_channel VARCHAR(64) NOT NULL, business_channel_code VARCHAR(64) NOT NULL, business_code VARCHAR(64) NOT NULL,
  cause_code VARCHAR(64) NOT NULL, region_code VARCHAR(64) NOT NULL, final_business_code VARCHAR(64) NOT NULL, final_cause_code VARCHAR(64) NOT NULL,
  client_id VARCHAR(64) NOT NULL, reference_owner VARCHAR(64) NOT NULL, external_reference VARCHAR(64), content_digest CHAR(32) NOT NULL,
  department_id VARCHAR(64) NOT NULL, responsible_id VARCHAR(64) NOT NULL, responsible_in VARCHAR(64) NOT NULL, accepted_by VARCHAR(64) NOT NULL, named_staff_id VARCHAR(64) NOT NULL,
  complainant_kind VARCHAR(16) NOT NULL, complainant_name VARBINARY(700), rule_set VARCHAR(64) NOT NULL,
  received_at {{instant}} NOT NULL, registered_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL, closed_at {{instant}}, escalated_at {{instant}},
  due_on CHAR(10) NOT NULL, act_by_on CHAR(10) NOT NULL, stage_due_on CHAR(10) NOT NULL, stage_act_by_on CHAR(10) NOT NULL,
  provisional BOOLEAN NOT NULL, late_registration BOOLEAN NOT NULL, imported BOOLEAN NOT NULL,
  CONSTRAINT complaint_number UNIQUE (number), CONSTRAINT complaint_reference_owner_external_reference UNIQUE (reference_owner, external_reference));
INSERT INTO complaint_anew (
  id, version, number, stage, outcome, source, intake_channel, business_channel_code, business_code, cause_code, region_code, final_business_code,
  final_cause_code, client_id, reference_owner, external_reference, content_digest, department_id, responsible_id, responsible_in, accepted_by,
  named_staff_id, complainant_kind, complainant_name, rule_set, received_at, registered_at, updated_at, closed_at, escalated_at, due_on, act_by_on,
  stage_due_on, stage_act_by_on, provisional, late_registration, imported)
SELECT
  id, version, number, stage, outcome, source, intake_channel, business_channel_code, business_code, cause_code, region_code, final_business_code,
  final_cause_code, client_id, CASE WHEN client_id <> '' THEN client_id ELSE department_id END, external_reference, content_digest, department_id,
  responsible_id, COALESCE((SELECT u.department_id FROM user_account u WHERE u.id = complaint.responsible_id), ''), accepted_by, named_staff_id,
  complainant_kind, complainant_name, rule_set, received_at, registered_at, updated_at, closed_at, escalated_at, due_on, act_by_on, stage_due_on,
  stage_act_by_on, provisional, late_registration, imported
FROM complaint;
DROP TABLE complaint;
ALTER TABLE complaint_anew RENAME TO complaint;
CREATE INDEX complaint_received_at ON complaint (received_at, id);
CREATE INDEX complaint_updated_at ON complaint (updated_at, id);
CREATE INDEX complaint_department ON complaint (department_id, received_at, id);
CREATE INDEX complaint_responsible ON complaint (responsible_id, received_at, id);
CREATE INDEX complaint_client ON complaint (client_id, received_at, id);
CREATE INDEX complaint_act_by_on ON complaint (act_by_on, id);
CREATE INDEX complaint_stage_act_by_on ON complaint (stage_act_by_on, id);
CREATE INDEX complaint_figures ON complaint (closed_at, received_at, source, intake_channel, business_code, final_business_code, cause_code, final_cause_code, region_code, outcome, id);
-- Failed sign-ins are counted by name and address, and by name alone where the address is empty. What was counted so far is forgotten.
DROP TABLE sign_in;
CREATE TABLE sign_in (
  name_index BINARY(16) NOT NULL, address_index BINARY(16) NOT NULL, failures BIGINT NOT NULL, failed_at {{instant}} NOT NULL, locked_until {{instant}},
  PRIMARY KEY (name_index, address_index));
CREATE INDEX sign_in_failed_at ON sign_in (failed_at);
