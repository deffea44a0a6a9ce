package rightsnotice

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/ruleset"
)

var notFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "rights_notice.not_found",
	Title:  fault.Words{EN: "There is no such version of a rights notice.", ZH: "没有该权益告知文本。"},
	Causes: "GET /v1/rights-notices/ntc_unknown", Cures: "GET /v1/rights-notices"})

// Notice is one version of a notice.
type Notice struct {
	ID                                 string
	Version                            int64 // of the record
	Code, Title, Form, Text            string
	Rights, TransactionKinds, Channels []string // codes
	TextSHA256                         string
	Edition                            edition.Edition
}

// Draft is what a version says.
type Draft struct {
	Code, Title, Form, Text            string
	Rights, TransactionKinds, Channels []string
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// serves says that the notice is meant for a channel and a kind of transaction.
func (n Notice) serves(kind, channel string) bool {
	return slices.Contains(n.TransactionKinds, kind) && slices.Contains(n.Channels, channel)
}

// editions are the versions of notices, in their order.
func editions(all []Notice) []edition.Edition {
	got := make([]edition.Edition, len(all))
	for i, n := range all {
		got[i] = n.Edition
	}
	return got
}

// others are the versions of one code beside one of them.
func others(all []Notice, id string) []edition.Edition {
	return editions(slices.DeleteFunc(slices.Clone(all), func(n Notice) bool { return n.ID == id }))
}

// Due is a notice that is due before a transaction, with the version in force; nil when none was.
type Due struct {
	Requirement ruleset.Requirement
	Notice      *Shown
}
