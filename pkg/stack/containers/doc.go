// Package containers provides the three dependencies as containers of the local Docker engine, or of
// Podman, which is found where docker's own command would look and then where others put theirs:
// LocalStack or any emulator that takes its place, Kafka with one or more nodes, and Redis. Ports
// are published on 127.0.0.1 only and stay the same when a container is killed and started.
//
// Nothing outlives a run. Every object bears the label crashlab=1 and the run's id. Close removes
// them; a start that fails removes what it had started; and where the process is killed before it
// can, a watcher, which is the same program started again before the first container, removes them
// and exits. Testcontainers' own reaper is not used: its image may not be had where images are
// built locally, and it would take a warm stack for a leftover.
//
// Nothing waits for ever: every call to the engine has a deadline, as has a dependency to answer, and
// an engine whose ports can't be reached from here is found out. TestEngineStates is the table of what
// is said then. Testcontainers creates the containers through our connection, and sees nothing of the
// settings that the user may have for it.
//
// A warm stack (Keep) belongs to no process: it stays until Clean, and Find hands it to later runs.
// Several may use it at once. Their claims on it, volumes without content whose labels say who, since
// when and whether alone, keep a run that disturbs everybody apart from the others, keep Clean from
// removing what is in use, and tell whoever comes next what a run that was killed has left.
//
// As on the embedded backend, LocalStack and Redis run without persistence and come back empty
// after Kill, and Kafka comes back with its log.
package containers
