package apiclient

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/fault"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

var (
	readClient   = authz.Question{Object: "api_client", Act: "read"}
	createClient = authz.Question{Object: "api_client", Act: "create"}
	updateClient = authz.Question{Object: "api_client", Act: "update"}
)

// ShownClient is a client with the name of its department.
type ShownClient struct {
	Client
	Department string
}

// ListClients returns the clients that the caller may read.
func (s *Service) ListClients(ctx context.Context, p store.Page) (store.List[ShownClient], error) {
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownClient], error) {
		l, err := s.listClients(v, actor.From(ctx), p)
		if err != nil {
			return store.List[ShownClient]{}, err
		}
		var departments []string
		for _, r := range l.Rows {
			departments = append(departments, r.DepartmentID)
		}
		names, err := organisation.NamesOf(v, departments...)
		if err != nil {
			return store.List[ShownClient]{}, err
		}
		return store.Shown(l, func(r clientRow) (ShownClient, error) { return ShownClient{r.toDomain(), names[r.DepartmentID]}, nil })
	})
}

// GetClient returns a client. Returns ClientNotFound.
func (s *Service) GetClient(ctx context.Context, id string) (ShownClient, error) {
	return store.Read(ctx, s.db, func(v *store.View) (ShownClient, error) {
		c, err := s.readableClient(v, actor.From(ctx), id)
		if err != nil {
			return ShownClient{}, err
		}
		names, err := organisation.NamesOf(v, c.DepartmentID)
		return ShownClient{c, names[c.DepartmentID]}, err
	})
}

// readableClient finds a client that somebody may read. Returns ClientNotFound.
func (s *Service) readableClient(v *store.View, who actor.Actor, id string) (Client, error) {
	c, err := loadClient(v, id)
	if err == nil && !s.rights.Current().Scope(who, readClient).Allows(c.row()) {
		return Client{}, ClientNotFound
	}
	return c, err
}

// CreateClient admits a client. Returns nameTaken, fault.RequestInvalid with all faults.
func (s *Service) CreateClient(ctx context.Context, c Client) (id string, err error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		if err := s.rights.Current().Check(tx.Actor(), createClient, c.row()); err != nil {
			return "", err
		}
		items, err := s.clientFaults(&tx.View, c)
		if err != nil {
			return "", err
		}
		if err := fault.Input(items); err != nil {
			return "", err
		}
		made, err := AddClient(tx, c)
		return made.ID, err
	})
}

// ClientFaults are all that is wrong with a new client beyond what its schema says.
func (s *Service) ClientFaults(ctx context.Context, c Client) ([]fault.Item, error) {
	return store.Read(ctx, s.db, func(v *store.View) ([]fault.Item, error) { return s.clientFaults(v, c) })
}

func (s *Service) clientFaults(v *store.View, c Client) ([]fault.Item, error) {
	items := c.faults()
	if c.Kind == Regulator || c.DepartmentID == "" {
		return items, nil
	}
	d, err := organisation.LoadDepartment(v, c.DepartmentID)
	if err == organisation.DepartmentNotFound {
		return append(items, fault.At("#/department_id", fault.NotFoundHere)), nil
	}
	if err == nil && d.Kind != organisation.ConsumerProtection && !d.Accepts(s.rights.Current()) {
		items = append(items, fault.At("#/department_id", cannotAccept))
	}
	return items, err
}

// UpdateClient changes a client. Returns ClientNotFound, store.Stale, nameTaken, fault.RequestInvalid with all faults.
func (s *Service) UpdateClient(ctx context.Context, id string, seen store.Match, p ClientPatch) error {
	return store.Change(ctx, s.db, func(tx *store.Tx) error {
		before, err := s.readableClient(&tx.View, tx.Actor(), id)
		if err != nil {
			return err
		}
		if err := s.rights.Current().Check(tx.Actor(), updateClient, before.row()); err != nil {
			return err
		}
		if err := seen.Required(before.Version); err != nil {
			return err
		}
		after := p.on(before)
		items, err := s.clientFaults(&tx.View, after)
		if err != nil {
			return err
		}
		if err := fault.Input(items); err != nil {
			return err
		}
		after.UpdatedAt = tx.Now()
		return saveClient(tx, "api_client.update", &before, after)
	})
}
