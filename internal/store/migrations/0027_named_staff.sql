-- Each list of the audit trail leaves out the complaints in which its reader is named.
CREATE INDEX complaint_named_staff ON complaint (named_staff_id);
