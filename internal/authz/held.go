package authz

import "xiaobao/internal/actor"

// Held is a permission that an actor holds, with the stages and rows to which it extends.
type Held struct {
	Permission string
	Stages     []string // "*" is any
	Scopes     []string
}

// Held lists all that an actor may do somewhere, in the order of the vocabulary.
func (e *Engine) Held(a actor.Actor) []Held {
	var all []Held
	for _, o := range objects {
		for _, act := range o.acts {
			q := Question{Object: o.name, Act: act}
			if h, ok := e.Scope(a, q).held(q); ok {
				all = append(all, h)
			}
		}
	}
	return all
}

func (f Filter) held(q Question) (Held, bool) {
	h := Held{Permission: q.String()}
	var union stageSet
	for s := range scopeCount {
		if f.granted[s] != 0 {
			union |= f.granted[s]
			h.Scopes = append(h.Scopes, scopes[s].code)
		}
	}
	if union&anyStage != 0 {
		h.Stages = []string{anything}
		return h, true
	}
	for i, w := range stages {
		if union&stageBit(i) != 0 {
			h.Stages = append(h.Stages, w.code)
		}
	}
	return h, union != 0
}
