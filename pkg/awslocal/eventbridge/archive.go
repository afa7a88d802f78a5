package eventbridge

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/eventpattern"
)

var name48 = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,48}$`)

// archive keeps the events of one bus that match its pattern, for a number of days.
type archive struct {
	name, arn, bus, source string
	description            string
	text                   string
	pattern                *eventpattern.Pattern
	retention              time.Duration // 0 means forever
	created                time.Time
	events                 []*event // in the order of their arrival
}

// keep stores an event, unless it came from a replay: archiving those would double the archive with each
// replay.
func (ar *archive) keep(b *bus, e *event) {
	if ar.bus == b.name && e.ReplayName == "" && ar.pattern.Match(e.object) {
		ar.events = append(ar.events, e)
	}
}

// prune drops events past the retention.
func (ar *archive) prune(now time.Time) {
	if ar.retention > 0 {
		ar.events = slices.DeleteFunc(ar.events, func(e *event) bool { return now.Sub(e.ingested) > ar.retention })
	}
}

func (a *account) archive(name string) (*archive, error) {
	if ar := a.archives[name]; ar != nil {
		return ar, nil
	}
	return nil, notFound("Archive %s does not exist.", name)
}

type archiveShape struct {
	ArchiveName, EventSourceArn, State string
	ArchiveArn                         string `json:",omitempty"`
	Description                        string `json:",omitempty"`
	EventPattern                       string `json:",omitempty"`
	RetentionDays                      int
	SizeBytes                          int
	EventCount                         int
	CreationTime                       float64
}

// shape is the description of an archive in ListArchives.
func (ar *archive) shape(now time.Time) archiveShape {
	ar.prune(now)
	size := 0
	for _, e := range ar.events {
		size += len(e.text)
	}
	return archiveShape{
		ArchiveName: ar.name, EventSourceArn: ar.source, State: "ENABLED", RetentionDays: int(ar.retention.Hours() / 24),
		SizeBytes: size, EventCount: len(ar.events), CreationTime: seconds(ar.created),
	}
}

// archiveSettings is the common input of CreateArchive and UpdateArchive.
type archiveSettings struct {
	ArchiveName   string
	Description   *string
	EventPattern  *string
	RetentionDays *int
}

func (in *archiveSettings) apply(ar *archive) error {
	if in.EventPattern != nil {
		p, err := parsePattern(*in.EventPattern)
		if err != nil {
			return err
		}
		ar.text, ar.pattern = *in.EventPattern, p
	}
	if in.RetentionDays != nil {
		if *in.RetentionDays < 0 {
			return member(*in.RetentionDays, "retentionDays", "have value greater than or equal to 0")
		}
		ar.retention = time.Duration(*in.RetentionDays) * 24 * time.Hour
	}
	if in.Description != nil {
		ar.description = *in.Description
	}
	return nil
}

type archiveResult struct {
	ArchiveArn, State string
	CreationTime      float64
}

func (ar *archive) result() archiveResult {
	return archiveResult{ar.arn, "ENABLED", seconds(ar.created)}
}

func (s *Service) createArchive(a *account, in *struct {
	archiveSettings
	EventSourceArn string
}) (any, error) {
	if !name48.MatchString(in.ArchiveName) {
		return nil, member(in.ArchiveName, "archiveName", `satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`)
	}
	b, err := a.bus(in.EventSourceArn)
	if err != nil {
		return nil, err
	}
	if a.archives[in.ArchiveName] != nil {
		return nil, api.Errorf("ResourceAlreadyExistsException", "Archive %s already exists.", in.ArchiveName)
	}
	ar := &archive{
		name: in.ArchiveName, arn: a.arn("archive/" + in.ArchiveName), bus: b.name, source: b.arn, created: s.now(),
		pattern: &eventpattern.Pattern{},
	}
	if err := in.apply(ar); err != nil {
		return nil, err
	}
	a.archives[ar.name] = ar
	return ar.result(), nil
}

func (s *Service) updateArchive(a *account, in *archiveSettings) (any, error) {
	if in.Description == nil && in.EventPattern == nil && in.RetentionDays == nil {
		return nil, validation("At least one of EventPattern, RetentionDays or Description must be provided.")
	}
	ar, err := a.archive(in.ArchiveName)
	if err != nil {
		return nil, err
	}
	if err := in.apply(ar); err != nil {
		return nil, err
	}
	return ar.result(), nil
}

func (s *Service) deleteArchive(a *account, in *struct{ ArchiveName string }) (any, error) {
	if _, err := a.archive(in.ArchiveName); err != nil {
		return nil, err
	}
	delete(a.archives, in.ArchiveName)
	return struct{}{}, nil
}

func (s *Service) describeArchive(a *account, in *struct{ ArchiveName string }) (any, error) {
	ar, err := a.archive(in.ArchiveName)
	if err != nil {
		return nil, err
	}
	shape := ar.shape(s.now())
	shape.ArchiveArn, shape.Description, shape.EventPattern = ar.arn, ar.description, ar.text
	return shape, nil
}

func (s *Service) listArchives(a *account, in *struct {
	NamePrefix, EventSourceArn, State string
	page
}) (any, error) {
	if in.EventSourceArn != "" {
		if _, err := a.bus(in.EventSourceArn); err != nil {
			return nil, err
		}
	}
	names, next, err := list(a.archives, in.page, func(name string, ar *archive) bool {
		return strings.HasPrefix(name, in.NamePrefix) && (in.EventSourceArn == "" || in.EventSourceArn == ar.source) &&
			(in.State == "" || in.State == "ENABLED")
	})
	if err != nil {
		return nil, err
	}
	out := struct {
		Archives  []archiveShape
		NextToken string `json:",omitempty"`
	}{[]archiveShape{}, next}
	for _, name := range names {
		out.Archives = append(out.Archives, a.archives[name].shape(s.now()))
	}
	return out, nil
}
