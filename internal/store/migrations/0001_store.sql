-- What the store itself keeps. {{instant}} is DATETIME(6) or DATETIME, by engine.
CREATE TABLE idempotency (
  scope VARCHAR(200) NOT NULL, request_key VARCHAR(255) NOT NULL, fingerprint CHAR(64) NOT NULL, resource_id VARCHAR(64) NOT NULL,
  created_at {{instant}} NOT NULL, PRIMARY KEY (scope, request_key));
CREATE INDEX idempotency_created_at ON idempotency (created_at);
CREATE TABLE counter (name VARCHAR(100) NOT NULL PRIMARY KEY, next BIGINT NOT NULL);
CREATE TABLE lease (name VARCHAR(100) NOT NULL PRIMARY KEY, holder VARCHAR(64) NOT NULL, until_at {{instant}} NOT NULL);
CREATE TABLE keyring (id VARCHAR(32) NOT NULL PRIMARY KEY, wrapped MEDIUMBLOB NOT NULL, created_at {{instant}} NOT NULL);
CREATE TABLE audit_entry (
  id VARCHAR(64) NOT NULL PRIMARY KEY, at {{instant}} NOT NULL, actor_kind VARCHAR(16) NOT NULL, actor_id VARCHAR(64) NOT NULL,
  actor_name VARCHAR(200) NOT NULL, department_id VARCHAR(64) NOT NULL, action VARCHAR(100) NOT NULL, object VARCHAR(64) NOT NULL,
  object_id VARCHAR(64) NOT NULL, request_id VARCHAR(64) NOT NULL, stage VARCHAR(32) NOT NULL, basis VARCHAR(100) NOT NULL,
  reason TEXT NOT NULL, changes MEDIUMTEXT NOT NULL);
CREATE INDEX audit_entry_object ON audit_entry (object_id, id);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, id);
CREATE INDEX audit_entry_action ON audit_entry (action, id);
