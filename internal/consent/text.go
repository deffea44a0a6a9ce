package consent

import (
	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/purpose"
)

// textNotFound: there is no such version, or it is out of the caller's scope.
var textNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "consent_text.not_found",
	Title:  fault.Words{EN: "There is no such consent text.", ZH: "没有该授权文本。"},
	Causes: "POST /v1/consent-texts/cnt_unknown/approval", Cures: "GET /v1/consent-texts"})

// Text is one version of the text on which a purpose asks for consent.
type Text struct {
	ID      string
	Version int64
	Purpose purpose.Purpose
	ZH, EN  string // EN may be empty
	edition.Edition
}

// editionsOf are the versions among texts of one purpose, that of one id left out.
func editionsOf(texts []Text, p purpose.Purpose, without string) []edition.Edition {
	var all []edition.Edition
	for _, t := range texts {
		if t.Purpose == p && t.ID != without {
			all = append(all, t.Edition)
		}
	}
	return all
}

// judgeVersion refuses a version that was not the one in force.
func judgeVersion(all []edition.Edition, inForce int, version int64) []fault.Item {
	switch {
	case inForce < 0:
		return []fault.Item{fault.At("#/text_version", noText)}
	case all[inForce].Number != version:
		return []fault.Item{fault.At("#/text_version", textNotInForce, "version", all[inForce].Number)}
	}
	return nil
}
