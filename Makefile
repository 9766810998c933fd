.PHONY: run test bench lint stop

PYTHON ?= python3

# Any of them does all the set-up it needs first, and says so; ARGS are handed on: make test ARGS="tests/cases -x"
run test bench lint stop:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")'
	@$(PYTHON) -m setup $@ $(ARGS)
