# Every command a person types. The first one makes .venv with the pinned packages; see README.md.
VENV := .venv
PY := $(VENV)/bin/python
RUN := $(PY) -m whitepaper
READY := $(VENV)/.ready
# option(VARIABLE,name): `--name "value"` where the variable is set.
option = $(if $($(1)),--$(2) "$($(1))")
RUN_OPTIONS = $(call option,PRESET,preset) $(call option,SEED,seed) $(call option,DATA,data) $(call option,STRATEGY,strategy) $(call option,CPUS,cpus) $(call option,PRECISION,precision) \
	$(call option,HP,hp) $(call option,TRACK,track) $(if $(STRICT),--strict) $(if $(SOLUTION),--solution) $(if $(FRESH),--fresh)

# SPACY names the English pipeline of the language exercises.
ifdef SPACY
export WHITEPAPER_SPACY := $(SPACY)
endif

.DEFAULT_GOAL := help
.PHONY: help list exercise tune cluster check hint reset runs exercises mistakes test lint lint-github bench bench-scale clean setup FORCE

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

setup: $(READY) ## [GPU=1] make the virtual environment (every other target does it when needed)

# An environment with CUDA stays one; GPU=1 turns one without into it.
CUDA := $(wildcard $(VENV)/.gpu)

$(READY): setup.cfg pyproject.toml constraints.txt .ci/setup $(if $(GPU),$(if $(CUDA),,FORCE))
	@bash .ci/setup $(VENV) $(if $(GPU)$(CUDA),gpu,cpu)

FORCE:

list: $(READY) ## the 27 exercises, with your progress
	@$(RUN) list

exercise: $(READY) ## run one: N=5, N=15b [PRESET=smoke|quick|full SEED=0 DATA=auto|real|stand-in STRICT=1 SOLUTION=1 HP="units=64" PRECISION=mixed_bfloat16]
	@$(RUN) run "$(N)" $(RUN_OPTIONS)

tune: $(READY) ## search its hyperparameters: N=5 [TUNER=random|bayesian|hyperband|grid TRIALS=12 WORKERS=1 PRESET= SEED= DATA= HP=]
	@$(RUN) tune "$(N)" $(call option,TUNER,tuner) $(call option,TRIALS,trials) $(call option,WORKERS,workers) $(call option,PRESET,preset) $(call option,SEED,seed) \
		$(call option,DATA,data) $(call option,HP,hp) $(if $(SOLUTION),--solution) $(if $(FRESH),--fresh)

cluster: $(READY) ## run one over several processes: N=20 WORKERS=2 [PRESET= SEED= DATA= PRECISION= HP= SOLUTION=1]
	@$(RUN) cluster "$(N)" $(call option,WORKERS,workers) $(call option,PRESET,preset) $(call option,SEED,seed) \
		$(call option,DATA,data) $(call option,PRECISION,precision) $(call option,HP,hp) $(if $(SOLUTION),--solution) $(if $(FRESH),--fresh)

check: $(READY) ## check your answers: N=5 [JSON=1 STRICT=1]
	@$(RUN) check "$(N)" $(if $(JSON),--json) $(if $(STRICT),--strict)

hint: $(READY) ## the next hint for your first open blank: N=5 [BLANK=2]
	@$(RUN) hint "$(N)" $(call option,BLANK,blank)

reset: $(READY) ## a fresh copy of one exercise (yours is kept beside it): N=5
	@$(RUN) reset "$(N)"

runs: $(READY) ## compare the runs made so far: [N=5]
	@$(RUN) runs $(N)

exercises: $(READY) ## regenerate exercises/, lesson heads and README's table from solutions/ and the registry
	@$(RUN) exercises

mistakes: $(READY) ## the table of planted mistakes and right answers: [N=5]
	@$(RUN) mistakes $(N)

test: $(READY) ## all tests [ARGS="-k blanks"]
	@$(PY) -m pytest $(ARGS)

lint: $(READY) lint-github ## ruff, types, drift of generated files, workflows and forms of .github
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && $(RUN) exercises --check

lint-github: $(READY)
	@$(PY) -m check_jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(PY) -m check_jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml

bench: $(READY) ## how long commands and an epoch take
	@$(PY) benchmarks/startup.py && $(PY) benchmarks/fit.py

bench-scale: $(READY) ## samples per second of training on 1 and 2 replicas and processes
	@$(PY) benchmarks/scale.py

clean: ## remove what tools left behind (not your answers, not the runs, not .venv)
	@rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist *.egg-info && find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
