-- Training of staff, what it certified, and where a certificate was done without. Codes stand with commas between them; civil days are texts.
CREATE TABLE training_course (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, code VARCHAR(64) NOT NULL, title VARCHAR(200) NOT NULL, competence VARCHAR(64) NOT NULL,
  pass_mark BIGINT NOT NULL, valid_months BIGINT NOT NULL, audience VARCHAR(200) NOT NULL, created_by VARCHAR(64) NOT NULL, created_at {{instant}} NOT NULL,
  CONSTRAINT training_course_code UNIQUE (code));
CREATE TABLE training_session (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, course_id VARCHAR(64) NOT NULL, held_on CHAR(10) NOT NULL, trainer VARCHAR(100) NOT NULL,
  material_reference VARCHAR(200) NOT NULL, backdated BOOLEAN NOT NULL, recorded_by VARCHAR(64) NOT NULL, recorded_at {{instant}} NOT NULL);
CREATE INDEX training_session_held_on ON training_session (held_on, course_id);
CREATE TABLE training_attendance (
  session_id VARCHAR(64) NOT NULL, user_id VARCHAR(64) NOT NULL, attended BOOLEAN NOT NULL, exam_score BIGINT, PRIMARY KEY (session_id, user_id));
CREATE TABLE training_certificate (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, session_id VARCHAR(64) NOT NULL, course_id VARCHAR(64) NOT NULL, user_id VARCHAR(64) NOT NULL,
  competence VARCHAR(64) NOT NULL, valid_from CHAR(10) NOT NULL, ends_on CHAR(10) NOT NULL);
CREATE INDEX training_certificate_user ON training_certificate (user_id, competence, valid_from, ends_on);
CREATE INDEX training_certificate_ends_on ON training_certificate (ends_on, id);
CREATE INDEX training_certificate_session ON training_certificate (session_id);
CREATE TABLE competence_override (
  id VARCHAR(64) NOT NULL PRIMARY KEY, complaint_id VARCHAR(64) NOT NULL, department_id VARCHAR(64) NOT NULL, user_id VARCHAR(64) NOT NULL,
  competence VARCHAR(64) NOT NULL, overridden_by VARCHAR(64) NOT NULL, overridden_at {{instant}} NOT NULL);
CREATE INDEX competence_override_complaint ON competence_override (complaint_id, department_id);
CREATE INDEX competence_override_at ON competence_override (overridden_at);
