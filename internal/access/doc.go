// Package access answers who may do what (权限说明): what each role grants in which kind of department, and why somebody may, or may not, do something.
//
// It guarantees that an explanation gives the answer which the request would get (never-and-must 27): it asks the engine that the requests ask,
// for the caller that a request would come from. It tells of a complaint nothing but that answer, and refuses to explain a complaint to who is named
// in it, as if there were none. It stores nothing.
package access
