package test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"xiaobao/internal/servertest"
)

// What a request costs the server with every check on; scripts/bench puts it against the raw database.
func BenchmarkRequests(b *testing.B) {
	w := servertest.New(b, morning)
	do := func(b *testing.B, status int, r servertest.Request) string {
		got, body, n := counted(w, r)
		if got != status {
			b.Fatalf("%d: %s", got, body)
		}
		b.ReportMetric(float64(n.All.Load()), "statements/op")
		return servertest.Answer{Body: body}.Get("id")
	}
	var n atomic.Int64
	long := strings.Repeat("信用卡同一笔消费被收取两次手续费，多次联系未果。", 28)
	post := func(b *testing.B) string {
		body := strings.Replace(intake(fmt.Sprint("B-", n.Add(1))), "信用卡同一笔", long, 1)
		return do(b, 201, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: body, Headers: key(fmt.Sprint("k", n.Load()))})
	}
	id := post(b)
	for range 60 {
		post(b)
	}
	get := func(url string) func(b *testing.B) string {
		return func(b *testing.B) string {
			return do(b, 200, servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: url})
		}
	}
	for name, request := range map[string]func(b *testing.B) string{"intake": post, "read": get("/v1/complaints/" + id), "list": get("/v1/complaints?limit=50")} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				request(b)
			}
		})
	}
}
