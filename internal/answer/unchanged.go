package answer

import "strings"

// Unchanged says that the caller has the present state of something: one of the tags of its If-None-Match is the etag. Proxies weaken tags
// (W/) and mark compressed ones (-gzip): both are passed over.
func Unchanged(ifNoneMatch *string, etag string) bool {
	if ifNoneMatch == nil {
		return false
	}
	for tag := range strings.SplitSeq(*ifNoneMatch, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || strings.TrimSuffix(strings.Trim(tag, `"`), "-gzip") == strings.Trim(etag, `"`) {
			return true
		}
	}
	return false
}
