package test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

// changing is what two records of one kind differ by: their ids and instants.
var changing = regexp.MustCompile(`"(id|at|recorded_at)":"[^"]*",`)

// What a partner records ends and revives nothing of what others recorded, and its answers are the same whatever others recorded.
func TestPartnersConsentsAreApart(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	publishText(t, w, "survey", `{}`)
	theirs := makeKey(t, w, "cli_demo_huimin", `"scopes":["consent.record","consent.read","consent.withdraw"]`).Get("secret")
	minute := 0
	later := func() { // what is said at one instant has no order
		minute++
		w.Forward(fmt.Sprintf("2026-03-24T02:%02d:00Z", minute))
	}
	say := func(as, decision string) servertest.Answer {
		t.Helper()
		later()
		return ask(t, w, as, "POST", consents, saying(decision, ""), nil)
	}
	leave := func(as, id string) servertest.Answer {
		t.Helper()
		later()
		return ask(t, w, as, "POST", consents+"/"+id+"/withdrawal", `{}`, nil)
	}
	decided := func(want string) {
		t.Helper()
		if a := ask(t, w, "hejing", "POST", decisions, decide, nil); a.Get("allowed")+" "+a.Get("missing") != want {
			t.Errorf("%s, want %s", a.Body, want)
		}
	}
	say("zhaolei", "given")
	opted := say(theirs, "asked").Get("id")
	if a := leave(theirs, opted); a.Get("withdrawn_at") == "" {
		t.Error(a.Body)
	}
	decided("true ")
	own := servertest.Scenario{Name: "after it recorded that she opted out", As: theirs, Method: "POST", URL: consents, Body: saying("asked", ""), WantStatus: 409, WantCode: "consent.cooling_off"}
	w.Run(t, own)
	say("zhaolei", "refused")
	given := say(theirs, "given")
	decided("false refused")
	say(theirs, "refused") // of its own, which it cannot take back over the head of who refused first
	say(theirs, "given")
	decided("false refused")
	if a := leave(theirs, given.Get("id")); a.Get("withdrawn_at") == "" {
		t.Error(a.Body)
	}
	decided("false refused")
	say("zhaolei", "given")
	decided("true ")
	leave(theirs, say(theirs, "given").Get("id"))
	decided("false withdrawn")
	say(theirs, "given") // it recorded the withdrawal itself
	decided("true ")
	// Whom others heard and whom nobody heard look alike.
	say("zhaolei", "refused")
	fresh := makeKey(t, w, anxin, `"scopes":["consent.record","consent.read","consent.withdraw"]`).Get("secret")
	for _, decision := range []string{"asked", "given"} {
		heard := ask(t, w, fresh, "POST", consents, saying(decision, ""), nil)
		unheard := ask(t, w, fresh, "POST", consents, strings.Replace(saying(decision, ""), "138 1234 5678", "138 0000 5678", 1), nil)
		if one, other := changing.ReplaceAllString(heard.Body, ""), changing.ReplaceAllString(unheard.Body, ""); one != other {
			t.Errorf("%s differs from %s", one, other)
		}
	}
	decided("false refused")
}

// A refusal under one name holds when the consumer is asked for, or asked, by that name and another.
func TestConsentUnderSeveralNames(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	publishText(t, w, "survey", `{}`)
	both := func(body string) string { return strings.Replace(body, "{", `{"customer_reference":"C-1",`, 1) }
	reference := strings.NewReplacer(`"phone":"138 1234 5678"`, `"customer_reference":"C-1"`)
	ask(t, w, "zhaolei", "POST", consents, reference.Replace(saying("given", "")), nil)
	if a := ask(t, w, "hejing", "POST", decisions, both(decide), nil); a.Get("allowed") != "true" {
		t.Error(a.Body)
	}
	refused := ask(t, w, "zhaolei", "POST", consents, saying("refused", ""), nil)
	if a := ask(t, w, "hejing", "POST", decisions, both(decide), nil); a.Get("missing") != "refused" || a.Get("consent_id") != refused.Get("id") || a.Get("may_ask_from_on") != "2026-09-21" {
		t.Error(a.Body)
	}
	w.Run(t, servertest.Scenario{Name: "asked by both", As: "zhaolei", Method: "POST", URL: consents, Body: both(saying("asked", "")), WantStatus: 409, WantCode: "consent.cooling_off"})
	var notes int
	for _, e := range entries(t, w, "") {
		if strings.Contains(e, "consent.decide|usr_demo_hejing") {
			notes++
		}
	}
	if notes != 2 { // one for each of her names, however often it was asked today
		t.Errorf("%d notes of decisions", notes)
	}
}

// A value of which nothing is left names nobody, a consent is given with evidence, and a reference holds no number of a person.
func TestConsentInputIsRefused(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	publishText(t, w, "survey", `{}`)
	post := func(name, url, body, code, pointer string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "zhaolei", Method: "POST", URL: url, Body: body, WantStatus: 422, WantCode: code, WantBody: []string{`"pointer":"` + pointer + `"`}}
	}
	of := func(old, new string) string { return strings.Replace(saying("given", ""), old, new, 1) }
	refused := ask(t, w, "zhaolei", "POST", consents, saying("refused", ""), nil)
	const en, zh = "A reference never holds a telephone, identity or card number", "凭证编号不得含有电话号码"
	for _, s := range []struct {
		servertest.Scenario
		en, zh string
	}{
		{post("a blank number", consents, of(`"phone":"138 1234 5678"`, `"id_number":"　"`), "value.holds_nothing", "#/id_number"), "nothing but blanks and signs", "没有实际内容"},
		{post("a code alone", consents, of("138 1234 5678", "+86 - "), "value.holds_nothing", "#/phone"), "nothing but blanks and signs", "没有实际内容"},
		{post("asked of a blank", decisions, `{"phone":"+86 - ","purpose":"survey"}`, "value.holds_nothing", "#/phone"), "nothing but blanks and signs", "没有实际内容"},
		{post("no evidence", consents, of(`,"evidence_reference":"REC-1"`, ""), "value.required", "#/evidence_reference"), "The member is required.", "该成员必填。"},
		{post("a telephone", consents, of("REC-1", "tel:13812345678"), "value.holds_personal_number", "#/evidence_reference"), en, zh},
		{post("an identity", consents, of("REC-1", "11010519491231002X"), "value.holds_personal_number", "#/evidence_reference"), en, zh},
		{post("a card", consents+"/"+refused.Get("id")+"/withdrawal", `{"evidence_reference":"6222021234567894"}`, "value.holds_personal_number", "#/evidence_reference"), en, zh},
	} {
		w.Run(t, inBoth(s.Scenario, s.en, s.zh)...)
	}
}
