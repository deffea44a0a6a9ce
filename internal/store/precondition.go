package store

import (
	"strconv"
	"strings"

	"xiaobao/internal/fault"
)

// The refusals of preconditions.
var (
	Stale = fault.Declare(fault.Reason{Kind: fault.Stale, Code: "record.stale",
		Title:  fault.Words{EN: "The record has changed since you read it.", ZH: "记录在您读取之后已被修改。"},
		Causes: "If-Match with the etag of an older version.", Cures: "Read it again, look at what changed, and send the new etag."})
	MatchMissing = fault.Declare(fault.Reason{Kind: fault.PreconditionRequired, Code: "record.match_missing",
		Title:  fault.Words{EN: "Say with If-Match which version you have read.", ZH: "请用 If-Match 说明您读取的版本。"},
		Causes: "An operation that asks for If-Match, without it.", Cures: "Send the record's etag in If-Match."})
)

// ETag names a version of a record.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// Match is the If-Match of a request: which versions the caller has read.
type Match struct {
	given bool
	any   bool
	tags  []string
}

// ParseMatch reads an If-Match header; nil is none. Proxies weaken tags (W/) and mark compressed ones (-gzip): both are passed over.
func ParseMatch(header *string) Match {
	if header == nil || strings.TrimSpace(*header) == "" {
		return Match{}
	}
	m := Match{given: true}
	for tag := range strings.SplitSeq(*header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" {
			m.any = true
		}
		m.tags = append(m.tags, strings.TrimSuffix(strings.Trim(tag, `"`), "-gzip"))
	}
	return m
}

// Required refuses a request that does not say which version it has read, or read another than the present one.
func (m Match) Required(version int64) error {
	if !m.given {
		return MatchMissing
	}
	return m.Optional(version)
}

// Optional refuses a request that read another version than the present one.
func (m Match) Optional(version int64) error {
	if !m.given || m.any {
		return nil
	}
	for _, tag := range m.tags {
		if tag == strconv.FormatInt(version, 10) {
			return nil
		}
	}
	f := Stale.With()
	return f.Member("etag", ETag(version))
}
