package geo

import (
	"math"
	"testing"
)

// The distances are Redis's own, to the last digit.
func TestExactDistance(t *testing.T) {
	for _, tt := range []struct{ lon1, lat1, lon2, lat2, want float64 }{
		{13.361389, 38.115556, 15.087269, 37.502669, 166274.25779140723},
		{0, 0, 180, 0.5, 19965120.850000173},
		{-122.5, 37.7, 139.7, 35.6, 8276875.873501168},
		{10, 80, -170, 85, 1668394.5000000137},
		{1e-07, 0, 0, 1e-07, 0.015729774195257982},
		{5, -85, 5.5, 84.9, 18897359.090545513},
		{5, 5, 5, 5, 0},
	} {
		if got := exactDistance(tt.lon1, tt.lat1, tt.lon2, tt.lat2); got != tt.want {
			t.Errorf("%v: %v, want %v", tt, got, tt.want)
		}
		if fast := distance(tt.lon1, tt.lat1, tt.lon2, tt.lat2); math.Abs(fast-tt.want) > 1e-8*(1+tt.want) {
			t.Errorf("%v: %v", tt, fast)
		}
	}
}
