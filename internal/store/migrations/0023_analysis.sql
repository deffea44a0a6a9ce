-- Reports of several tables: a section '' is the one table of a report that has no others, a standing of 0 is none; a share and a satisfaction are in tenths of
-- a percent. Notes are codes with commas between them.
ALTER TABLE report ADD COLUMN notes VARCHAR(300) NOT NULL DEFAULT '';
ALTER TABLE report_row ADD COLUMN section VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE report_row ADD COLUMN standing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE report_row ADD COLUMN month VARCHAR(7) NOT NULL DEFAULT '';
ALTER TABLE report_row ADD COLUMN business_channel_code VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE report_row ADD COLUMN department_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE report_row ADD COLUMN merged BIGINT;
ALTER TABLE report_row ADD COLUMN share BIGINT;
ALTER TABLE report_row ADD COLUMN previous BIGINT;
ALTER TABLE report_row ADD COLUMN last_year BIGINT;
ALTER TABLE report_row ADD COLUMN satisfaction BIGINT;
-- The rectifications of a root cause, as they were opened.
CREATE INDEX rectification_root_cause ON rectification (root_cause_code, created_at, id);
