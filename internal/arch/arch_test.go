// Package arch checks the shape of the house in each test run. The folder says what a line is about, the file's name says what the line may
// touch: here stands which folder and which name may import what, the order of the features, and what is forbidden everywhere. Production code
// is held to it, tests are not. A broken rule is told in a sentence.
package arch

import (
	"os"
	"regexp"
	"testing"
)

// rule says what files of a kind, or a room, may import, and why nothing else.
type rule struct{ name, may, because string }

// features stand in their order: each may import those before it, and what those after it must know goes through the outbox.
var features = []string{
	"organisation",
	"session",
	"apiclient",
	"policy",
	"institution",
	"audit",
	"consent",
	"finding",
	"training",
	"complaint",
	"access",
	"accessreport",
	"rectification",
	"rightsnotice",
	"survey",
	"standard",
	"internalpolicy",
	"assessment",
	"duty",
	"rootcause",
	"report",
}

// What the lists below allow is meant beyond the standard library. A word without a dot is a room of ours, found in internal/ or beside it;
// a word with a dot is a module, with all its packages. Three words stand for many: below (the features before this one), features, and
// every (all features and all rooms that are not for tests).
const (
	pure   = "actor authz calendar clock codelist edition fault id identity inventory money pii purpose ruleset"
	acting = pure + " below checkpoint password store token"
)

// kinds are the five kinds of file that a feature is made of, told by the name: service.go and service_*.go are of the kind service. A short
// feature may keep its service in its store file, which may do both.
var kinds = []rule{
	{"doc", "", "doc.go holds words"},
	{"service", acting, "a service acts through the store and on the features below it"},
	{"store", acting + " gorm.io/gorm", "a store file knows rows and what its service knows"},
	{"http", "actor answer api calendar checkpoint clock codelist edition fault inventory money pii purpose ruleset store github.com/oapi-codegen/nullable github.com/oapi-codegen/runtime/types",
		"an HTTP file translates between the contract and its own service"},
	{"", pure, "a domain file is pure"},
}

// ofStore is what an HTTP file may take from the store: versions and pages, which the contract shows. Work is its service's.
var ofStore = []string{"ETag", "List", "Page", "ParseMatch"}

// rooms are all other packages, and single files that may do more than the rest of their package.
var rooms = []rule{
	{name: ".", may: "app"},
	{name: "api", may: "github.com/labstack/echo github.com/oapi-codegen/nullable github.com/oapi-codegen/runtime"},
	{name: "config", may: "gopkg.in/yaml.v3"},

	{name: "actor"},
	{name: "calendar"},
	{name: "fault"},
	{name: "identity"},
	{name: "money"},
	{name: "purpose"},
	{name: "spelling"},
	{name: "token"},
	{name: "id", may: "github.com/google/uuid"},
	{name: "password", may: "fault golang.org/x/crypto"},
	{name: "codelist", may: "spelling gopkg.in/yaml.v3"},
	{name: "ruleset", may: "calendar fault gopkg.in/yaml.v3"},
	{name: "clock", may: "calendar fault id ruleset"},
	{name: "clock/store.go", may: "calendar fault id ruleset store gorm.io/gorm"},
	{name: "edition", may: "authz fault"},
	{name: "edition/store.go", may: "actor authz fault store"},
	{name: "inventory", may: "fault purpose gopkg.in/yaml.v3"},
	{name: "pii", may: "fault github.com/tink-crypto/tink-go"},
	{name: "authz", may: "actor fault github.com/casbin/casbin"},
	{name: "contract", may: "fault spelling github.com/go-json-experiment/json github.com/santhosh-tekuri/jsonschema golang.org/x/text gopkg.in/yaml.v3"},

	{name: "mail"},
	{name: "mail/mailtest", may: "github.com/emersion/go-sasl github.com/emersion/go-smtp"},

	{name: "store", may: "actor fault id gorm.io/gorm"},
	{name: "store/dialect.go", may: "github.com/go-sql-driver/mysql github.com/pressly/goose gorm.io/driver gorm.io/gorm modernc.org/sqlite"},
	{name: "store/migrate.go", may: "github.com/pressly/goose"},
	{name: "keyring", may: "fault pii store gorm.io/gorm"},
	{name: "checkpoint", may: "fault store golang.org/x/mod gorm.io/gorm"},
	{name: "worker", may: "actor fault id store"},

	{name: "answer", may: "actor api calendar edition fault money store github.com/go-json-experiment/json github.com/oapi-codegen/runtime/types"},
	{name: "server", may: "actor answer api authz contract fault id store github.com/labstack/echo"},
	{name: "server/handlers.go", may: "api features"},
	{name: "importer", may: "api github.com/oapi-codegen/runtime/types github.com/schollz/progressbar golang.org/x/text gopkg.in/yaml.v3"},
	{name: "app", may: "every github.com/alecthomas/kong github.com/prometheus/client_golang gopkg.in/yaml.v3"},

	{name: "store/storetest", may: "pii store github.com/go-sql-driver/mysql"},
	{name: "servertest", may: "every store/storetest github.com/google/go-cmp"},
}

// forTests are the rooms that production code never enters.
var forTests = []string{"arch", "mail/mailtest", "servertest", "store/storetest"}

// bans are what may be said in its homes (rooms or files) alone. The pattern reads names as they are used (time.Now), calls of methods (.Exec(),
// texts with their quotes, and imports (import "database/sql").
var bans = []struct {
	what           string
	pattern        *regexp.Regexp
	homes, because string
}{
	{"the time of day", regexp.MustCompile(`^time\.(Now|Since|Until)$`), "app server worker password store/log.go store/storetest", "time is passed in, so that tests can move it"},
	{"a status", regexp.MustCompile(`^http\.Status[A-Z]`), "server servertest importer", "server/problem.go alone chooses statuses; return a fault"},
	{"raw Exec", regexp.MustCompile(`^\.Exec\($`), "store store/storetest", "rows change through the store, which audits them"},
	{"database/sql", regexp.MustCompile(`^import "database/sql"$`), "store store/storetest", "the store is the one door to the database"},
	{"AutoMigrate", regexp.MustCompile(`^AutoMigrate$`), "", "tables change by the files in store/migrations"},
	{"SKIP LOCKED", regexp.MustCompile(`(?i)skip\s*locked`), "", "TiDB ignores it and Galera keeps it per node; claim rows by a conditional UPDATE"},
	{"an engine's name", regexp.MustCompile(`(?i)sqlite|mysql|mariadb`), "store/dialect.go store/storetest config app", "what differs between engines stands in store/dialect.go"},
}

// Longer than this, it is two ideas.
const (
	fileLines    = 450
	packageLines = 3000
)

// longer are the packages that are one idea all the same, each with its decision.
var longer = map[string]int{
	"complaint": 7100, // docs/decisions/0003: what happens to a complaint happens to one case
}

// namesOfNothing say what kind of thing is inside, not what it is about.
var namesOfNothing = regexp.MustCompile(`(^|/)(base|common|constants|helpers?|managers?|models?|types|utils?)(\.go|/)`)

// TestTheHouse guards the two ideas on which everything hangs, on the tree as it is.
func TestTheHouse(t *testing.T) {
	files, err := read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no Go file was found")
	}
	for _, sentence := range judge(files) {
		t.Error(sentence)
	}
}
