package test

import (
	"strings"
	"testing"

	"xiaobao/internal/servertest"
)

// The inventory is for those who answer for it; it tells what is not known as null, and holds no personal value.
func TestInventory(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	get := func(as string, status int, code string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: as, As: as, Method: "GET", URL: "/v1/information-inventory", WantStatus: status, WantCode: code, WantBody: want}
	}
	for _, as := range []string{"hejing", "gaofei", "shenji", "guanli"} {
		w.Run(t, get(as, 200, "", `"column":"complaint_matter.id_number"`, `"properties":["Complainant.id_number"`, `"class":"C3"`, `"bases":["law"]`, `"bases":["consent"]`, `"years":3`, `"column":null`, `"retention":null`))
	}
	for _, as := range []string{"zhaolei", "linchen", "xuli"} {
		w.Run(t, get(as, 403, "auth.forbidden", `"permission":"information_inventory.read"`))
	}
	if a := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/information-inventory"}); a.Status != 403 || strings.Contains(a.Body, "complaint_matter") {
		t.Error(a.Body)
	}
}
