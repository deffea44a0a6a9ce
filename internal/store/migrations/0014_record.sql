-- For what personal data was looked at, by the code list `purpose`. Entries older than the column have none.
ALTER TABLE audit_entry ADD COLUMN purpose VARCHAR(32) NOT NULL DEFAULT '';
CREATE INDEX audit_entry_purpose ON audit_entry (purpose, id);
CREATE INDEX audit_entry_kind ON audit_entry (object, id);
CREATE INDEX audit_entry_at ON audit_entry (at, id);
-- The entries as leaves of a Merkle tree, its nodes above the leaves, and the signed roots.
CREATE TABLE audit_leaf (number BIGINT NOT NULL PRIMARY KEY, entry_id VARCHAR(64) NOT NULL, hash BINARY(32) NOT NULL);
CREATE UNIQUE INDEX audit_leaf_entry_id ON audit_leaf (entry_id);
CREATE TABLE audit_node (position BIGINT NOT NULL PRIMARY KEY, hash BINARY(32) NOT NULL);
CREATE TABLE audit_checkpoint (size BIGINT NOT NULL PRIMARY KEY, root VARCHAR(64) NOT NULL, note TEXT NOT NULL, at {{instant}} NOT NULL);
-- How far the entries are sealed, in their order by at and id. Whoever moves it on raises the revision, so that one of two does.
CREATE TABLE audit_seal (id VARCHAR(32) NOT NULL PRIMARY KEY, revision BIGINT NOT NULL, until_at {{instant}} NOT NULL, until_id VARCHAR(64) NOT NULL);
INSERT INTO audit_seal (id, revision, until_at, until_id) VALUES ('main', 0, '1970-01-01 00:00:00', '');
