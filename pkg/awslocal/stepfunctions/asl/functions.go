package asl

import (
	"math/rand/v2"
)

// function is an intrinsic function.
type function struct {
	least, most int  // arguments
	raw         bool // the first argument keeps its escapes, if it is literal
	apply       func(arguments []any, random rand.Source) (any, error)
}

// functions are all of the language, by name.
var functions = map[string]function{
	"States.Array":          {0, maxDefinitionArguments, false, array},
	"States.ArrayContains":  {2, 2, false, arrayContains},
	"States.ArrayGetItem":   {2, 2, false, arrayGetItem},
	"States.ArrayLength":    {1, 1, false, arrayLength},
	"States.ArrayPartition": {2, 2, false, arrayPartition},
	"States.ArrayRange":     {3, 3, false, arrayRange},
	"States.ArrayUnique":    {1, 1, false, arrayUnique},
	"States.Base64Decode":   {1, 1, false, base64Decode},
	"States.Base64Encode":   {1, 1, false, base64Encode},
	"States.Format":         {1, maxDefinitionArguments, true, format},
	"States.Hash":           {2, 2, false, hashOf},
	"States.JsonMerge":      {3, 3, false, jsonMerge},
	"States.JsonToString":   {1, 1, false, jsonToString},
	"States.MathAdd":        {2, 2, false, mathAdd},
	"States.MathRandom":     {2, 3, false, mathRandom},
	"States.StringSplit":    {2, 2, false, stringSplit},
	"States.StringToJson":   {1, 1, false, stringToJSON},
	"States.UUID":           {0, 0, false, uuid},
}

const maxDefinitionArguments = MaxDefinition // as many as a definition has room for
