package calendar

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A file of the holidays of one year, as the project holiday-cn publishes them (MIT, config/calendars/LICENSE).
type yearFile struct {
	Year int `json:"year"`
	Days []struct {
		Name string `json:"name"`
		Date string `json:"date"`
		Off  *bool  `json:"isOffDay"` // a pointer: a missing word must not turn a holiday into a workday
	} `json:"days"`
}

// Load reads every calendars/*.json of the configuration into one calendar, because the file of a year may hold days of
// its neighbours. A year whose file holds no day is not loaded. The error joins all faults of all files.
func Load(files fs.FS) (*Calendar, error) {
	names, err := fs.Glob(files, "calendars/*.json")
	if err != nil {
		return nil, err
	}
	c := &Calendar{special: map[Date]Day{}, years: map[int]bool{}}
	var faults []error
	for _, name := range names {
		for _, fault := range c.add(files, name) {
			faults = append(faults, fmt.Errorf("%s: %w", name, fault))
		}
	}
	if len(c.years) == 0 {
		faults = append(faults, errors.New("calendars: no year is loaded"))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	c.version = version(c)
	return c, nil
}

func (c *Calendar) add(files fs.FS, name string) []error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return []error{err}
	}
	var file yearFile
	err = json.Unmarshal(text, &file)
	if err != nil {
		return []error{err}
	}
	var faults []error
	if strconv.Itoa(file.Year)+".json" != path.Base(name) {
		faults = append(faults, fmt.Errorf("the year inside is %d", file.Year))
	}
	for i, day := range file.Days {
		on, err := Parse(day.Date)
		if err != nil || on.Year() < file.Year-1 || on.Year() > file.Year+1 {
			faults = append(faults, fmt.Errorf("days[%d]: date %q is no day of %d or next to it", i, day.Date, file.Year))
			continue
		}
		if day.Off == nil || day.Name == "" {
			faults = append(faults, fmt.Errorf("days[%d]: %s needs name and isOffDay", i, on))
			continue
		}
		meant := Day{Kind: MakeUpWorkday, Name: day.Name}
		if *day.Off {
			meant.Kind = Holiday
		}
		if other, ok := c.special[on]; ok && other != meant {
			faults = append(faults, fmt.Errorf("days[%d]: %s is %s here and %s elsewhere", i, on, meant.Kind, other.Kind))
		}
		c.special[on] = meant
		c.years[file.Year] = true
	}
	return faults
}

func version(c *Calendar) string {
	lines := make([]string, 0, len(c.special))
	for on, day := range c.special {
		lines = append(lines, fmt.Sprintln(on, day.Kind, day.Name))
	}
	slices.Sort(lines)
	newest := 0
	for year := range c.years {
		newest = max(newest, year)
	}
	return fmt.Sprintf("%d-%.4x", newest, sha256.Sum256([]byte(strings.Join(lines, ""))))
}
