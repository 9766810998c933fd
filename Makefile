.PHONY: run test test-browser bench lint stop proof-verbs proof-kills proof-api proof-assignment proof-history proof-import proof-freshness proof-frames proof-coverage proof-field proof-ledger

PYTHON ?= python3

# Any of them does all the set-up it needs first, and says so; ARGS are handed on: make test ARGS="tests/cases -x"
run test test-browser bench lint stop:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")'
	@$(PYTHON) -m setup $@ $(ARGS)

# A million points, three ways, compared one by one: an hour's work at most, after any other target has set up.
proof-assignment:
	@.venv/bin/python -m bench.proof

# A million rows from a file into a database that is thrown away; memory must not grow.
proof-import:
	@.venv/bin/python -m bench.importing

# A million events sealed and verified, and four writers beside somebody who seals.
proof-history:
	@.venv/bin/python -m bench.sealing

# Every verb by everybody in every state, through the API and the page; hostile words in every field; and random people
# at work for 100,000 steps: half an hour on two cores.
proof-verbs:
	@VERB_MATRIX=full VERB_WORDS=all MACHINE_RUNS=$${MACHINE_RUNS:-2000} $(MAKE) --no-print-directory test \
		ARGS="-n auto --maxprocesses 4 --dist worksteal tests/cases/test_verb_matrix.py tests/cases/test_verb_inputs.py \
			tests/cases/test_state_machine.py"

# Many more generated requests than make test has time for.
proof-api:
	@API_EXAMPLES=1000 $(MAKE) --no-print-directory test ARGS="tests/test_schema.py"

# Two hundred kills of web worker, web server and database while people act; a cluster and a server of its own.
proof-kills:
	@.venv/bin/python -m bench.killing

# Ten thousand random writes; after every two hundred no tile of any zoom may be stale, for three people.
proof-freshness:
	@FRESH_ROUNDS=50 FRESH_WRITES=200 $(MAKE) --no-print-directory test ARGS="tests/cases/test_fresh_tiles.py -k random"

# The console with a processor four times slower, up to 100,000 points in view: long tasks, keys and frames.
proof-frames:
	@$(MAKE) --no-print-directory bench ARGS=frames

# Three hundred random small cities: coverage beside the domain page worked out again with shapely.
proof-coverage:
	@COVERAGE_CITIES=$${COVERAGE_CITIES:-300} $(MAKE) --no-print-directory test ARGS="tests/cases/test_coverage.py -k random"

# A thousand random histories of five phones, each delivered in three orders; and a thousand records fifty times at once.
proof-field:
	@HISTORIES=$${HISTORIES:-1000} DUPLICATES=$${DUPLICATES:-1000} $(MAKE) --no-print-directory test \
		ARGS="-n auto --maxprocesses 4 --dist worksteal tests/cases/field/test_histories.py tests/cases/field/test_duplicates.py"

# The ledger's files opened by LibreOffice, a thousand hostile texts in every column of words; and a million lines written
# at constant memory, in a copy of the bench's database that is thrown away.
proof-ledger:
	@command -v soffice >/dev/null || { echo "LibreOffice is missing: install libreoffice-calc."; exit 1; }
	@LEDGER_OFFICE=1 $(MAKE) --no-print-directory test ARGS="tests/oversight/test_ledger_opened.py"
	@.venv/bin/python -m bench.ledger
