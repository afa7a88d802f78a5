package lambda

import "context"

func (s *Service) checkStream(source target) error {
	return invalid("The embedded AWS has no event source mappings for %s.", source.service)
}

func (s *Service) startStream(context.Context, *mapping, *mapping) {}
