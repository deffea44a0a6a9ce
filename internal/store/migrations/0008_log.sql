-- The department of the author of a log entry, as it was then: keys are told the department and not the name.
ALTER TABLE complaint_log ADD COLUMN department_id VARCHAR(64) NOT NULL DEFAULT '';
