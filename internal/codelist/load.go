package codelist

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/spelling"
)

const extension = ".yaml"

// Load reads the code lists of the file systems, each file NAME.yaml at a root being the list NAME. The first file
// system is the one that ships; a list of a later one replaces the whole list of the same name. The error joins every
// fault of every file, each a line that begins with the file's name.
func Load(layers ...fs.FS) (*Lists, error) {
	lists := &Lists{byName: map[string]List{}}
	var faults []error
	for i, layer := range layers {
		read, wrong := readAll(layer)
		faults = append(faults, wrong...)
		for _, list := range read {
			if i > 0 {
				faults = append(faults, in(list.Name+extension, lists.checkReplacement(&list))...)
			}
			lists.byName[list.Name] = list
		}
	}
	faults = append(faults, in(causes+extension, lists.checkRights())...)
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return lists, nil
}

// readAll returns the sound lists of one file system and the faults of the others.
func readAll(files fs.FS) (lists []List, faults []error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, []error{fmt.Errorf("code lists: %w", err)}
	}
	for _, entry := range entries {
		switch path.Ext(entry.Name()) {
		case ".yml", ".YAML", ".YML":
			// Skipped in silence it would leave the shipped list in force, and nobody would know.
			faults = append(faults, fmt.Errorf("%s: the name of a code list ends in %s", entry.Name(), extension))
		case extension:
			list, wrong := readOne(files, entry.Name())
			if len(wrong) > 0 {
				faults = append(faults, wrong...)
				continue
			}
			lists = append(lists, list)
		}
	}
	return lists, faults
}

func readOne(files fs.FS, file string) (List, []error) {
	raw, err := fs.ReadFile(files, file)
	if err != nil {
		return List{}, []error{fmt.Errorf("%s: %w", file, err)}
	}
	list, err := parse(raw)
	if err != nil {
		return List{}, []error{fmt.Errorf("%s: %w", file, err)}
	}
	return list, in(file, list.check(strings.TrimSuffix(file, extension)))
}

// in makes errors of the sentences about a file.
func in(file string, sentences []string) (faults []error) {
	for _, sentence := range sentences {
		faults = append(faults, fmt.Errorf("%s: %s", file, sentence))
	}
	return faults
}

func parse(raw []byte) (List, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	var list List
	err := decoder.Decode(&list)
	if errors.Is(err, io.EOF) {
		return List{}, errors.New("the file is empty")
	}
	if err != nil {
		return List{}, err
	}
	// A second document would be dropped in silence.
	err = decoder.Decode(new(yaml.Node))
	if !errors.Is(err, io.EOF) {
		return List{}, errors.New("the file holds more than one document")
	}
	sum := sha256.Sum256(raw)
	list.Digest = hex.EncodeToString(sum[:])
	list.index = make(map[string]int, len(list.Items))
	for i := range list.Items {
		item := &list.Items[i]
		if item.Standard == "" {
			item.Standard = list.Standard
		}
		_, twice := list.index[item.Code]
		if !twice && item.Code != "" {
			list.index[item.Code] = i
		}
	}
	return list, nil
}

// checkReplacement tells what is wrong with a list that takes the place of one already read, and lets it inherit that
// the program decides by its codes.
func (ls *Lists) checkReplacement(list *List) (faults []string) {
	wrong := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	shipped, known := ls.byName[list.Name]
	if !known {
		wrong("there is no such code list to replace%s", ls.didYouMean(list.Name))
		return faults
	}
	if !shipped.Required {
		return nil
	}
	list.Required = true
	for _, item := range shipped.Items {
		own, kept := list.Item(item.Code)
		switch {
		case !kept:
			wrong("%s: the program decides by this code, so it has to stay in the list", item.Code)
		case own.ValidFrom != item.ValidFrom || own.ValidTo != item.ValidTo:
			wrong("%s: the program decides by this code, so its validity cannot be changed", item.Code)
		}
	}
	return faults
}

func (ls *Lists) didYouMean(name string) string {
	suggestion := spelling.Meant(name, ls.Names())
	if suggestion == "" {
		return ""
	}
	return "; did you mean " + suggestion + "?"
}
