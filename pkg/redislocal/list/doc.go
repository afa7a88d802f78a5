// Package list is Redis's lists: a ring of strings, constant in time at both ends and by index.
package list
