-- The keys can be changed: a version for each change, by which running processes see it, and which keys there are, the one that seals first.
ALTER TABLE keyring ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE keyring ADD COLUMN key_ids VARCHAR(2000) NOT NULL DEFAULT '';
