-- The institution's departments and people, their sessions, the clients and their keys, and the policy of who may do what.
-- Columns that end in _sealed or hold values of consumers are ciphertext (internal/pii). '' is "none", where a column may not be NULL.
CREATE TABLE institution (id VARCHAR(32) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, name VARCHAR(200) NOT NULL, created_at {{instant}} NOT NULL);
CREATE TABLE department (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, code VARCHAR(64) NOT NULL, name VARCHAR(100) NOT NULL, kind VARCHAR(32) NOT NULL,
  parent_id VARCHAR(64) NOT NULL, path VARCHAR(1000) NOT NULL, head_id VARCHAR(64) NOT NULL,
  created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL, CONSTRAINT department_code UNIQUE (code));
CREATE INDEX department_kind ON department (kind);
CREATE TABLE user_account (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, username VARCHAR(64) NOT NULL, name VARCHAR(100) NOT NULL, staff_id VARCHAR(64),
  department_id VARCHAR(64) NOT NULL, roles VARCHAR(300) NOT NULL, status VARCHAR(16) NOT NULL, phone VARBINARY(400), email VARBINARY(800),
  authority_amount BIGINT, authority_currency VARCHAR(3) NOT NULL, password_hash VARCHAR(300) NOT NULL, password_change_required BOOLEAN NOT NULL,
  failures BIGINT NOT NULL, locked_until {{instant}}, created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL,
  CONSTRAINT user_account_username UNIQUE (username), CONSTRAINT user_account_staff_id UNIQUE (staff_id));
CREATE INDEX user_account_department_id ON user_account (department_id, id);
CREATE TABLE user_session (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, user_id VARCHAR(64) NOT NULL, created_at {{instant}} NOT NULL,
  expires_at {{instant}} NOT NULL, ended_at {{instant}}, ended_by VARCHAR(32) NOT NULL);
CREATE INDEX user_session_user_id ON user_session (user_id, id);
CREATE TABLE session_token (
  hash BINARY(32) NOT NULL PRIMARY KEY, session_id VARCHAR(64) NOT NULL, kind VARCHAR(16) NOT NULL, expires_at {{instant}} NOT NULL, used_at {{instant}});
CREATE INDEX session_token_session_id ON session_token (session_id);
CREATE TABLE api_client (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, name VARCHAR(100) NOT NULL, kind VARCHAR(16) NOT NULL, intake_channel VARCHAR(64) NOT NULL,
  department_id VARCHAR(64) NOT NULL, status VARCHAR(16) NOT NULL, created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL,
  CONSTRAINT api_client_name UNIQUE (name));
CREATE TABLE api_key (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, client_id VARCHAR(64) NOT NULL, name VARCHAR(100) NOT NULL, prefix VARCHAR(32) NOT NULL,
  hash BINARY(32) NOT NULL, scopes VARCHAR(2000) NOT NULL, ip_allow VARCHAR(2000) NOT NULL, expires_at {{instant}}, revoked_at {{instant}},
  last_used_at {{instant}}, created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL, CONSTRAINT api_key_hash UNIQUE (hash));
CREATE INDEX api_key_client_id ON api_key (client_id, id);
CREATE TABLE policy (version BIGINT NOT NULL PRIMARY KEY, content MEDIUMTEXT NOT NULL, created_at {{instant}} NOT NULL);
