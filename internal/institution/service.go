package institution

import (
	"context"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/codelist"
	"xiaobao/internal/inventory"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Settings are what an installation says of itself.
type Settings struct {
	Zone           *time.Location
	Calendar       *calendar.Calendar
	Currency       string
	Languages      []string // the default first
	BodyMax        int64
	BatchBodyMax   int64
	Version        string
	ContractSHA256 string
	Lists          *codelist.Lists
	Inventory      inventory.Inventory
}

// Service answers who and what.
type Service struct {
	db       *store.DB
	rights   *authz.InForce
	settings Settings
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce, settings Settings) *Service {
	return &Service{db: db, rights: rights, settings: settings}
}

type about struct {
	Name  string
	Today calendar.Date
}

// About tells the institution's name and its present date.
func (s *Service) About(ctx context.Context) (about, error) {
	return store.Read(ctx, s.db, func(v *store.View) (about, error) {
		i, err := organisation.LoadInstitution(v)
		return about{i.Name, calendar.DateOf(v.Now(), s.settings.Zone)}, err
	})
}

// Me is the caller with what she may do.
type Me struct {
	Actor          actor.Actor
	DepartmentName string
	Held           []authz.Held
}

// Me tells the caller who she is.
func (s *Service) Me(ctx context.Context) (Me, error) {
	who := actor.From(ctx)
	me := Me{Actor: who, Held: s.rights.Current().Held(who)}
	names, err := store.Read(ctx, s.db, func(v *store.View) (organisation.Names, error) { return organisation.NamesOf(v, who.DepartmentID) })
	me.DepartmentName = names[who.DepartmentID]
	return me, err
}
