-- Standards of service, one row a version; a department_id of '' is the whole institution, a target is in hundredths of a percent.
CREATE TABLE standard (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, code VARCHAR(64) NOT NULL, edition BIGINT NOT NULL, state VARCHAR(16) NOT NULL,
  drafted_by VARCHAR(64) NOT NULL, drafted_at {{instant}} NOT NULL, approved_by VARCHAR(64) NOT NULL, approved_at {{instant}}, published_by VARCHAR(64) NOT NULL,
  published_at {{instant}}, in_force_at {{instant}}, withdrawn_by VARCHAR(64) NOT NULL, withdrawn_at {{instant}}, title VARCHAR(400) NOT NULL, measure VARCHAR(64) NOT NULL,
  within_days BIGINT NOT NULL, department_id VARCHAR(64) NOT NULL, target BIGINT NOT NULL, direction VARCHAR(16) NOT NULL, span VARCHAR(16) NOT NULL,
  minimum_sample BIGINT NOT NULL, owner_id VARCHAR(64) NOT NULL, owner_department_id VARCHAR(64) NOT NULL, CONSTRAINT standard_code_edition UNIQUE (code, edition));
-- What was measured of a version in a period, once; and the records that fell short or were not counted.
CREATE TABLE measurement (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, standard_id VARCHAR(64) NOT NULL, code VARCHAR(64) NOT NULL, period VARCHAR(8) NOT NULL,
  from_on CHAR(10) NOT NULL, to_on CHAR(10) NOT NULL, state VARCHAR(16) NOT NULL, n BIGINT NOT NULL, met BIGINT NOT NULL, definition_version BIGINT NOT NULL,
  as_of {{instant}} NOT NULL, measured_by VARCHAR(64) NOT NULL, finding_id VARCHAR(64) NOT NULL, CONSTRAINT measurement_standard_id_period UNIQUE (standard_id, period));
CREATE INDEX measurement_code ON measurement (code, from_on);
CREATE TABLE measurement_record (
  measurement_id VARCHAR(64) NOT NULL, record_id VARCHAR(64) NOT NULL, verdict VARCHAR(32) NOT NULL, PRIMARY KEY (measurement_id, record_id));
