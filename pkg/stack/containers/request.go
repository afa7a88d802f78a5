//go:build !faketime

package containers

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
)

// request turns s into testcontainers' request. network is the run's network, or empty.
func (s spec) request(labels map[string]string, runNetwork string) testcontainers.ContainerRequest {
	inner := network.MustParsePort(fmt.Sprintf("%d/tcp", s.inner))
	all := map[string]string{labelName: s.name, labelPort: strconv.Itoa(s.port)}
	for k, v := range labels {
		all[k] = v
	}
	req := testcontainers.ContainerRequest{
		Image:        s.image,
		Name:         "crashlab-" + labels[labelRun] + "-" + s.name,
		Cmd:          s.cmd,
		Env:          s.env,
		Tmpfs:        s.tmpfs,
		Labels:       all,
		ExposedPorts: []string{inner.String()},
		HostConfigModifier: func(h *container.HostConfig) {
			h.PortBindings = network.PortMap{inner: {{
				HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: strconv.Itoa(s.port),
			}}}
		},
	}
	if runNetwork != "" {
		req.Networks = []string{runNetwork}
		req.NetworkAliases = map[string][]string{runNetwork: {s.name}}
	}
	return req
}
