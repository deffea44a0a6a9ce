package institution

import "xiaobao/internal/fault"

// codeListNotFound: there is no list of the name, or not in that edition.
var codeListNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "code_list.not_found",
	Title:  fault.Words{EN: "There is no such code list, or not in this edition.", ZH: "没有该代码表，或没有该版本。"},
	Causes: "GET /v1/code-lists/colour", Cures: "GET /v1/code-lists"})
