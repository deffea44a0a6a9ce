package organisation

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/money"
	"xiaobao/internal/store/storetest"
)

// Nothing of a user or department is forgotten on the way into the database and back.
func TestRowsRoundTrip(t *testing.T) {
	s := NewService(nil, storetest.Keyring(t), nil)
	at := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC)
	until := at.Add(time.Hour)
	u := User{ID: "usr_1", Version: 3, Username: "lisi", Name: "李四", StaffID: "10001", DepartmentID: "dep_1", Roles: []string{"handler", "head"}, Status: Suspended,
		Phone: "02512345678", Email: "lisi@example.com", Authority: &money.Money{Cents: 50000, Currency: "CNY"}, PasswordHash: "$argon2id$", PasswordChangeRequired: true,
		CreatedAt: at, UpdatedAt: until}
	row, err := s.toUserRow(u)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.fromUserRow(*row)
	if diff := cmp.Diff(u, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	d := Department{ID: "dep_1", Version: 2, Code: "nanjing", Name: "南京分行", Kind: Branch, ParentID: "dep_0", Path: "/dep_0/dep_1/", HeadID: "usr_1", CreatedAt: at, UpdatedAt: until}
	if diff := cmp.Diff(d, toDepartmentRow(d).toDomain()); diff != "" {
		t.Error(diff)
	}
}
