package authz

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// TestContractKnowsEachPermission guards that a key can be given any permission that there is, and that a mistyped one is told what was meant.
func TestContractKnowsEachPermission(t *testing.T) {
	text, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Components struct {
			Schemas struct {
				KnownPermission struct {
					Enum []string `yaml:"enum"`
				} `yaml:"KnownPermission"`
			} `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(text, &contract); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, o := range objects {
		for _, act := range o.acts {
			want = append(want, Question{o.name, act}.String())
		}
	}
	if diff := cmp.Diff(want, contract.Components.Schemas.KnownPermission.Enum); diff != "" {
		t.Errorf("KnownPermission is not the vocabulary (-want +got):\n%s", diff)
	}
}
