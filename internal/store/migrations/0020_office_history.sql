-- Where each person stood and as what, and who headed each department, from an instant on. What was so before this table came is known since the last
-- change of the record, and not earlier.
CREATE TABLE user_placement (
  user_id VARCHAR(64) NOT NULL, from_at {{instant}} NOT NULL, department_id VARCHAR(64) NOT NULL, roles VARCHAR(300) NOT NULL, status VARCHAR(16) NOT NULL,
  PRIMARY KEY (user_id, from_at));
CREATE TABLE department_head (
  department_id VARCHAR(64) NOT NULL, from_at {{instant}} NOT NULL, head_id VARCHAR(64) NOT NULL, PRIMARY KEY (department_id, from_at));
INSERT INTO user_placement (user_id, from_at, department_id, roles, status) SELECT id, updated_at, department_id, roles, status FROM user_account;
INSERT INTO department_head (department_id, from_at, head_id) SELECT id, updated_at, head_id FROM department WHERE head_id <> '';
