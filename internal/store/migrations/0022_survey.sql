-- Surveys: one row for each closed complaint that the rule has looked at, whether or not its complainant was invited. ends_on of '' is "not sent".
CREATE TABLE survey_invitation (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, complaint_id VARCHAR(64) NOT NULL, department_id VARCHAR(64) NOT NULL, questionnaire BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL, reason VARCHAR(32) NOT NULL, made_at {{instant}} NOT NULL, made_on CHAR(10) NOT NULL, sent_at {{instant}}, ends_on VARCHAR(10) NOT NULL,
  answered_at {{instant}}, text MEDIUMBLOB, further_id VARCHAR(64) NOT NULL, CONSTRAINT survey_invitation_complaint UNIQUE (complaint_id));
CREATE INDEX survey_invitation_ends ON survey_invitation (ends_on, department_id, state);
CREATE INDEX survey_invitation_made ON survey_invitation (made_on, department_id, reason);
CREATE TABLE survey_score (
  invitation_id VARCHAR(64) NOT NULL, question VARCHAR(64) NOT NULL, score BIGINT NOT NULL, PRIMARY KEY (invitation_id, question));
-- Whom an invitation is for, by blind indexes: nobody is invited twice within the cool-off, under whatever contact.
CREATE TABLE survey_invitee (
  consumer_index BINARY(16) NOT NULL, invitation_id VARCHAR(64) NOT NULL, PRIMARY KEY (consumer_index, invitation_id));
-- Each letter carries a token of its own, of which the hash alone is kept; all tokens of an invitation end with it.
CREATE TABLE survey_token (
  hash BINARY(32) NOT NULL PRIMARY KEY, invitation_id VARCHAR(64) NOT NULL);
CREATE TABLE survey_message (
  id VARCHAR(64) NOT NULL PRIMARY KEY, invitation_id VARCHAR(64) NOT NULL, kind VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, due_at {{instant}} NOT NULL,
  next_at {{instant}} NOT NULL, leased_until {{instant}}, attempts BIGINT NOT NULL, CONSTRAINT survey_message_kind UNIQUE (invitation_id, kind));
CREATE INDEX survey_message_next ON survey_message (state, next_at);
