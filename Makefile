GO ?= go
LABS = ./labs/crashlab
BIN = bin/crashlab

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run the first lab on the embedded stack or on containers, whichever is here
	$(GO) run $(LABS) run dlq

.PHONY: test
test: ## run every test that needs nothing but Go, in real and in virtual time
	scripts/test

.PHONY: race
race: lint ## lint, and run every test with the race detector, which needs a C compiler
	scripts/race

.PHONY: lint
lint: ## golangci-lint (.golangci.yml), and spelling
	scripts/lint

.PHONY: e2e
e2e: ## run what needs Docker: conformance and the labs on containers
	scripts/e2e

.PHONY: clients
clients: ## try boto3, the AWS CLI, kcat, redis-cli, redis-py and RQ against the embedded stack
	scripts/clients/run

.PHONY: images
images: ## build the three images from package registries, where no image can be pulled
	scripts/images

.PHONY: bench
bench: ## run the benchmarks
	scripts/bench

.PHONY: soak
soak: ## smoke 200 times beside busy loops: do verdicts depend on the machine's load?
	scripts/soak

.PHONY: mutants
mutants: ## plant bugs one by one: does a lab or a test notice each? (hours)
	scripts/mutants

.PHONY: build
build: $(BIN) ## build bin/crashlab, and bin/crashlab-virtual for virtual time
	$(BIN) virtual --output $(BIN)-virtual

.PHONY: $(BIN)
$(BIN):
	$(GO) build -o $@ $(LABS)

.PHONY: up
up: ## start a stack of containers that later runs find and use
	$(GO) run $(LABS) up --backend containers --detach

.PHONY: clean
clean: ## remove what is built, and containers that any run left behind
	rm -rf bin artifacts
	$(GO) run $(LABS) clean
