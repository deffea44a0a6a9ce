package spelling

import "testing"

func TestSuggestionIsTheWordThatWasMeant(t *testing.T) {
	stages := []string{"intake", "investigation", "feedback", "closed"}
	for _, test := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"intaek", stages, "intake"},                                       // swapped
		{"intak", stages, "intake"},                                        // left out
		{"inntake", stages, "intake"},                                      // doubled
		{"lnteke", stages, "intake"},                                       // two changed
		{"lntekke", stages, ""},                                            // three
		{"INTAKE", stages, "intake"},                                       // case
		{"in-take", stages, "intake"},                                      // separators
		{"", stages, ""},                                                   // nothing is near nothing
		{"cx", []string{"ab"}, ""},                                         // half of a short word is another word
		{"won", []string{"own", "pboc"}, "own"},                            //
		{"12351", []string{"12345", "12315"}, "12315"},                     // the nearest
		{"cause_cod", []string{"cause_codes", "cause_code"}, "cause_code"}, //
		{"受里", []string{"受理中", "受理完"}, ""},                                 // letters, not bytes
		{"受里中心", []string{"受理中心"}, "受理中心"},                                 //
	} {
		if got := Meant(test.word, test.candidates); got != test.want {
			t.Errorf("Meant(%q) = %q, want %q", test.word, got, test.want)
		}
	}
}
