package bench

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	docker "github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
)

// localStack is a LocalStack container with the engine to itself.
type localStack struct {
	url string
	cpu func() float64 // seconds of processor time that the container has used
}

// startLocalStack starts it, or returns the reason why it can't.
func startLocalStack(b *testing.B) (*localStack, string) {
	images := containers.Images{}.FromEnv(os.Getenv)
	health := containers.Examine(b.Context(), images)
	if health.Err != nil {
		return nil, health.Err.Error()
	}
	if !health.Ready() {
		return nil, "these images are not here: " + health.Absent()
	}
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	st, err := containers.Start(ctx, containers.Config{Images: images})
	if err != nil {
		return nil, err.Error()
	}
	b.Cleanup(func() {
		if err := st.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	for _, idler := range []string{stack.Kafka, stack.Redis} { // they would only take time from it
		if err := st.Processes[idler].Kill(ctx); err != nil {
			b.Fatal(err)
		}
	}
	return &localStack{url: st.AWS.URL, cpu: containerCPU(b, health.Host, st.AWS.URL)}, ""
}

// containerCPU returns a function that reads the processor time of the container behind url.
func containerCPU(b *testing.B, host, at string) func() float64 {
	engine := must[*docker.Client](b)(docker.New(docker.FromEnv, docker.WithHost(host)))
	b.Cleanup(func() { engine.Close() })
	port := must[*url.URL](b)(url.Parse(at)).Port()
	filters := make(docker.Filters).Add("label", "crashlab.port="+port)
	found := must[docker.ContainerListResult](b)(engine.ContainerList(b.Context(),
		docker.ContainerListOptions{Filters: filters}))
	if len(found.Items) != 1 {
		b.Fatalf("%d containers answer at port %s", len(found.Items), port)
	}
	id := found.Items[0].ID
	return func() float64 {
		stats := must[docker.ContainerStatsResult](b)(engine.ContainerStats(b.Context(), id, docker.ContainerStatsOptions{}))
		defer stats.Body.Close()
		var s container.StatsResponse
		if err := json.NewDecoder(stats.Body).Decode(&s); err != nil {
			b.Fatal(err)
		}
		return float64(s.CPUStats.CPUUsage.TotalUsage) / 1e9
	}
}
