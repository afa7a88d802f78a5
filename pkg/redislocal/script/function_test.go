package script

import (
	"strconv"
	"strings"
	"testing"
)

const lib = "#!lua name=lib\n" +
	"local n = 0\n" +
	"redis.register_function('count', function(keys, args) n = n + 1 return n end)\n" +
	"redis.register_function{function_name='echo', callback=function(keys, args) return {keys[1], args[1]} end, " +
	"description='says it', flags={'no-writes'}}\n" +
	"redis.register_function('set', function(keys, args) return redis.call('SET', keys[1], args[1]) end)"

func TestFunctions(t *testing.T) {
	p := start(t)
	if got := p.Send("FUNCTION", "LOAD", lib); got != `"lib"` {
		t.Fatal(got)
	}
	p.Wants(
		"FCALL count 0", "1",
		"FCALL count 0", "2",
		"FCALL_RO echo 1 k a", `["k" "a"]`,
		"FCALL set 1 k a", "+OK",
		"GET k", `"a"`,
		"FCALL_RO set 1 k a", "-ERR Can not execute a script with write flag using *_ro command.",
		"FCALL none 0", "-ERR Function not found",
		"FCALL echo x", "-ERR Bad number of keys provided",
		"FCALL echo 2 k", "-ERR Number of keys can't be greater than number of args",
		"FCALL echo -1 k", "-ERR Number of keys can't be negative",
		"FUNCTION LIST", `[["library_name" "lib" "engine" "LUA" "functions" [`+
			`["name" "count" "description" nil "flags" []] `+
			`["name" "echo" "description" "says it" "flags" [+no-writes]] `+
			`["name" "set" "description" nil "flags" []]]]]`,
		"FUNCTION LIST LIBRARYNAME x*", "[]",
		"FUNCTION LIST LIBRARYNAME", "-ERR library name argument was not given",
		"FUNCTION LIST x", "-ERR Unknown argument x",
		"FUNCTION STATS", `["running_script" nil "engines" ["LUA" ["libraries_count" 1 "functions_count" 3]]]`,
		"FUNCTION KILL", "-NOTBUSY No scripts in execution right now.",
		"FUNCTION DELETE x", "-ERR Library not found",
		"FUNCTION FLUSH NOW", "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option",
		"FUNCTION DELETE lib", "+OK",
		"FCALL count 0", "-ERR Function not found",
	)
}

func TestFunctionsInRESP3(t *testing.T) {
	p := start(t)
	p.Do("HELLO 3")
	p.Send("FUNCTION", "LOAD", "#!lua name=a\nredis.register_function('f', function() return redis.setresp end)")
	p.Wants(
		"FUNCTION LIST", `[{"library_name": "a", "engine": "LUA", "functions": [`+
			`{"name": "f", "description": nil, "flags": ~[]}]}]`,
		"FUNCTION STATS", `{"running_script": nil, "engines": {"LUA": {"libraries_count": 1, "functions_count": 1}}}`,
	)
}

func TestLibrariesThatAreRefused(t *testing.T) {
	p := start(t)
	p.Send("FUNCTION", "LOAD", lib)
	const f = "redis.register_function('f', function() end)"
	for code, want := range map[string]string{
		lib:                             "Library 'lib' already exists",
		f:                               "Missing library metadata",
		"#!lua":                         "Invalid library metadata",
		"#!lua\n" + f:                   "Library name was not given",
		"#!lua name=a-b\n" + f:          errName,
		"#!lua name=a name=b\n" + f:     "Invalid metadata value, name argument was given multiple times",
		"#!lua name=a x=1\n" + f:        "Invalid metadata value given: x=1",
		"#!js name=a\n" + f:             "Engine 'js' not found",
		"#!lua name=a\nreturn 1":        "No functions registered",
		"#!lua name=a\nreturn (":        "Error compiling function: user_function:2: unexpected symbol near '<eof>'",
		"#!lua name=a\nerror('x')":      "Error registering functions: user_function:2: x",
		"#!lua name=a\n" + f + "\n" + f: "Error registering functions: ERR Function already exists in the library",
		"#!lua name=a\nredis.register_function('count', function() end)": "Function count already exists",
		"#!lua name=a\nredis.call('PING')": "Error registering functions: user_function:2: " +
			"Script attempted to access nonexistent global variable 'call'",
		"#!lua name=a\nredis.register_function('f', 1)": "Error registering functions: " +
			"ERR second argument to redis.register_function must be a function",
		"#!lua name=a\nredis.register_function{function_name='f', callback=pcall, flags={'x'}}": "" +
			"Error registering functions: ERR unknown flag given",
	} {
		if got := p.Send("FUNCTION", "LOAD", code); got != "-ERR "+want {
			t.Errorf("%s\n got %s\nwant %s", code, got, want)
		}
	}
	p.Wants(
		"FUNCTION LOAD x y", "-ERR Unknown option given: x",
		"EVAL 'redis.register_function(\"f\", function() end)' 0",
		"-ERR redis.register_function can only be called on FUNCTION LOAD command"+
			at(`redis.register_function("f", function() end)`),
	)
	got := p.Send("FUNCTION", "LOAD", "#!lua name=a\n"+forever)
	if got != "-ERR Error registering functions: ERR FUNCTION LOAD timeout" {
		t.Error(got)
	}
}

func TestFunctionsAreDumpedAndRestored(t *testing.T) {
	p := start(t)
	long := "#!lua name=long\nredis.register_function('f', function() return 1 end)--" + strings.Repeat("x", 20_000)
	p.Send("FUNCTION", "LOAD", lib)
	p.Send("FUNCTION", "LOAD", long)
	p.Start("FUNCTION", "DUMP")
	dump, err := strconv.Unquote(p.Receive())
	if err != nil {
		t.Fatal(err)
	}
	p.Wants("FUNCTION FLUSH", "+OK")
	for _, tt := range []struct{ policy, want string }{
		{"", "+OK"}, {"APPEND", "-ERR Library lib already exists"}, {"REPLACE", "+OK"}, {"FLUSH", "+OK"},
		{"x", "-ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE."},
	} {
		args := []string{"FUNCTION", "RESTORE", dump}
		if tt.policy != "" {
			args = append(args, tt.policy)
		}
		if got := p.Send(args...); got != tt.want {
			t.Errorf("%s: %s", tt.policy, got)
		}
	}
	p.Wants("FCALL f 0", "1", "FUNCTION RESTORE x", "-ERR DUMP payload version or checksum are wrong")
	got := p.Send("FUNCTION", "RESTORE", dump[:len(dump)-1]+"x")
	if got != "-ERR DUMP payload version or checksum are wrong" {
		t.Error(got)
	}
}

func TestAStuckFunctionIsKilled(t *testing.T) {
	p := start(t)
	p.Engine.Exclusive(func() { p.Engine.Config.Set("busy-reply-threshold", "20") })
	p.Send("FUNCTION", "LOAD", "#!lua name=a\nredis.register_function('f', function() "+forever+" end)")
	other := p.Connect(t)
	p.Start("FCALL", "f", "0")
	for !strings.HasPrefix(other.Do("GET k"), "-BUSY") {
	}
	const running = `["running_script" ["name" "f" "command" ["FCALL" "f" "0"] "duration_ms" 0]`
	if got := other.Do("FUNCTION STATS"); !strings.HasPrefix(got, running) {
		t.Error(got)
	}
	other.Wants("SCRIPT KILL", "-"+string(errBusyFunction), "FUNCTION KILL", "+OK")
	if got := p.Receive(); got != "-ERR "+errKilled.Error()+" script: f, on @user_function:2." {
		t.Error(got)
	}
}
