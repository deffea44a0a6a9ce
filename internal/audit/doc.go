// Package audit shows the trail of who did what, when and why (审计日志). The store writes it, together with each change; nothing here, or
// anywhere, changes an entry.
//
// It guarantees that who may read the trail sees no entry about a complaint in which she is named, or about what belongs to that complaint: its decisions,
// extensions, notices, clocks, notes, contacts and materials, and the rectifications that mend what it complains of; nor one that
// mentions it among its changes.
package audit
