package test

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/authz"
	"xiaobao/internal/servertest"
)

// A gallery is a world in which each handling department has a complaint at each stage, brought there by the product's own steps. All of them are the same
// person's, and every text names her.
type gallery struct {
	*teller
	items []exhibit
}

// exhibit is a complaint with what the rights ask of it.
type exhibit struct {
	id, number, stage       string
	department, responsible string
	decision                string
}

const (
	of           = "王小明，电话13812345678，身份证11010519491231002X，地址江苏省南京市玄武区中山路1号。"
	galleryBody  = `{"source":"own","intake_channel":"phone",%s"complainant":{"kind":"person","name":"王小明","phone":"138 1234 5678","email":"wang@example.cn","id_type":"resident_id",` + `"id_number":"11010519491231002X","address":"江苏省南京市玄武区中山路1号"},"business_code":"credit_card","request":"` + of + `","narrative":"信用卡同一笔消费被收取两次手续费。` + of + `"}`
	galleryFound = `{"facts":"` + of + `","basis":"章程第12条","finding":"` + of + `","evidence":["` + of + `"],"business_code":"credit_card","cause_code":"pricing"}`
	galleryDraft = `{"outcome":"upheld","facts":"` + of + `","basis":"` + of + `","reasons":"` + of + `","ways_open":["mediation","court"]}`
	galleryAsked = `{"tier":"special","reason_code":"facts_specially_complex","reason":"` + of + `"}`
	galleryTold  = `{"decision_id":"%s","form":"sms","sent_at":"%s","proof":{"reference":"致 13812345678","note":"` + of + `"}}`
)

// herValues are what stands in the gallery of the complainant, who may never be seen by some.
var herValues = []string{"王小明", "13812345678", "138 1234 5678", "wang@example.cn", "11010519491231002X", "中山路1号"}

// stages are those of a complaint, in the order of its life.
var stages = []string{"intake", "investigation", "feedback", "closed", "archived"}

// handling are the departments that handle complaints, with who handles and who approves there.
var handling = []struct{ department, handler, approver string }{
	{"dep_demo_center", "zhaolei", "sunli"}, {"dep_demo_nanjing", "wuhao", "zhoutao"}, {"dep_demo_suzhou", "fangyuan", "hejing"},
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	w, items := servertest.After(t, "2026-03-02T01:00:00Z", "gallery", func(w *servertest.World) []exhibit { return hang(t, w) })
	return &gallery{teller: &teller{World: w, t: t}, items: slices.Clone(items)}
}

func hang(t *testing.T, w *servertest.World) []exhibit {
	t.Helper()
	g := &gallery{teller: &teller{World: w, t: t}}
	for _, d := range handling {
		g.show(d.department, d.handler, d.approver, "archived")
	}
	g.Forward("2026-09-24T01:00:00Z")
	g.Sweep()
	for _, d := range handling {
		for _, stage := range stages[:4] {
			g.show(d.department, d.handler, d.approver, stage)
		}
	}
	return g.items
}

// show brings a complaint to a stage; what is to be archived waits for its time.
func (g *gallery) show(department, handler, approver, stage string) {
	g.t.Helper()
	e := exhibit{department: department, stage: stage}
	made := g.file(handler, fmt.Sprintf(galleryBody, ""))
	e.id, e.number = made.Get("id"), made.Get("number")
	far := slices.Index(stages, stage)
	if far >= 1 {
		g.step(handler, "/acceptance", "")
		g.step(handler, "/notes", `{"text":"`+of+`"}`)
		g.step(handler, "/contacts", fmt.Sprintf(`{"at":%q,"form":"phone","direction":"out","reached":true,"text":"`+of+`","reference":"`+of+`"}`, g.Clock.Now().Format(time.RFC3339Nano)))
		e.responsible = "usr_demo_" + handler
	}
	if far >= 2 {
		g.step(handler, "/investigation", galleryFound)
		e.decision = g.step(handler, "/decisions", galleryDraft).Get("id")
		g.step(handler, "decisions/"+e.decision+"/submission", "")
	}
	if far >= 3 {
		g.step(approver, "decisions/"+e.decision+"/approval", "")
		g.step(handler, "/notices", fmt.Sprintf(galleryTold, e.decision, g.Clock.Now().Format(time.RFC3339Nano)))
	}
	g.items = append(g.items, e)
}

// at finds the exhibit of a department at a stage.
func (g *gallery) at(department, stage string) exhibit {
	return g.items[slices.IndexFunc(g.items, func(e exhibit) bool { return e.department == department && e.stage == stage })]
}

// link has the owner mend what the complaints complain of.
func (g *gallery) link(owner string, complaints ...string) (rectification string) {
	g.t.Helper()
	body := strings.Replace(rectifyBody(owner, complaints...), "修正批处理，", "修正批处理。"+of, 1)
	return g.Must(201, servertest.Request{As: "hejing", Method: "POST", URL: "/v1/rectifications", Body: body}).Get("id")
}

// get reads something as somebody.
func (s *teller) get(as, url string) servertest.Answer {
	s.t.Helper()
	return s.Do(servertest.Request{As: as, Method: "GET", URL: url})
}

// hides judges that an answer shows nothing of the complainant but what is masked.
func (s *teller) hides(what string, a servertest.Answer) {
	s.t.Helper()
	for _, value := range herValues {
		if strings.Contains(a.Body, value) {
			s.t.Errorf("%s shows %s: %s", what, value, a.Body)
		}
	}
}

const allParts = "expand=clocks&expand=stages&expand=extensions&expand=decision&expand=notices"

// person is somebody of the demonstration as the policy sees her.
type person struct {
	name, id, department, kind string
	role                       string
	scopes                     []string // of a key
}

// everybody are the people and keys of the demonstration.
func everybody(w *servertest.World) []person {
	kinds := map[string]string{"投诉处理中心": "dep_demo_center complaint_center", "消费者权益保护部": "dep_demo_office consumer_protection", "南京分行": "dep_demo_nanjing branch",
		"苏州分行": "dep_demo_suzhou branch", "信用卡部": "dep_demo_cards business_unit", "法律合规部": "dep_demo_legal legal", "审计部": "dep_demo_audit audit"}
	var all []person
	for _, u := range w.Credentials.Users {
		id := "usr_demo_" + u.Username
		if u.Username == "guanli" {
			id = "usr_demo_admin"
		}
		department, kind, found := strings.Cut(kinds[u.Department], " ")
		if !found {
			department, kind = "root", "head_office"
		}
		all = append(all, person{name: u.Username, id: id, department: department, kind: kind, role: u.Role})
	}
	for _, k := range w.Credentials.Keys {
		p := person{name: k.Name, kind: k.Kind, role: "client", scopes: []string{"complaint.create", "complaint.read", "complaint.add_material", "complaint.withdraw", "rights_notice.read", "notice_delivery.create", "notice_delivery.read"}}
		if k.Kind == "regulator" {
			p.scopes = []string{"report.create", "report.read"}
		}
		all = append(all, p)
	}
	return all
}

// law is the policy that ships, read by a reader of its own: what the product answers is compared with what a person reads there.
type law struct {
	lines    [][]string // role, kind, object, stage, act, scope
	inherits map[string]string
}

func readLaw(t *testing.T) law {
	t.Helper()
	text, err := fs.ReadFile(config.Files, "authz_policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(string(text)))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	l := law{inherits: map[string]string{}}
	for _, record := range records {
		if record[0] == "g" {
			l.inherits[record[1]] = record[2]
			continue
		}
		l.lines = append(l.lines, record[1:])
	}
	return l
}

// grants says whether somebody may do something to a complaint at a stage; without a complaint, to any at any stage.
func (l law) grants(p person, permission string, e *exhibit, stage string) bool {
	q, err := authz.ParsePermission(permission)
	if err != nil || p.role == "client" && !slices.Contains(p.scopes, permission) {
		return false
	}
	for _, line := range l.lines {
		role, kind, at, scope := line[0], line[1], line[3], line[5]
		if line[2] != q.Object || line[4] != q.Act || kind != "*" && kind != p.kind || !l.is(p.role, role) {
			continue
		}
		if e == nil || (at == "*" || at == stage) && e.within(scope, p) {
			return true
		}
	}
	return false
}

// is says that a role is another or inherits from it.
func (l law) is(role, other string) bool {
	for ; role != ""; role = l.inherits[role] {
		if role == other {
			return true
		}
	}
	return false
}

func (e exhibit) within(scope string, p person) bool {
	switch scope {
	case "all":
		return true
	case "department", "subtree": // the demonstration's tree is flat
		return e.department == p.department
	case "assigned":
		return e.responsible != "" && e.responsible == p.id
	}
	return false // none of the gallery is linked or posted by a key
}
