package duty

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
)

// HTTP serves the duties' operation of the contract.
type HTTP struct{ service *Service }

// NewHTTP makes the operation.
func NewHTTP(s *Service) *HTTP { return &HTTP{service: s} }

// GetDuties shows whose duty is what, and who was responsible.
func (h *HTTP) GetDuties(ctx context.Context, r api.GetDutiesRequestObject) (api.GetDutiesResponseObject, error) {
	o, err := h.service.Get(ctx, answer.Date(r.Params.AsOf))
	if err != nil {
		return nil, err
	}
	body := api.GetDuties200JSONResponse{AsOf: *answer.Day(o.AsOf), ResponsiblePersons: make([]api.ResponsiblePerson, len(o.Responsible))}
	for i, p := range o.Responsible {
		body.ResponsiblePersons[i] = api.ResponsiblePerson{Department: o.ref(p.UnitID), Office: p.Office, Person: o.ref(p.PersonID), From: p.From, Until: p.Until}
	}
	if o.Matrix != nil {
		m := o.matrix(*o.Matrix)
		body.Matrix = &m
	}
	return body, nil
}

func (o Overview) ref(id string) api.Ref { return api.Ref{ID: id, Name: o.Names[id]} }

func (o Overview) matrix(m Matrix) api.DutyMatrix {
	shown := api.DutyMatrix{PolicyVersion: m.PolicyVersion, Duties: make([]api.Duty, len(m.Duties)), Gaps: make([]api.DutyGap, len(m.Gaps)),
		OfficesWithoutRight: make([]api.OfficeWithoutRight, len(m.Offices)), RightsWithoutDuty: answer.List(m.Unclaimed)}
	for i, d := range m.Duties {
		shown.Duties[i] = api.Duty{Duty: d.Code, Permissions: d.Permissions, Units: make([]api.DutyUnit, len(d.Units))}
		for j, u := range d.Units {
			unit := api.DutyUnit{Department: o.ref(u.UnitID), Holders: make([]api.Ref, len(u.People))}
			for k, id := range u.People {
				unit.Holders[k] = o.ref(id)
			}
			shown.Duties[i].Units[j] = unit
		}
	}
	for i, g := range m.Gaps {
		shown.Gaps[i] = api.DutyGap{Duty: g.Duty, Department: answer.Ref(g.UnitID, o.Names[g.UnitID]), Covered: g.Covered}
	}
	for i, f := range m.Offices {
		shown.OfficesWithoutRight[i] = api.OfficeWithoutRight{Office: f.Role, Person: o.ref(f.PersonID), Department: o.ref(f.UnitID)}
	}
	return shown
}
