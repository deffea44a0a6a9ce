package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaobao/internal/importer"
	"xiaobao/internal/servertest"
)

// What a selling system has kept goes in once, however often its file is sent, and what is refused is kept with its reasons.
func TestDeliveriesGoInOnce(t *testing.T) {
	w := servertest.New(t, "2026-03-01T01:00:00Z")
	post := func(status int, as, url, body, etag string) servertest.Answer {
		return w.Must(status, servertest.Request{As: as, Method: "POST", URL: "/v1/rights-notices" + url, Body: body, Headers: map[string]string{"If-Match": etag}})
	}
	id := post(201, "hejing", "", `{"code":"product_risk","title":"产品风险告知","rights":["to_know"],"transaction_kinds":["wealth_purchase"],"channels":["mobile_client"],"form":"confirmation","text":"有风险。"}`, "").Get("id")
	post(200, "gaofei", "/"+id+"/approval", "", `"1"`)
	post(200, "hejing", "/"+id+"/publication", `{}`, `"2"`)
	w.Forward("2026-03-17T08:00:00Z")
	server := httptest.NewServer(w.App.Handler)
	defer server.Close()
	file := "订单号,业务,成交时间,告知书,版本,方式,告知时间,渠道,凭证编号,旧版\n"
	for i := range 450 {
		file += fmt.Sprintf("ORD-%d,理财,2026-03-16 10:00:00,product_risk,1,确认,2026-03-16 09:5%d:00,手机银行,evid/%d,否\n", i, i%10, i)
	}
	file += "ORD-900,理财,2026-03-16 10:00:00,product_risk,7,确认,2026-03-16 09:50:00,手机银行,evid/900,否\nORD-901,理财,2026-03-16 10:00:00,product_risk,一,确认,2026-03-16 09:50:00,手机银行,evid/901,否\n"
	job := importer.Job{File: write(t, "凭证.csv", file), Mapping: shipped(t, "zh-deliveries"), URL: server.URL, Key: w.Token(servertest.PartnerKey), Refused: filepath.Join(t.TempDir(), "r.csv")}
	imported(t, job, [3]int{450, 0, 2})
	refused, err := os.ReadFile(job.Refused)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"notice_delivery.edition_unknown", "not a whole number"} {
		if !strings.Contains(string(refused), want) {
			t.Errorf("%q is missing in %s", want, refused)
		}
	}
	imported(t, job, [3]int{0, 450, 2})
	if n := w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/notice-deliveries?limit=1&include_total=true"}).Get("total"); n != "450" {
		t.Errorf("%s deliveries", n)
	}
	job.Preview, job.Out, job.Progress, job.Workers = true, &bytes.Buffer{}, io.Discard, 1
	if _, err := job.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "cannot judge notice_deliveries without storing them") {
		t.Errorf("a preview: %v", err)
	}
}

// A map of proofs makes no references, and one of something unheard of says what there is.
func TestMapsOfOtherRecords(t *testing.T) {
	for text, want := range map[string]string{
		"records: letters\nmembers: {x: {const: y}}":                                               "records: complaints or notice_deliveries",
		"records: notice_deliveries\nreference: {sha256: true}\nmembers: {act: {const: served}}":   "are known by their members: leave it out",
		"records: notice_deliveries\nmembers: {edition: {const: third}}":                           "its values must be whole numbers",
		"records: notice_deliveries\nmembers: {narrative: {const: x}}":                             "there is no such member",
		"reference: {sha256: true}\nmembers: {transaction.risk_level: {from: A, values: {高: R4}}}": "its values must be whole numbers",
	} {
		if _, err := importer.ParseMapping([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
