# Everything a person types. `make briefing` and `make test` need only Python 3.11+, make and git.
# Paths stay relative, so a checkout with a space in its path works.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help briefing test soak bench bench-peers lab check package picture lock clean

help:           ## this list
	@grep -hE '^[a-z-]+: .*##' Makefile | sed -E 's/: [^#]*##/\t/' | expand -t 14

briefing: $(STAMP)  ## make the environment, build the default briefing (HTML and PDF), print the paths
	@$(BIN)/briefing build

test: $(STAMP)  ## the tests (what is too long is in soak)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not soak"
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .

soak: $(STAMP)  ## the long tests: every notebook and parameter set of the issue, a clean clone, a long path
	@$(BIN)/python -m pytest -q -m soak

bench: $(STAMP)  ## how fast it is, beside papermill and nbconvert in the same run (BENCH="--only cold-one")
	@$(BIN)/python -m benchmarks $(BENCH)

bench-peers: $(STAMP)  ## environments for the other engines that the benchmark compares (needs the network)
	@$(BIN)/python -m benchmarks.peers

lab: $(STAMP)   ## JupyterLab on the notebooks: edit the parameters, Run All (LAB=--no-browser)
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) --notebook-dir=. $(LAB)

check: $(STAMP) ## validate every table, notebook and definition
	@$(BIN)/briefing check
	@$(BIN)/briefing tidy --check
	@$(BIN)/briefing messages --check

package: $(STAMP) ## after a change of tables: write data/datapackage.json and README's list anew
	@$(BIN)/python -c 'from analysis import tables; tables.write_package(); tables.write_codebook()'

picture: $(STAMP) ## after a change of look: draw README's picture of page 1 anew
	@$(BIN)/python -c 'from pathlib import Path; import nbformat; from analysis.briefings import assemble, pdf; \
		name = "uzbekistan-kazakhstan"; nb = nbformat.read(f"reports/build/{name}/{name}.ipynb", 4); \
		Path(f"reports/{name}.png").write_bytes(pdf.page_png(assemble.normalise(nb), 1, 100))'

lock:           ## resolve requirements.lock anew from pyproject.toml (needs the network)
	@$(PYTHON) -m venv .cache/lock && .cache/lock/bin/python -m pip install --quiet uv
	@$(PYTHON) -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"]))' > .cache/lock/build.in
	@.cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --extra dev pyproject.toml .cache/lock/build.in --output-file requirements.lock

clean:          ## remove the environment, the caches and the drafts (editions and state stay)
	rm -rf .venv .cache reports/build .pytest_cache .ruff_cache .hypothesis

# Hashes are required for every package; the project itself is then installed in place, with nothing resolved again.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12")'
	@echo "Installing into .venv (once; about a minute) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)
