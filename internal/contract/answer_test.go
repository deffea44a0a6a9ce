package contract

import (
	"net/http"
	"strings"
	"testing"
)

// TestResponsesAreCheckedStrictly guards that the contract names everything that goes out.
func TestResponsesAreCheckedStrictly(t *testing.T) {
	const jsonType, problem = "application/json", "application/problem+json"
	const row = `{"id":"1","stage":"intake","complainant":null,"links":[]}`
	page := func(row string) string { return `{"data":[` + row + `],"next_page_token":null}` }
	for _, test := range []struct {
		name        string
		operation   string
		status      int
		contentType string
		body        string
		want        []string // none: it passes
	}{
		{"well", "listComplaints", 200, jsonType, page(row), nil},
		{"charset", "listComplaints", 200, jsonType + "; charset=UTF-8", page(row), nil},
		{"what may grow", "listComplaints", 200, jsonType, page(strings.Replace(row, "intake", "appeal", 1)), nil},
		{"a retired code", "listComplaints", 200, jsonType, page(strings.Replace(row, `"id"`, `"source":"telex","id"`, 1)), nil},
		{"not JSON", "listComplaints", 200, "text/csv", "a,b", nil},
		{"refusal", "listComplaints", 404, problem, `{"code":"a","status":404,"current_stage":"closed"}`, nil},
		{"nothing", "acceptComplaint", 204, "", "", nil},
		{"joined", "getReport", 200, jsonType, `{"id":"1","rows":1,"extra":{"a":[{"b":1}]}}`, nil},
		{"map", "createComplaint", 201, jsonType, strings.Replace(row, `"id"`, `"labels":{"a":{"en":"b"}},"id"`, 1), nil},

		{"undocumented", "listComplaints", 202, jsonType, page(row), []string{"GET /v1/complaints: status 202 is not documented"}},
		{"default is for refusals", "createComplaint", 200, jsonType, row, []string{"status 200 is not documented"}},
		{"no default", "getReport", 404, problem, `{}`, []string{"status 404 is not documented"}},
		{"wrong content type", "listComplaints", 200, "text/html", "<p>", []string{`"text/html" is not documented`}},
		{"refusal as JSON", "listComplaints", 404, jsonType, `{"code":"a","status":404}`, []string{`"application/json" is not documented`}},
		{"no content type", "createComplaint", 201, "", row, []string{`"" is not documented`}},
		{"content where there is none", "acceptComplaint", 204, jsonType, `{}`, []string{"no content is documented"}},
		{"wrong types", "createComplaint", 201, jsonType, `{"id":1,"stage":"a","complainant":null,"links":[{"kind":2}],"count":1.0}`,
			[]string{"#/id: value.wrong_type", "#/links/0/kind: value.wrong_type", "#/count: value.wrong_type"}},
		{"missing", "createComplaint", 201, jsonType, `{"id":"1"}`, []string{"#/stage: value.required", "#/complainant: value.required", "#/links: value.required"}},
		{"more", "createComplaint", 201, jsonType, `{"id":"1","stage":"a","complainant":{"name":"b","fax":1},"links":[{"kind":"a","x/y":1}],"etag":"1"}`,
			[]string{"#/etag: the contract lacks", "#/complainant/fax: the contract lacks", "#/links/0/x~1y: the contract lacks"}},
		{"more in a map", "createComplaint", 201, jsonType, strings.Replace(row, `"id"`, `"labels":{"a":{"zh":"b"}},"id"`, 1),
			[]string{"#/labels/a/zh: the contract lacks"}},
		{"more in a join", "getReport", 200, jsonType, `{"id":"1","name":"a"}`, []string{"#/name: the contract lacks"}},
		{"a member twice", "createComplaint", 201, jsonType, `{"id":"1","id":"2","stage":"a","complainant":null,"links":[]}`, []string{"#/id: request.duplicate_member"}},
		{"no JSON", "createComplaint", 201, jsonType, `{`, []string{"#: request.bad_json"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var o *Operation
			for _, candidate := range load(t).Operations() {
				if candidate.ID == test.operation {
					o = candidate
				}
			}
			header := http.Header{"Etag": {`"1"`}}
			if test.contentType != "" {
				header.Set("Content-Type", test.contentType)
			}
			err := o.CheckResponse(test.status, header, []byte(test.body))
			if (err != nil) != (test.want != nil) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want %q", err, want)
				}
			}
			if err != nil && strings.Count(err.Error(), "\n")+1 != len(test.want) {
				t.Errorf("error %v, want no more than %q", err, test.want)
			}
		})
	}
}

func TestResponseWithoutARequiredHeaderFails(t *testing.T) {
	o := load(t).Operation(http.MethodGet, "/v1/complaints")
	err := o.CheckResponse(200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"data":[],"next_page_token":null}`))
	if err == nil || !strings.Contains(err.Error(), "the header ETag is missing") {
		t.Errorf("error %v", err)
	}
}
