package nearest

import "testing"

func TestSuggest(t *testing.T) {
	names := []string{"poison", "worker-crash", "lost-response", "kafka-cut", "redis-down"}
	for word, want := range map[string]string{
		"poisn":     "did you mean poison?",
		"Redis-Dwn": "did you mean redis-down?",
		"kafkacut":  "did you mean kafka-cut?",
		"x":         "there are kafka-cut, lost-response, poison, redis-down, worker-crash",
	} {
		if got := Suggest(word, names); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", word, got, want)
		}
	}
}
