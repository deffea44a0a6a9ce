package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"xiaobao/config"
	"xiaobao/internal/access"
	"xiaobao/internal/accessreport"
	"xiaobao/internal/actor"
	"xiaobao/internal/answer"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/assessment"
	"xiaobao/internal/audit"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/checkpoint"
	"xiaobao/internal/clock"
	"xiaobao/internal/codelist"
	"xiaobao/internal/complaint"
	"xiaobao/internal/consent"
	"xiaobao/internal/contract"
	"xiaobao/internal/duty"
	"xiaobao/internal/fault"
	"xiaobao/internal/finding"
	"xiaobao/internal/institution"
	"xiaobao/internal/internalpolicy"
	"xiaobao/internal/keyring"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/policy"
	"xiaobao/internal/rectification"
	"xiaobao/internal/report"
	"xiaobao/internal/rightsnotice"
	"xiaobao/internal/rootcause"
	"xiaobao/internal/server"
	"xiaobao/internal/session"
	"xiaobao/internal/standard"
	"xiaobao/internal/store"
	"xiaobao/internal/survey"
	"xiaobao/internal/token"
	"xiaobao/internal/training"
	"xiaobao/internal/worker"
)

// App is a wired installation.
type App struct {
	DB      *store.DB
	Ring    *keyring.Ring
	Handler http.Handler

	People         *organisation.Service
	Complaints     *complaint.Service
	Rectifications *rectification.Service
	Findings       *finding.Service
	RightsNotices  *rightsnotice.Service
	Consents       *consent.Service
	Standards      *standard.Service
	Policies       *internalpolicy.Service
	Sealer         *checkpoint.Sealer
	Surveys        *survey.Service

	settings config.Config
	clocks   clock.Reckoner
	engine   policy.Build
	rights   *authz.InForce
	contract *contract.Contract
	log      *slog.Logger
}

// Parts are what an App is made of, beside its settings.
type Parts struct {
	Contract *contract.Document
	Clock    func() time.Time
	Log      *slog.Logger
	Observe  func(operation string, status int, took time.Duration)
	Demo     *server.Examples // only of the demonstration
	Engine   policy.Build     // nil: NewEngine
}

// open opens the database of an installation, which has this binary's schema.
func open(ctx context.Context, c config.Config, clock func() time.Time) (*store.DB, error) {
	db, err := store.Open(c.Database, clock)
	if err != nil {
		return nil, err
	}
	state, err := db.Schema(ctx)
	if err != nil {
		err = fmt.Errorf("the database cannot be reached: %w", err)
	} else {
		err = state.Check()
	}
	if err != nil {
		_ = db.Close() // the first error is the one that tells
		return nil, err
	}
	return db, nil
}

// Wire puts an installation together. The database must have been made by Init.
func Wire(ctx context.Context, c config.Config, p Parts) (*App, error) {
	db, err := open(ctx, c, p.Clock)
	if err != nil {
		return nil, err
	}
	a, err := wire(ctx, c, p, db)
	if err != nil {
		_ = db.Close() // the first error is the one that tells
	}
	return a, err
}

func wire(ctx context.Context, c config.Config, p Parts, db *store.DB) (*App, error) {
	if err := db.CheckCollation(ctx); err != nil {
		return nil, err
	}
	ring, err := keyring.Open(ctx, db, c.KeyFile)
	if err != nil {
		return nil, err
	}
	a := &App{DB: db, Ring: ring, settings: c, log: p.Log, engine: p.Engine}
	if a.engine == nil {
		a.engine = NewEngine
	}
	a.rights, err = policy.PutInForce(ctx, db, a.engine)
	if err != nil {
		return nil, err
	}
	a.contract, err = contract.Load(p.Contract)
	if err != nil {
		return nil, err
	}
	return a, a.serve(c, p, ring.Keys)
}

// NewEngine builds the engine of a policy by the model that ships. An engine never changes: one may serve several installations.
func NewEngine(content []byte) (*authz.Engine, error) {
	model, err := fs.ReadFile(config.Files, "authz_model.conf")
	if err != nil {
		return nil, err
	}
	p, err := authz.ParseCSV(content)
	if err != nil {
		return nil, err
	}
	return authz.New(model, p)
}

// serve makes the services and the handler that stands before them.
func (a *App) serve(c config.Config, p Parts, keys *pii.Keyring) error {
	g, err := read(c)
	if err != nil {
		return err
	}
	signer, err := checkpoint.NewSigner(keys.SigningKey(checkpointKey))
	if err != nil {
		return err
	}
	a.Sealer = checkpoint.NewSealer(a.DB, signer, c.Checkpoints)
	a.clocks = g.clocks
	a.contract.Codes = func(list, code string, posted bool) (bool, string) {
		return judgeCode(g.lists, list, code, posted, calendar.DateOf(a.DB.Now(), g.clocks.Zone).String())
	}
	a.services(g, keys)
	sessions, clients := session.NewService(a.DB, a.People), apiclient.NewService(a.DB, a.rights)
	tokens := answer.Tokens{Sign: func(text string) []byte { return keys.Index("page_token", text) }, Now: a.DB.Now}
	features := a.features(c, g, sessions, clients, tokens)
	further := map[string]func(context.Context, any) []fault.Item{"createComplaint": features.Complaint.Faults, "previewComplaint": features.Complaint.Faults,
		"createComplaintBatch": features.Complaint.Faults, "createApiClient": features.APIClient.ClientFaults, "createApiKey": features.APIClient.KeyFaults}
	for _, op := range a.contract.Operations() {
		op.Further = further[op.ID]
	}
	shell := &server.Shell{Contract: a.contract, Rights: a.rights, Authenticate: authenticate(sessions, clients),
		ChangeRequired: session.ChangeRequired, Ready: a.ready, Tokens: tokens, Language: c.Language, Origins: c.Origins, Proxies: c.Proxies(), Log: p.Log, Observe: p.Observe, Demo: p.Demo}
	a.Handler = shell.Handler(features)
	return nil
}

// services makes the services that work without a request, too, or that others ask.
func (a *App) services(g given, keys *pii.Keyring) {
	gate := training.Gatekeeper{Competences: g.competences, Labels: g.lists, Zone: g.clocks.Zone}
	a.People = organisation.NewService(a.DB, keys, a.rights)
	a.People.UsedBy(complaint.OfDepartment)
	a.Findings = finding.NewService(a.DB, keys, a.rights, g.rules, g.clocks)
	a.Complaints = complaint.NewService(a.DB, keys, a.rights, a.People, g.rules, g.lists, g.clocks, a.Findings, gate)
	a.Findings.From(finding.Infringement, a.Complaints.Findings())
	a.Rectifications = rectification.NewService(a.DB, keys, a.rights, g.rules, g.clocks, a.People, a.Complaints, a.Findings)
	a.Findings.MendedBy(a.Rectifications.OfFindings)
	a.RightsNotices = rightsnotice.NewService(a.DB, a.rights, g.required, g.clocks.Zone, a.Complaints)
	a.Standards = standard.NewService(a.DB, a.rights, g.clocks, a.Findings, a.Complaints, a.Rectifications, a.RightsNotices)
	a.Findings.From(finding.Breach, finding.Reader{Rows: a.Standards.Rows})
	a.Consents = consent.NewService(a.DB, keys, a.rights, g.rules, g.clocks)
	a.Surveys = survey.NewService(a.DB, keys, a.rights, g.rules, g.asked, g.clocks, a.Complaints, a.Consents, g.letters)
	a.Policies = internalpolicy.NewService(a.DB, a.rights, g.rules, g.lists, g.clocks)
}

// features are what serves the operations of the contract.
func (a *App) features(c config.Config, g given, sessions *session.Service, clients *apiclient.Service, tokens answer.Tokens) server.Features {
	zone := g.clocks.Zone
	about := institution.Settings{Zone: zone, Calendar: g.clocks.Calendar, Currency: c.Currency, Languages: languages(c.Language), BodyMax: server.MaxBody,
		BatchBodyMax: server.MaxBatchBody, Version: Version(), ContractSHA256: a.contract.SHA256(), Lists: g.lists, Inventory: g.personal}
	trainings := training.NewService(a.DB, a.rights, g.competences, zone)
	return server.Features{
		Institution:   institution.NewHTTP(institution.NewService(a.DB, a.rights, about)),
		Organisation:  organisation.NewHTTP(a.People, tokens),
		Session:       session.NewHTTP(sessions, tokens),
		APIClient:     apiclient.NewHTTP(clients, tokens),
		Audit:         audit.NewHTTP(audit.NewService(a.DB, a.rights), tokens),
		Complaint:     complaint.NewHTTP(a.Complaints, tokens),
		Access:        access.NewHTTP(access.NewService(a.DB, a.rights, a.Complaints, a.operation), g.lists),
		Rectification: rectification.NewHTTP(a.Rectifications, tokens),
		Consent:       consent.NewHTTP(a.Consents, tokens),
		Finding:       finding.NewHTTP(a.Findings, tokens),
		Standard:      standard.NewHTTP(a.Standards, tokens),
		AccessReport:  accessreport.NewHTTP(accessreport.NewService(a.DB, a.Complaints, zone)),
		Report:        report.NewHTTP(report.NewService(a.DB, a.rights, zone), tokens),
		Training:      training.NewHTTP(trainings, tokens),
		RootCause:     rootcause.NewHTTP(rootcause.NewService(a.DB, a.rights, g.lists, zone, a.Policies)),
		RightsNotice:  rightsnotice.NewHTTP(a.RightsNotices, tokens),

		InternalPolicy: internalpolicy.NewHTTP(a.Policies, tokens),
		Duty:           duty.NewHTTP(duty.NewService(a.DB, a.rights, a.engine, g.duties, g.clocks)),
		Survey:         survey.NewHTTP(a.Surveys),
		Assessment: assessment.NewHTTP(assessment.NewService(a.DB, a.rights, zone, g.schemes, assessment.Sources{Standards: a.Standards, Policies: a.Policies, Trainings: trainings,
			Findings: a.Findings, Rectifications: a.Rectifications}), tokens),
	}
}

// operation is what an explanation of access needs to know of an operation.
func (a *App) operation(id string) (access.Operation, bool) {
	for _, op := range a.contract.Operations() {
		if op.ID == id {
			return access.Operation{Permissions: op.Permissions, BeforePasswordChange: op.BeforePasswordChange, OfComplaint: strings.Contains(op.Path, "/{complaint_id}")}, true
		}
	}
	return access.Operation{}, false
}

// ready tells whether requests can be served: the database answers, has this binary's schema, and the key file still opens its keys.
func (a *App) ready(ctx context.Context) error {
	state, err := a.DB.Schema(ctx)
	if err != nil {
		return errors.New("the database does not answer")
	}
	if err := state.Check(); err != nil {
		return err
	}
	_, err = keyring.Open(ctx, a.DB, a.settings.KeyFile)
	return err
}

// Run does what happens without a request until the context ends.
func (a *App) Run(ctx context.Context) {
	go policy.Follow(ctx, a.DB, a.engine, a.rights, a.log) // in every process: each has rights of its own in memory
	go a.Ring.Follow(ctx, a.log)                           // and keys
	worker.Run(ctx, a.DB, a.log,
		worker.Job{Name: "sweep", Every: time.Minute, Do: func(ctx context.Context) error {
			_, err := a.Complaints.Sweep(ctx)
			return err
		}},
		worker.Job{Name: "seal_audit", Every: 10 * time.Second, Do: a.Sealer.Seal},
		worker.Job{Name: "survey_invite", Every: 10 * time.Minute, Do: func(ctx context.Context) error {
			_, err := a.Surveys.Invite(ctx)
			return err
		}},
		worker.Job{Name: "survey_send", Every: time.Minute, Do: func(ctx context.Context) error {
			_, err := a.Surveys.Send(ctx)
			return err
		}},
		worker.Job{Name: "forget_failures", Every: time.Hour, Do: a.People.ForgetOldFailures},
		worker.Job{Name: "forget_keys", Every: time.Hour, Do: func(ctx context.Context) error { return store.ForgetKeys(ctx, a.DB) }})
}

// authenticate asks sessions or clients, by the kind of the token. A mistyped token asks nobody.
func authenticate(sessions *session.Service, clients *apiclient.Service) func(context.Context, string, string) (actor.Actor, error) {
	return func(ctx context.Context, text, remote string) (actor.Actor, error) {
		kind, ok := token.Parse(text)
		if !ok {
			return actor.Actor{}, nil
		}
		if kind == token.Key {
			return clients.Authenticate(ctx, text, remote)
		}
		return sessions.Authenticate(ctx, text)
	}
}

func languages(first string) []string {
	if first == "en" {
		return []string{"en", "zh-CN"}
	}
	return []string{"zh-CN", "en"}
}

// judgeCode says whether a code may be sent: today's for what is posted, any that ever was for what only filters.
func judgeCode(lists *codelist.Lists, name, code string, posted bool, today string) (bool, string) {
	ok, suggestion := lists.Postable(name, code, today)
	if ok || posted {
		return ok, suggestion
	}
	return lists.Has(name, code), suggestion
}
