-- The orders of the work list.
CREATE INDEX rectification_due_on ON rectification (due_on, id);
CREATE INDEX rectification_created_at ON rectification (created_at, id);
