package institution

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/fault"
)

// GetInformationInventory shows the list.
func (h *HTTP) GetInformationInventory(_ context.Context, _ api.GetInformationInventoryRequestObject) (api.GetInformationInventoryResponseObject, error) {
	i := h.service.settings.Inventory
	body := api.GetInformationInventory200JSONResponse{Version: i.Version, ClassSource: *words(i.ClassSource), LevelSource: *words(i.LevelSource), Data: make([]api.InformationItem, len(i.Items))}
	for n, item := range i.Items {
		row := api.InformationItem{Column: answer.Text(item.Column), Item: *words(item.Name), Properties: answer.List(item.Properties), Class: answer.Text(item.Class), Level: answer.Text(item.Level),
			Purposes: make([]string, len(item.Purposes)), Bases: answer.List(item.Bases()), Collected: words(item.Collected), Recipients: words(item.Recipients)}
		for m, p := range item.Purposes {
			row.Purposes[m] = string(p)
		}
		if r := item.Retention; r != nil {
			row.Retention = &api.InformationRetention{Years: int32(r.Years), From: *words(r.From), Official: r.Official, Source: *words(r.Source)}
		}
		body.Data[n] = row
	}
	return body, nil
}

// words are a text of an answer in both languages: null when nothing is known.
func words(w fault.Words) *api.Labels {
	if w.EN == "" {
		return nil
	}
	both := answer.Labels(w)
	return &both
}
