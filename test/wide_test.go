package test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/servertest"
)

// wide is a text of the rarest characters, four bytes each, as some family names have.
func wide(n int) string { return strings.Repeat("𠮷", n) }

func other(n int) string { return strings.Repeat("𡃁", n) }

// Every text may be as long as the contract says, in whatever characters, and comes back whole.
func TestTextsOfTheWidestCharacters(t *testing.T) {
	t.Parallel()
	s := tell(t, morning)
	body := fmt.Sprintf(`{"source":"nfra","intake_channel":"phone","source_reference":%q,"complainant":{"kind":"organization","name":%q,"legal_representative":%q,"id_type":"other","id_number":%q,"phone":%q,
		"address":%q},"respondent":{"unit":%q,"staff_name":%q},"product":%q,"request":%q,"narrative":%q}`, wide(100), wide(100), wide(100), wide(32), strings.Repeat("1", 32), wide(300), wide(100), wide(100), wide(200), wide(2000), wide(20000))
	s.file("zhaolei", body)
	s.shows("zhaolei", map[string]string{"complainant.name": wide(100), "complainant.address": wide(300), "product": wide(200), "narrative": wide(20000), "respondent.unit": wide(100)})
	s.step("zhaolei", "/acceptance", "")
	now := func() string { return s.Clock.Now().Format(time.RFC3339Nano) }
	s.step("zhaolei", "/notes", fmt.Sprintf(`{"text":%q}`, other(2000)))
	s.step("zhaolei", "/contacts", fmt.Sprintf(`{"at":%q,"form":"phone","direction":"out","reached":true,"text":%q,"reference":%q}`, now(), other(2000), other(100)))
	extension := s.step("zhaolei", "/extensions", fmt.Sprintf(`{"tier":"complex","reason_code":"facts_complex","reason":%q}`, other(2000))).Get("id")
	s.step("zhaolei", "extensions/"+extension+"/notice", fmt.Sprintf(`{"form":"sms","sent_at":%q,"proof":{"reference":%q,"note":%q}}`, now(), other(150), other(2000)))
	s.step("zhaolei", "/investigation", finding)
	decision := s.step("zhaolei", "/decisions", strings.Replace(draft, "系统差错", other(20000), 1)).Get("id")
	s.step("zhaolei", "decisions/"+decision+"/submission", "")
	s.step("sunli", "decisions/"+decision+"/return", fmt.Sprintf(`{"comment":%q}`, other(2000)))
	s.step("zhaolei", "decisions/"+decision+"/submission", "")
	s.step("sunli", "decisions/"+decision+"/approval", "")
	s.step("zhaolei", "/notices", fmt.Sprintf(`{"decision_id":%q,"form":"sms","sent_at":%q,"proof":{"reference":%q,"note":%q}}`, decision, now(), other(150), other(2000)))
	s.shows("zhaolei", map[string]string{"notices.0.proof.reference": other(150), "extensions.0.notice.proof.note": other(2000), "decision.reasons": other(20000)})
	settle := `{"facts":"x","basis":"y","agreed":"z","ways_open":["court"],"form":"phone","reference":%q,"notified_at":%q,"business_code":"debit_card","cause_code":"pricing"}`
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	s.step("zhaolei", "/settlement", fmt.Sprintf(settle, other(150), now()))
	s.file("zhaolei", fmt.Sprintf(galleryBody, ""))
	s.step("zhaolei", "/withdrawal", fmt.Sprintf(`{"form":"phone","reference":%q}`, other(150)))
	s.Must(201, servertest.Request{As: "guanli", Method: "POST", URL: "/v1/users", Body: fmt.Sprintf(`{"username":%q,"name":%q,"department_id":"dep_demo_center","roles":["handler"],"phone":%q,"email":%q}`,
		strings.Repeat("a", 64), other(100), strings.Repeat("1", 32), strings.Repeat("a", 64)+"@"+strings.Repeat("b.", 90)+"cn")})
}
