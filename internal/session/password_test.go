package session

import "testing"

// A new password is neither the user name nor the present password; its length is the contract's.
func TestPasswordFaults(t *testing.T) {
	for _, c := range []struct{ name, username, old, chosen, want string }{
		{"good", "lisi", "old secret words", "new secret words", ""},
		{"the name", "lisi-of-nanjing", "old secret words", "LISI-of-Nanjing", "password.is_name"},
		{"the present one", "lisi", "old secret words", "old secret words", "password.same"},
		{"another case is another password", "lisi", "old secret words", "Old secret words", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for _, item := range passwordFaults(c.username, c.old, c.chosen) {
				got += item.Reason.Code
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
