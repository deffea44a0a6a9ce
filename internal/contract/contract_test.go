package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/fault"
	"xiaobao/internal/spelling"
)

// load reads the contract of the tests, with a code list "source" in which "fax" is retired.
func load(t testing.TB) *Contract {
	t.Helper()
	c, err := loaded(document(t))
	if err != nil {
		t.Fatal(err)
	}
	c.Codes = func(list, code string, posted bool) (bool, string) {
		if list != "source" {
			return true, ""
		}
		for _, known := range []string{"own", "pboc", "12345"} {
			if code == known {
				return true, ""
			}
		}
		return code == "fax" && !posted, spelling.Meant(code, []string{"own", "pboc", "12345"})
	}
	return c
}

func loaded(doc []byte) (*Contract, error) {
	d, err := Read(doc)
	if err != nil {
		return nil, err
	}
	return Load(d)
}

func document(t testing.TB) []byte {
	t.Helper()
	doc, err := os.ReadFile("testdata/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestContractIsOneDocument guards that what is served as JSON is what is checked, and that the digest is of the YAML.
func TestContractIsOneDocument(t *testing.T) {
	c := load(t)
	want := `{"openapi":"3.1.0","info":{"title":"A contract for the tests 测试","version":"1.0.0"},"paths":{"/v1/complaints":{"parameters":[`
	if !bytes.HasPrefix(c.JSON(), []byte(want)) {
		t.Errorf("JSON begins %.200s", c.JSON())
	}
	if !json.Valid(c.JSON()) {
		t.Error("it is not JSON")
	}
	sum := sha256.Sum256(document(t))
	if c.SHA256() != hex.EncodeToString(sum[:]) {
		t.Errorf("SHA256 = %s", c.SHA256())
	}
	if err := c.Compile(); err != nil {
		t.Error(err)
	}
}

func TestOperationCarriesWhatTheShellAsks(t *testing.T) {
	c := load(t)
	var listed []string
	for _, o := range c.Operations() {
		listed = append(listed, o.Method+" "+o.Route+" "+o.ID+" "+o.Tag+" "+strings.Join(o.Permissions, "|")+" "+o.StageAction+" "+strings.Join(o.Problems, "|")+" "+o.Bulk)
		if o.HasBody != (o.Method != "GET" && o.ID != "acceptComplaint") {
			t.Errorf("%s: HasBody = %v", o.ID, o.HasBody)
		}
	}
	want := []string{
		"POST /v1/complaint-batches createComplaintBatch Complaint complaint.create   complaints",
		"GET /v1/complaints listComplaints Complaint complaint.read   ",
		"POST /v1/complaints createComplaint Complaint complaint.create  complaint.reference_conflict ",
		"PATCH /v1/complaints/:complaint_id updateComplaint Complaint complaint.update   ",
		"POST /v1/complaints/:complaint_id/acceptance acceptComplaint Complaint complaint.accept accept  ",
		"POST /v1/complaints/:complaint_id/reveals revealComplainant Complaint consumer.contact.reveal|consumer.identity.reveal   ",
		"POST /v1/joined createJoined Joined public   ",
		"GET /v1/reports getReport Report public   ",
		"POST /v1/uploads createUpload Upload signed_in   ",
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Error(diff)
	}
	if c.Operation("DELETE", "/v1/complaints") != nil || c.Operation("GET", "/livez") != nil {
		t.Error("what the contract lacks is none of its operations")
	}
}

func TestPersonalPropertiesAreListed(t *testing.T) {
	want := []string{"Complainant.address", "Complainant.email", "Complainant.id_number", "Complainant.name", "Complainant.phone",
		"ComplaintCreate.respondent.staff_name"}
	if diff := cmp.Diff(want, load(t).PII()); diff != "" {
		t.Error(diff)
	}
}

// TestLoadRefuses guards that a process does not start with a contract that it would not keep.
func TestLoadRefuses(t *testing.T) {
	const head = "openapi: 3.1.0\npaths:\n  /v1/a:\n    get:\n"
	const good = "      operationId: a\n      tags: [A]\n      x-permission: public\n"
	for name, test := range map[string]struct{ doc, want string }{
		"no permission":       {head + "      operationId: a\n      tags: [A]\n", "x-permission is absent"},
		"a wrong permission":  {head + "      operationId: a\n      tags: [A]\n      x-permission: everybody\n", "x-permission is absent or is not"},
		"public among others": {head + "      operationId: a\n      tags: [A]\n      x-permission: [public, a.read]\n", "stand alone"},
		"no operationId":      {head + "      tags: [A]\n      x-permission: public\n", "operationId is absent"},
		"no tag":              {head + "      operationId: a\n      x-permission: public\n", "one tag"},
		"the same name twice": {head + good + "  /v1/b:\n    get:\n" + good, "stands twice"},
		"a cookie":            {head + good + "      parameters: [{name: a, in: cookie, schema: {}}]\n", "query, the path or a header"},
		"a comma list":        {head + good + "      parameters: [{name: a, in: query, explode: false, schema: {type: array}}]\n", "default style"},
		"deepObject":          {head + good + "      parameters: [{name: a, in: query, style: deepObject, schema: {type: object}}]\n", "default style"},
		"a lost reference":    {head + good + "      parameters: [{$ref: '#/components/parameters/None'}]\n", "/components/parameters/None"},
		"a circle":            {head + good + "      parameters: [{$ref: '#/components/parameters/A'}]\ncomponents: {parameters: {A: {$ref: '#/components/parameters/A'}}}\n", "has a name"},
		"a lost response":     {head + good + "      responses: {default: {$ref: '#/components/responses/None'}}\n", "no such response"},
		"a broken schema":     {head + good + "      parameters: [{name: a, in: query, schema: {type: 5}}]\n", "/schema"},
		"a list of no name":   {head + good + "      parameters: [{name: a, in: query, schema: {type: string, x-code-list: 5}}]\n", "x-code-list"},
		"a body of anything":  {head + good + "      requestBody: {content: {application/json: {}}}\n", "has a schema"},
		"problems unlisted":   {head + good + "      x-problems: {a: b}\n", "x-problems"},
		"another version":     {"openapi: 3.0.3\npaths: {}\n", "3.1"},
		"a member twice":      {"openapi: 3.1.0\nopenapi: 3.1.0\n", "stands twice"},
		"a mapping's merge":   {"a: &a {b: c}\nd: {<<: *a}\n", "must be plain"},
		"no number of JSON":   {"a: .inf\n", "cannot be said"},
		"no YAML":             {"a: [", "yaml"},
		"nothing":             {"", "empty"},
	} {
		_, err := loaded([]byte(test.doc))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}

func TestLoadTellsAllFaults(t *testing.T) {
	_, err := loaded([]byte("openapi: 3.1.0\npaths:\n  /v1/a:\n    get: {operationId: a, tags: [A]}\n    put: {operationId: b, tags: [A]}\n"))
	if err == nil || strings.Count(err.Error(), "x-permission") != 2 {
		t.Errorf("error %v, want both operations", err)
	}
}

// TestBrokenBodySchema guards that a mistake in a body's schema, found late, is our trouble and not the sender's, and that
// Compile finds it early.
func TestBrokenBodySchema(t *testing.T) {
	c, err := loaded([]byte("openapi: 3.1.0\npaths:\n  /v1/a:\n    post:\n      operationId: a\n      tags: [A]\n      x-permission: public\n" +
		"      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/None'}}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Compile(); err == nil || !strings.Contains(err.Error(), "None") {
		t.Errorf("Compile: %v, want the name of the schema", err)
	}
	_, err = request{url: "/v1/a", body: "{}"}.send(t, c)
	if err == nil || fault.From(err) != nil {
		t.Errorf("Check: %v, want an error that is no fault", err)
	}
}

// TestManyCallersMeetTheFirstUse guards that bodies compile once under load, though they share schemas; it is for -race.
func TestManyCallersMeetTheFirstUse(t *testing.T) {
	c := load(t)
	var all sync.WaitGroup
	for _, sent := range []request{
		{body: `{` + minimal + `}`}, {url: "/v1/complaint-batches", body: `{"complaints":[{` + minimal + `}]}`},
		{method: "PATCH", url: "/v1/complaints/cmp_1", body: `{"amount":{"amount":"1.00","currency":"CNY"}}`}, {method: "GET", url: "?limit=1"},
	} {
		for range 8 {
			all.Go(func() {
				if _, err := sent.send(t, c); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
}

// What the shell lets through before a password is changed, and what is for people alone, the contract says itself.
func TestOperationsForPeople(t *testing.T) {
	c, err := loaded([]byte("openapi: 3.1.0\npaths:\n  /v1/a:\n    get:\n      operationId: a\n      tags: [A]\n      x-permission: signed_in_user\n      x-before-password-change: true\n" +
		"      responses: {'204': {description: Done.}}\n    put:\n      operationId: b\n      tags: [A]\n      x-permission: signed_in\n      responses: {'204': {description: Done.}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	a, b := c.Operation("GET", "/v1/a"), c.Operation("PUT", "/v1/a")
	if !a.BeforePasswordChange || a.Permissions[0] != "signed_in_user" || b.BeforePasswordChange {
		t.Errorf("%+v %+v", a, b)
	}
}
