-- Who wrote at a decision beside who began it, and so cannot approve it: ids with commas between them.
ALTER TABLE decision ADD COLUMN written_by VARCHAR(4000) NOT NULL DEFAULT '';
