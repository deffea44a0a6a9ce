package test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xiaobao/internal/contract"
	"xiaobao/internal/servertest"
)

// Never 9: an administrator reads a complaint or a consumer by being administrator. Explanations of access: TestExplanationOfOneComplaint.
func TestNever09AnAdministratorReadsAComplaint(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	_, ops := permissions(t)
	for _, op := range ops {
		object, _, _ := strings.Cut(op.Permissions[0], ".")
		if !slices.Contains([]string{"complaint", "consumer", "decision", "notice", "extension", "rectification", "finding", "audit", "report", "consent", "consent_text"}, object) {
			continue
		}
		a := s.Do(servertest.Request{As: "guanli", Method: op.Method, URL: inPath.ReplaceAllString(op.Path, s.id), Body: "{}"})
		s.hides(op.ID, a)
		if a.Status != 403 || a.Get("permission") != op.Permissions[0] {
			t.Errorf("%s: %d %s", op.ID, a.Status, a.Body)
		}
	}
}

// Never 10: an auditor changes anything. Every operation of the contract that is more than a look is refused her, by name.
func TestNever10AnAuditorChangesAnything(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	c, err := contract.Load(servertest.Contract())
	if err != nil {
		t.Fatal(err)
	}
	parameter := regexp.MustCompile(`\{[^}]+\}`)
	tried := 0
	for _, op := range c.Operations() {
		own := !strings.Contains(op.Permissions[0], ".") // herself: her password, her sessions
		look := op.ID == "createAccessReport"            // a look, too: a POST because personal values never stand in a URL
		if op.Method == http.MethodGet || own || look {
			continue
		}
		a := w.Do(servertest.Request{As: "shenji", Method: op.Method, URL: parameter.ReplaceAllString(op.Path, "x"), Body: `{}`})
		if a.Status != 403 || a.Get("code") != "auth.forbidden" {
			t.Errorf("%s: %d %s", op.ID, a.Status, a.Body)
		}
		tried++
	}
	if tried < 7 {
		t.Errorf("only %d operations were tried", tried)
	}
	if a := w.Do(servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&actor=usr_demo_shenji"}); a.Get("total") != "1" || a.Get("data.0.action") != "session.create" {
		t.Errorf("the auditor did more than to sign in: %s", a.Body)
	}
}

// Never 11: the person who asked for an extension approves it; the handling unit approves its own special one.
func TestNever11WhoAskedApprovesTheExtension(t *testing.T) {
	t.Parallel()
	for _, asks := range []string{"zhaolei", "sunli"} {
		s := tell(t, morning)
		s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
		s.step("zhaolei", "/acceptance", "")
		s.step(asks, "/extensions", `{"tier":"complex","reason_code":"facts_complex","reason":"x"}`)
		special := s.step(asks, "/extensions", galleryAsked)
		s.hides("the extension", special)
		s.refused("sunli", "extensions/"+special.Get("id")+"/approval", "", 403, "extension.approver")
		s.hides("the list", s.get("xuli", "/v1/extensions"))
		s.step("xuli", "extensions/"+special.Get("id")+"/approval", "")
	}
}

// Never 12: a closed or archived complaint shows contact or identity without a reveal. The reveal: TestRevealIsAnActOfItsOwn.
func TestNever12AClosedComplaintShowsContact(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	for _, p := range everybody(g.World) {
		for _, stage := range []string{"closed", "archived"} {
			for _, d := range handling {
				e := g.at(d.department, stage)
				for _, url := range []string{"/v1/complaints/" + e.id + "?" + allParts, "/v1/complaints/" + e.id + "/timeline", "/v1/decisions/" + e.decision,
					"/v1/complaints?stage=" + stage + "&expand=clocks&expand=stages"} {
					g.hides(p.name+" at "+url, g.get(p.name, url))
				}
			}
		}
	}
}

// Never 13: legal sees contact data.
func TestNever13LegalSeesContact(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	e := g.at("dep_demo_center", "feedback")
	g.id = e.id
	for _, url := range []string{"/v1/complaints/" + e.id + "?" + allParts, "/v1/complaints/" + e.id + "/timeline", "/v1/decisions/" + e.decision, "/v1/complaints?expand=clocks&expand=stages"} {
		a := g.get("gaofei", url)
		if a.Status != 200 {
			t.Errorf("%s: %d", url, a.Status)
		}
		g.hides(url, a)
	}
	g.hides("her own note", g.step("gaofei", "/notes", `{"text":"`+of+`"}`))
	g.refused("gaofei", "/reveals", `{"fields":["phone"],"reason":"想联系客户核实"}`, 403, "auth.forbidden")
}

// Never 14: a list, count, chart, search or export shows a row that reading it would refuse, or the reverse. What reading would refuse, by the policy as a
// person reads it: TestRightsAtEachStage. Rectifications: TestRectificationRights.
func TestNever14AListShowsWhatReadingRefuses(t *testing.T) {
	t.Parallel()
	g := newGallery(t)
	g.link("linchen", g.at("dep_demo_suzhou", "closed").id)
	l := readLaw(t)
	for _, p := range everybody(g.World) {
		var read []string
		for _, e := range g.items {
			if g.get(p.name, "/v1/complaints/"+e.id).Status == 200 {
				read = append(read, e.id)
			}
		}
		list := g.get(p.name, "/v1/complaints?limit=200&include_total=true&sort=received_at")
		if list.Status == 403 && len(read) == 0 {
			continue
		}
		byStage := 0
		for _, stage := range stages {
			byStage += number(g.get(p.name, "/v1/complaints?limit=1&include_total=true&stage="+stage).Get("total"))
		}
		if got := rowsOf(list); !slices.Equal(got, slices.Sorted(slices.Values(read))) || list.Get("total") != fmt.Sprint(len(read)) || byStage != len(read) {
			t.Errorf("%s reads %v, lists %v, counts %s and %d", p.name, read, got, list.Get("total"), byStage)
		}
		search := g.Do(servertest.Request{As: p.name, Method: "POST", URL: "/v1/complaint-searches", Body: `{"name":"王小明","reason":"投诉人来电查询"}`})
		if l.grants(p, "complaint.search", nil, "") != (search.Status == 200) || search.Status == 200 && !slices.Equal(rowsOf(search), slices.Sorted(slices.Values(read))) {
			t.Errorf("%s reads %v, finds %d %v", p.name, read, search.Status, rowsOf(search))
		}
	}
}

var rowID = regexp.MustCompile(`"id":"(cmp_[^"]+)"`)

// rowsOf are the complaints of a list, sorted.
func rowsOf(a servertest.Answer) (ids []string) {
	for _, m := range rowID.FindAllStringSubmatch(a.Body, -1) {
		ids = append(ids, m[1])
	}
	slices.Sort(ids)
	return ids
}
