package complaint

// Brief is what an answer about a part says of its complaint, so that no second request is needed for the buttons.
type Brief struct {
	ID, Number string
	Stage      Stage
	Version    int64
	Allowed    []string
}

// brief is a complaint in brief, as the caller may see it.
func (s *Service) brief(shown Shown) Brief {
	return Brief{ID: shown.ID, Number: shown.Number, Stage: shown.Stage, Version: shown.Version}
}
