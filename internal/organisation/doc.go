// Package organisation is the institution's structure (组织架构): its departments as a tree, each of one kind and with a head, and the people
// who work in them, with their roles.
//
// It guarantees that a department is never its own ancestor, that a user name and a staff number belong to one person, and that
// somebody can always administer users: of two administrators who suspend each other at once, one stays. A move, a role and a suspension count from
// the next request on, and who leaves a department no longer heads it. It refuses a role that grants nothing where its holder works, and another kind for a
// department that has users or complaints. The kinds of department and the roles are the policy's (config/authz_policy.csv).
package organisation
