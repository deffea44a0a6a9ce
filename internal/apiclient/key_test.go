package apiclient

import (
	"reflect"
	"testing"
	"time"
)

// TestAllowed guards that a list of addresses lets in what it names and nothing else, and that no list lets in everybody.
func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		list   []string
		remote string
		want   bool
	}{
		{nil, "203.0.113.7", true},
		{[]string{"203.0.113.7"}, "203.0.113.7", true},
		{[]string{"203.0.113.7"}, "203.0.113.8", false},
		{[]string{"203.0.113.0/24"}, "203.0.113.255", true},
		{[]string{"203.0.113.9/24"}, "203.0.113.255", true},
		{[]string{"203.0.113.0/24"}, "203.0.114.0", false},
		{[]string{"203.0.113.0/24"}, "::ffff:203.0.113.7", true}, // a socket of both families
		{[]string{"::ffff:203.0.113.7"}, "203.0.113.7", true},
		{[]string{"2001:db8::/32"}, "2001:db8:1::1", true},
		{[]string{"2001:db8::/32"}, "203.0.113.7", false},
		{[]string{"203.0.113.0/24", "2001:db8::1"}, "2001:db8::1", true},
		{[]string{"0.0.0.0/0"}, "", false},
		{[]string{"nonsense"}, "203.0.113.7", false},
	} {
		if got := allowed(c.list, c.remote); got != c.want {
			t.Errorf("%v from %q: %v", c.list, c.remote, got)
		}
	}
}

// TestAddressFaults guards that only what can let somebody in is taken for an address.
func TestAddressFaults(t *testing.T) {
	good := []string{"203.0.113.7", "203.0.113.0/24", "2001:db8::1", "2001:db8::/32", "::ffff:203.0.113.7"}
	if items := addressFaults(good); items != nil {
		t.Errorf("refused: %v", items)
	}
	bad := []string{"203.0.113.*", "203.0.113.0/33", "203.0.113", "example.cn", "fe80::1%eth0", "::ffff:203.0.113.0/120", " 203.0.113.7", "203.0.113.7 ", "03.0.113.7"}
	for i, item := range addressFaults(bad) {
		if item.Reason != notAnAddress || item.Pointer != "#/ip_allow/"+string(rune('0'+i)) {
			t.Errorf("%q: %+v", bad[i], item)
		}
	}
	if n := len(addressFaults(bad)); n != len(bad) {
		t.Errorf("%d of %d refused", n, len(bad))
	}
}

// TestRotation guards that a successor has the same rights and the same length of life, and that an overlap never lengthens the old key's.
func TestRotation(t *testing.T) {
	at := func(text string) *time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return &when
	}
	now := *at("2026-06-01T00:00:00Z")
	old := Key{ID: "key_1", Version: 7, ClientID: "cli_1", Name: "n", Prefix: "p", Scopes: []string{"complaint.read"}, IPAllow: []string{"203.0.113.7"},
		ExpiresAt: at("2026-12-31T00:00:00Z"), LastUsedAt: at("2026-05-01T00:00:00Z"), CreatedAt: *at("2026-01-01T00:00:00Z"), hash: []byte("h")}
	want := Key{ClientID: "cli_1", Name: "n", Scopes: old.Scopes, IPAllow: old.IPAllow, ExpiresAt: at("2027-05-31T00:00:00Z")}
	if got := old.successor(now); !reflect.DeepEqual(got, want) {
		t.Errorf("the successor is %+v, want %+v", got, want)
	}
	for _, c := range []struct{ had, by, want *time.Time }{
		{nil, at("2026-06-02T00:00:00Z"), at("2026-06-02T00:00:00Z")},
		{at("2026-12-31T00:00:00Z"), at("2026-06-02T00:00:00Z"), at("2026-06-02T00:00:00Z")},
		{at("2026-06-01T12:00:00Z"), at("2026-06-02T00:00:00Z"), at("2026-06-01T12:00:00Z")},
	} {
		old.ExpiresAt = c.had
		if got := old.endingBy(*c.by).ExpiresAt; !got.Equal(*c.want) {
			t.Errorf("%v by %v: ends %v", c.had, c.by, got)
		}
	}
}

// TestClientFaults guards that a partner has a channel and that a regulator has neither channel nor department.
func TestClientFaults(t *testing.T) {
	for _, c := range []struct {
		client Client
		want   []string
	}{
		{Client{Kind: Partner, IntakeChannel: "phone"}, nil},
		{Client{Kind: Partner, IntakeChannel: "phone", DepartmentID: "dep_1"}, nil},
		{Client{Kind: Partner}, []string{"#/intake_channel value.required"}},
		{Client{Kind: Regulator}, nil},
		{Client{Kind: Regulator, IntakeChannel: "phone", DepartmentID: "dep_1"}, []string{"#/intake_channel api_client.only_for_partner", "#/department_id api_client.only_for_partner"}},
		{Client{IntakeChannel: "phone"}, nil}, // the kind itself was faulty
	} {
		var got []string
		for _, item := range c.client.faults() {
			got = append(got, item.Pointer+" "+item.Reason.Code)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.client, got, c.want)
		}
	}
}

// TestRowsKeepEverything guards the translators against a forgotten column.
func TestRowsKeepEverything(t *testing.T) {
	at := time.Date(2026, 3, 24, 1, 30, 0, 0, time.UTC)
	c := Client{ID: "cli_1", Version: 2, Name: "n", Kind: Partner, IntakeChannel: "phone", DepartmentID: "dep_1", Status: Suspended, CreatedAt: at, UpdatedAt: at}
	if got := toClientRow(c).toDomain(); !reflect.DeepEqual(got, c) {
		t.Errorf("got %+v, want %+v", got, c)
	}
	k := Key{ID: "key_1", Version: 2, ClientID: "cli_1", Name: "n", Prefix: "p", Scopes: []string{"a", "b"}, IPAllow: []string{"203.0.113.7", "2001:db8::/32"},
		ExpiresAt: &at, RevokedAt: &at, LastUsedAt: &at, CreatedAt: at, UpdatedAt: at, hash: []byte("h")}
	if got := toKeyRow(k).toDomain(); !reflect.DeepEqual(got, k) {
		t.Errorf("got %+v, want %+v", got, k)
	}
	for name, v := range map[string]reflect.Value{"client": reflect.ValueOf(c), "key": reflect.ValueOf(k)} {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s: %s is zero here, so that nothing is seen of it", name, v.Type().Field(i).Name)
			}
		}
	}
}
