package asl

import (
	"errors"
	"math/rand/v2"
)

const maxRange = 1000 // elements

var errNotArray = errors.New("the first argument must be an array")

func array(arguments []any, _ rand.Source) (any, error) { return arguments, nil }

func arrayContains(arguments []any, _ rand.Source) (any, error) {
	list, ok := arguments[0].([]any)
	if !ok {
		return nil, errNotArray
	}
	return contains(arguments[1], list), nil
}

func arrayGetItem(arguments []any, _ rand.Source) (any, error) {
	list, ok := arguments[0].([]any)
	if !ok {
		return nil, errNotArray
	}
	i, err := integer(arguments[1])
	if err != nil {
		return nil, err
	}
	if i < 0 || i >= int64(len(list)) {
		return nil, errors.New("the index is out of the array's bounds")
	}
	return list[i], nil
}

func arrayLength(arguments []any, _ rand.Source) (any, error) {
	list, ok := arguments[0].([]any)
	if !ok {
		return nil, errNotArray
	}
	return number(len(list)), nil
}

func arrayPartition(arguments []any, _ rand.Source) (any, error) {
	list, ok := arguments[0].([]any)
	if !ok {
		return nil, errNotArray
	}
	n, err := integer(arguments[1])
	if err != nil {
		return nil, err
	}
	if n <= 0 {
		return nil, errors.New("the chunk size must be positive")
	}
	chunks := []any{}
	for len(list) > 0 {
		chunk := list[:min(int64(len(list)), n)]
		chunks = append(chunks, chunk)
		list = list[len(chunk):]
	}
	return chunks, nil
}

func arrayRange(arguments []any, _ rand.Source) (any, error) {
	first, err := integer(arguments[0])
	if err != nil {
		return nil, err
	}
	last, err := integer(arguments[1])
	if err != nil {
		return nil, err
	}
	step, err := integer(arguments[2])
	if err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, errors.New("the increment must not be zero")
	}
	values := []any{}
	for i := first; step > 0 && i <= last || step < 0 && i >= last; i += step {
		if len(values) == maxRange {
			return nil, errors.New("the range has more than 1000 elements")
		}
		values = append(values, number(int(i)))
	}
	return values, nil
}

func arrayUnique(arguments []any, _ rand.Source) (any, error) {
	list, ok := arguments[0].([]any)
	if !ok {
		return nil, errNotArray
	}
	seen := map[string]bool{}
	unique := []any{}
	for _, v := range list {
		if key := Encode(v); !seen[key] {
			seen[key] = true
			unique = append(unique, v)
		}
	}
	return unique, nil
}
