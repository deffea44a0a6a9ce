-- Frozen sheets; a scheme of '' is none, a department_id of '' the whole institution. Points and what was measured are in hundredths of a point.
CREATE TABLE assessment (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, kind VARCHAR(16) NOT NULL, period VARCHAR(8) NOT NULL, from_on CHAR(10) NOT NULL, to_on CHAR(10) NOT NULL,
  revision BIGINT NOT NULL, scheme VARCHAR(64) NOT NULL, scheme_from_on VARCHAR(10) NOT NULL, scheme_title_zh VARCHAR(400) NOT NULL, scheme_title_en VARCHAR(400) NOT NULL,
  department_id VARCHAR(64) NOT NULL, as_of {{instant}} NOT NULL, made_by VARCHAR(64) NOT NULL, approved_by VARCHAR(64) NOT NULL, approved_at {{instant}},
  measured BIGINT NOT NULL, points BIGINT NOT NULL, sha256 CHAR(64) NOT NULL, CONSTRAINT assessment_revision UNIQUE (kind, period, scheme, department_id, revision));
CREATE INDEX assessment_as_of ON assessment (as_of, id);
-- The lines of a sheet of service quality: a standard in a period. Without a measurement_id it was not measured.
CREATE TABLE assessment_standard (
  assessment_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, standard_id VARCHAR(64) NOT NULL, code VARCHAR(64) NOT NULL, edition BIGINT NOT NULL, title VARCHAR(400) NOT NULL,
  measure VARCHAR(64) NOT NULL, direction VARCHAR(16) NOT NULL, target BIGINT NOT NULL, period VARCHAR(8) NOT NULL, measurement_id VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL,
  n BIGINT NOT NULL, met BIGINT NOT NULL, trend VARCHAR(16) NOT NULL, before_period VARCHAR(8) NOT NULL, before_n BIGINT NOT NULL, before_met BIGINT NOT NULL,
  finding_id VARCHAR(64) NOT NULL, finding_state VARCHAR(16) NOT NULL, finding_due_on VARCHAR(10) NOT NULL, finding_reopened BIGINT NOT NULL, PRIMARY KEY (assessment_id, seq));
-- What was under way to mend the findings of a sheet.
CREATE TABLE assessment_action (
  assessment_id VARCHAR(64) NOT NULL, finding_id VARCHAR(64) NOT NULL, rectification_id VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, due_on VARCHAR(10) NOT NULL,
  PRIMARY KEY (assessment_id, finding_id, rectification_id));
-- The lines of an evaluation: an indicator of an element. The paths of its evidence have blanks between them.
CREATE TABLE assessment_indicator (
  assessment_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, element VARCHAR(64) NOT NULL, element_title_zh VARCHAR(400) NOT NULL, element_title_en VARCHAR(400) NOT NULL,
  element_weight BIGINT NOT NULL, indicator VARCHAR(64) NOT NULL, title_zh VARCHAR(400) NOT NULL, title_en VARCHAR(400) NOT NULL, weight BIGINT NOT NULL, scope VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL, n BIGINT NOT NULL, met BIGINT NOT NULL, excluded BIGINT NOT NULL, evidence VARCHAR(2000) NOT NULL, PRIMARY KEY (assessment_id, seq));
