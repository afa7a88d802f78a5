// Package containers provides the three dependencies as containers of a local Docker or Podman engine:
// LocalStack or another emulator of AWS, Kafka with one or more nodes, and Redis. It looks for the engine
// where the docker command would, and then at the usual sockets of other engines. Ports are published on
// 127.0.0.1 only. They stay the same when a container is killed and restarted.
//
// Nothing outlives a run. Every object has the label crashlab=1 and the run's ID. Close removes them, and a
// start that fails removes what it had started. If the process is killed first, a watcher removes them: the
// same program, started again before the first container. Testcontainers' own reaper is not used. Its image
// may be missing where images are built locally, and it would remove a warm stack.
//
// Nothing waits forever. Every call to the engine has a deadline, and so has a dependency's first answer. An
// engine whose ports can't be reached from here is detected. TestEngineStates is the table of the messages.
// Testcontainers creates the containers through our connection and does not see the user's settings for it.
//
// A warm stack (Keep) belongs to no process: it stays until Clean, and Find hands it to later runs. Several
// runs may use it at once. Each posts a claim, an empty volume whose labels give its owner, its start and
// whether it needs the stack alone. Claims separate a run that disturbs others from the rest, keep Clean from
// removing a stack in use, and tell the next run what a killed one has left.
//
// As on the embedded backend, LocalStack and Redis run without persistence and come back empty after Kill;
// Kafka comes back with its log.
package containers
