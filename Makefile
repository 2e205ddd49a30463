# 'make' alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-recall bench-qdrant eval openapi demo clean database redis qdrant-engine compose

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: ## Start the service and, unless SPRING_DATASOURCE_URL is set, a private PostgreSQL
	@scripts/run

test: database redis qdrant-engine compose ## Run every test, against a real PostgreSQL, a real Redis and Qdrant's engine
	@scripts/mvn verify

check: ## Compile, check the format, run the tests that need no server
	@scripts/mvn test

format: ## Format the Java sources
	@scripts/mvn -q spotless:apply

bench: ## Measure writes, index build, searches compared with pgbench, start and memory; prints tables
	@scripts/bench

bench-recall: ## Measure recall and latency over ef_search by index precision, and exact scans against HNSW
	@scripts/bench-recall

bench-qdrant: ## Measure a collection that Qdrant follows: first copy, searches, recall, lag, cost for writers
	@scripts/bench-qdrant

eval: ## Score search on test collections in BEIR's layout: make eval DATA="folder..." (scripts/eval --help)
	@scripts/eval

openapi: database ## Regenerate docs/openapi.json from the code
	@scripts/mvn -q test -Dtest=OpenApiIT -Dtributary.openapi.update=true

demo: ## Search the text files of a folder three ways: make demo DIR=folder QUESTION="..."
	@scripts/demo

clean: ## Delete the build output; the data of 'make run' stays
	@scripts/mvn -q clean

# Tests take a Docker engine where one answers, else a PostgreSQL of this machine.
database:
	@docker info >/dev/null 2>&1 || scripts/postgres provide

# Tests start a Redis of their own, and stop it in every way.
redis:
	@scripts/redis provide

# Tests start Qdrant's engine too where they have a server: some kill it.
qdrant-engine:
	@scripts/qdrant-engine provide

# A test reads docker-compose*.yml with it.
compose:
	@scripts/compose provide
