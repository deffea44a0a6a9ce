-- Complaints that came in one request, and what became of each. An item without a row has not been dealt with yet.
CREATE TABLE complaint_batch (
  id VARCHAR(64) NOT NULL PRIMARY KEY, version BIGINT NOT NULL, posted_by VARCHAR(64) NOT NULL, size BIGINT NOT NULL, created BIGINT NOT NULL,
  known BIGINT NOT NULL, refused BIGINT NOT NULL, created_at {{instant}} NOT NULL, updated_at {{instant}} NOT NULL);
CREATE TABLE complaint_batch_item (
  batch_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, external_reference VARCHAR(64) NOT NULL, result VARCHAR(16) NOT NULL, complaint_id VARCHAR(64) NOT NULL,
  problem_code VARCHAR(100) NOT NULL, problem MEDIUMBLOB, PRIMARY KEY (batch_id, seq));
