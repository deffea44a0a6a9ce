package authz

import "slices"

// Avoidance (回避): whoever is named in a complaint neither reads, finds, counts nor is assigned it, whatever the policy grants her (never-and-must 7). It stands
// here twice, for one row and for a query, and the property test holds the two together.

// named says that the row names the actor.
func (w who) named(row Row) bool {
	return w.staffID != "" && slices.Contains(row.NamedStaffIDs, w.staffID)
}

// avoidance is the predicate that leaves out the rows that name the actor, with its argument; it is empty where she can be named and no column says in which.
func (f Filter) avoidance(c Columns) (predicate string, staffID any, avoids bool) {
	switch {
	case f.who.staffID == "" || !f.names && c.Named == "":
		return "", nil, false
	case c.Named == "":
		return "", nil, true
	}
	// IS NOT TRUE, because for a row that names nobody the comparison is NULL, and it must not be hidden.
	return "(? IN (" + c.Named + ")) IS NOT TRUE", f.who.staffID, true
}
