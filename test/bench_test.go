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
	var n atomic.Int64
	body := func() string {
		return strings.Replace(intake(fmt.Sprint("B-", n.Add(1))), "信用卡同一笔", strings.Repeat("信用卡同一笔消费被收取两次手续费，多次联系未果。", 28), 1)
	}
	post := func() string {
		return w.Must(201, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: body(), Headers: key(fmt.Sprint("k", n.Load()))}).Get("id")
	}
	id := post()
	for range 60 {
		post()
	}
	for name, request := range map[string]func(){
		"intake": func() { post() },
		"read": func() {
			w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints/" + id})
		},
		"list": func() {
			w.Must(200, servertest.Request{As: servertest.PartnerKey, Method: "GET", URL: "/v1/complaints?limit=50"})
		},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				request()
			}
		})
	}
}
