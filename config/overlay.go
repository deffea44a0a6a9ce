package config

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// overlay reads from the upper file system what is there, and from the lower what is not.
type overlay struct{ upper, lower fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.upper.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.lower.Open(name)
	}
	return f, err
}

// ReadDir lists both, each name once.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.upper, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	lower, err := fs.ReadDir(o.lower, name)
	if err != nil && (!errors.Is(err, fs.ErrNotExist) || len(all) == 0) {
		return nil, err
	}
	for _, entry := range lower {
		if !slices.ContainsFunc(all, func(e fs.DirEntry) bool { return e.Name() == entry.Name() }) {
			all = append(all, entry)
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}
