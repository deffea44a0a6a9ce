// Package organisation is the institution's structure (组织架构): its departments as a tree, each of one kind and with a head, and the people
// who work in them, with their roles.
//
// It guarantees that a department is never its own ancestor, that a user name and a staff number belong to one person, and that
// somebody can always administer users. It refuses to close a department that is in use. The kinds of department and the roles are the policy's
// (config/authz_policy.csv); a role counts in the kind of department that its holder belongs to now.
package organisation
