package app

import (
	"errors"
	"io/fs"

	"xiaobao/config"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/codelist"
	"xiaobao/internal/duty"
	"xiaobao/internal/inventory"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/survey"
)

// given is what an installation is told by its files: what ships, and what the institution has put over it.
type given struct {
	clocks      clock.Reckoner
	rules       *ruleset.Sets
	lists       *codelist.Lists
	required    ruleset.Requirements
	asked       ruleset.Questionnaires
	competences ruleset.Competences
	schemes     ruleset.Schemes
	duties      []duty.Duty
	personal    inventory.Inventory
	letters     survey.Channel
}

// read reads the files of an installation. Returns the faults of all of them, so that an operator mends them in one go.
func read(c config.Config) (given, error) {
	files, g := c.FS(), given{clocks: clock.Reckoner{Zone: c.Zone()}}
	codes, err := fs.Sub(files, "codes")
	if err != nil {
		return g, err
	}
	g.lists, err = codelist.Load(codes)
	if err != nil { // the rest is judged by them
		return g, err
	}
	known := func(list string) func(code string) bool {
		return func(code string) bool { return g.lists.Has(list, code) }
	}
	var faults [9]error
	g.clocks.Calendar, faults[0] = calendar.Load(files)
	g.rules, faults[1] = ruleset.Load(files)
	g.required, faults[2] = ruleset.LoadRequirements(files, known("transaction_kind"))
	g.asked, faults[3] = ruleset.LoadQuestionnaires(files)
	g.competences, faults[4] = ruleset.LoadCompetences(files, known("competence"))
	g.duties, faults[5] = duty.Load(g.lists)
	g.personal, faults[6] = inventory.Load(config.Files, files)
	g.letters, faults[7] = channel(c)
	g.schemes, faults[8] = ruleset.LoadSchemes(files)
	return g, errors.Join(faults[:]...)
}
