package password

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// stored is what a PHC string holds.
type stored struct {
	cost
	salt, key []byte
}

// The bounds of what is read [ours]: a damaged or planted hash must neither take the machine's memory nor be matched by everything.
const (
	maxMemoryKiB = 256 * 1024
	maxPasses    = 16
	maxLanes     = 16
	minSalt      = 8
	minKey       = 16
	maxBytes     = 64 // of salt and key
)

// errUnreadable does not repeat the hash, which is nobody's to see.
var errUnreadable = errors.New("a stored password hash cannot be read")

func (s stored) String() string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, s.memoryKiB, s.passes, s.lanes, enc.EncodeToString(s.salt), enc.EncodeToString(s.key))
}

// parse reads a hash exactly as it is written here, and nothing else.
func parse(hash string) (stored, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		return stored{}, errUnreadable
	}
	var s stored
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &s.memoryKiB, &s.passes, &s.lanes); err != nil {
		return stored{}, errUnreadable
	}
	var errs [2]error
	enc := base64.RawStdEncoding.Strict()
	s.salt, errs[0] = enc.DecodeString(parts[4])
	s.key, errs[1] = enc.DecodeString(parts[5])
	// Whatever the readers above let pass (signs, zeros, another method, text behind the numbers) is not written the same again.
	if errors.Join(errs[:]...) != nil || s.String() != hash || !s.bounded() {
		return stored{}, errUnreadable
	}
	return s, nil
}

func (s stored) bounded() bool {
	return s.lanes >= 1 && s.lanes <= maxLanes && s.passes >= 1 && s.passes <= maxPasses &&
		s.memoryKiB >= 8*uint32(s.lanes) && s.memoryKiB <= maxMemoryKiB && // argon2 needs eight blocks a lane
		len(s.salt) >= minSalt && len(s.salt) <= maxBytes && len(s.key) >= minKey && len(s.key) <= maxBytes
}
