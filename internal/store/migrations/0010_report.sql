-- Reports as they were issued: the figures of a report are kept, its CSV is rendered from the rows. '' is "none" in the codes of a row.
CREATE TABLE report (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, number VARCHAR(64) NOT NULL, definition VARCHAR(64) NOT NULL, definition_version BIGINT NOT NULL,
  from_on CHAR(10) NOT NULL, to_on CHAR(10) NOT NULL, dimensions VARCHAR(300) NOT NULL, state VARCHAR(16) NOT NULL, revision BIGINT NOT NULL,
  as_of {{instant}} NOT NULL, time_zone VARCHAR(64) NOT NULL, client_id VARCHAR(64) NOT NULL,
  opening BIGINT NOT NULL, received BIGINT NOT NULL, closed BIGINT NOT NULL, closed_in_time BIGINT NOT NULL, overdue_open BIGINT NOT NULL, closing BIGINT NOT NULL,
  days_p50 BIGINT, days_p90 BIGINT, row_count BIGINT NOT NULL, sha256 CHAR(64) NOT NULL, CONSTRAINT report_number UNIQUE (number));
CREATE INDEX report_period ON report (definition, from_on, to_on, as_of);
CREATE INDEX report_client_id ON report (client_id, id);
CREATE TABLE report_row (
  report_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, source VARCHAR(64) NOT NULL, intake_channel VARCHAR(64) NOT NULL, business_code VARCHAR(64) NOT NULL,
  cause_code VARCHAR(64) NOT NULL, region_code VARCHAR(64) NOT NULL, outcome VARCHAR(64) NOT NULL,
  opening BIGINT NOT NULL, received BIGINT NOT NULL, closed BIGINT NOT NULL, closed_in_time BIGINT NOT NULL, overdue_open BIGINT NOT NULL, closing BIGINT NOT NULL,
  days_p50 BIGINT, days_p90 BIGINT, PRIMARY KEY (report_id, seq));
-- All that a report counts by, so that it never looks at a complaint itself.
CREATE INDEX complaint_figures ON complaint (closed_at, received_at, source, intake_channel, business_code, final_business_code, cause_code, final_cause_code, region_code, outcome, id);
CREATE INDEX clock_timeliness ON clock (subject_id, kind, due_at, stopped_at);
