// Package policy keeps who may do what (权限策略) in the database, a version at a time, and puts it in force in this process.
//
// It guarantees that a new database starts with the policy of config/authz_policy.csv, that a version is never changed, and that every process
// has put a new version in force two seconds after its commit at the latest: each polls, builds the new engine aside and swaps it. A version
// that cannot be read is refused and the old one stays.
package policy
