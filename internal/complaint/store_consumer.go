package complaint

import (
	"bytes"
	"errors"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/store"
)

// ErrSeveralConsumers says that what was asked for fits complaints of different consumers.
var ErrSeveralConsumers = errors.New("several consumers share the value")

// IdentityLook is the act of the audit by which identity data was shown unmasked.
var IdentityLook = revealIdentity.String()

// UnmaskedLooks are the acts of the audit by which personal data of a complainant was shown unmasked.
func UnmaskedLooks() []string { return []string{lookAction, revealContact.String(), IdentityLook} }

// consumerRow is by what the consumer of a complaint is told from others.
type consumerRow struct {
	ComplaintID                    string
	IDIndex, NameIndex, PhoneIndex []byte
}

// OfConsumer returns the complaints of the consumer with these values, among those that the caller may read. Returns ErrSeveralConsumers when a telephone number alone
// fits several.
func (s *Service) OfConsumer(v *store.View, who actor.Actor, search Search) ([]string, error) {
	q, b, normal := s.consumers(v, who), s.vault("complaint_matter", ""), search.normal()
	if normal["phone"] == "" && normal["id_number"] == "" {
		return nil, nil // without a value, everybody would be found
	}
	for kind, column := range map[string]string{"phone": "m.phone_index", "id_number": "m.id_index"} {
		if index := b.index(kind, normal[kind]); index != nil {
			q = q.Where(column+" = ?", index)
		}
	}
	return oneConsumer(q, normal["id_number"] != "")
}

// OfSameConsumer returns the complaints of a complaint's consumer, among those that the caller may read: those with the same identity number, and, where one
// of the two has none, those with the same name and telephone number. Returns NotFound, or ErrSeveralConsumers when two with numbers of their own are alike in that.
func (s *Service) OfSameConsumer(v *store.View, who actor.Actor, id string) ([]string, error) {
	var rows []consumerRow
	if err := s.consumers(v, who).Where("complaint.id = ?", id).Scan(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, NotFound
	}
	c := rows[0]
	same, args := "complaint.id = ?", []any{id}
	if c.NameIndex != nil && c.PhoneIndex != nil {
		same, args = same+" OR m.name_index = ? AND m.phone_index = ?", append(args, c.NameIndex, c.PhoneIndex)
	}
	if c.IDIndex == nil {
		return oneConsumer(s.consumers(v, who).Where("("+same+")", args...), false)
	}
	if len(args) > 1 {
		same += " AND m.id_index IS NULL" // who has another number is another person
	}
	return oneConsumer(s.consumers(v, who).Where("("+same+" OR m.id_index = ?)", append(args, c.IDIndex)...), true)
}

func (s *Service) consumers(v *store.View, who actor.Actor) *gorm.DB {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	return v.Gorm().Table("complaint").Joins("JOIN complaint_matter m ON m.complaint_id = complaint.id").Where(where, args...).
		Select("complaint.id AS complaint_id, m.id_index, m.name_index, m.phone_index").Order("complaint.id")
}

// oneConsumer returns the complaints that a query finds; unless it is sure whose they are, they may hold no two identity numbers and no two names.
func oneConsumer(q *gorm.DB, sure bool) ([]string, error) {
	var rows []consumerRow
	if err := q.Scan(&rows).Error; err != nil {
		return nil, err
	}
	var known consumerRow
	differ := func(known *[]byte, index []byte) bool {
		if *known == nil {
			*known = index
		}
		return index != nil && !bytes.Equal(*known, index)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ComplaintID
		if !sure && (differ(&known.IDIndex, r.IDIndex) || differ(&known.NameIndex, r.NameIndex)) {
			return nil, ErrSeveralConsumers
		}
	}
	return ids, nil
}
