// Package identity says whether an identity number can be real: the resident identity number of a person (居民身份证号码,
// GB 11643-1999) and the unified social credit code of an organisation (统一社会信用代码, GB 32100-2015).
//
// It checks form, date and check character by arithmetic alone. It guarantees that a single mistyped character of an
// 18-character number is found; it does not say that the number was ever issued, to whom, or that its holder is the
// complainant. A number that fails refuses the field and never the complaint (handbook 1.14), which is the caller's doing.
package identity
