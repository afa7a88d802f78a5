//go:build !race

package labtest

const judged = true
