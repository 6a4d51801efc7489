# Every command a person types. The first one makes .venv with the pinned packages; see README.md.
VENV := .venv
# -P: a random.py or keras.py in this folder hides nobody's.
PY := $(VENV)/bin/python -P
# The names of the variables on make's command line: make passes over unknown ones, the course does not.
GIVEN = $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
RUN = WHITEPAPER_GIVEN="$(GIVEN)" $(PY) -m whitepaper
READY := $(VENV)/.ready
# option(VARIABLE,name): `--name="value"` where the variable is set.
option = $(if $($(1)),--$(2)="$($(1))")
COMMON = $(call option,PRESET,preset) $(call option,SEED,seed) $(call option,DATA,data) $(call option,HP,hp) \
	$(call option,SOLUTION,solution) $(call option,FRESH,fresh)

# SPACY names the English pipeline of the language exercises.
ifdef SPACY
export WHITEPAPER_SPACY := $(SPACY)
endif

.DEFAULT_GOAL := help
.PHONY: help seconds list exercise exercises tune cluster check hint reset update runs tensorboard generate mistakes test lint lint-github bench bench-scale clean setup FORCE

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22 | awk 'length > 100 {gsub(/ \[/, "\n                      [")} {print}'
	@echo '  SPACY=en_core_web_md  the English pipeline of the language exercises, a package or a folder'
	@echo '  What is shown with 1 is off with 0. For maintainers: CONTRIBUTING.md.'

setup: $(READY) ## [GPU=1] make the virtual environment (every other target does it when needed)

# An environment with CUDA stays one; GPU=1 turns one without into it.
CUDA := $(wildcard $(VENV)/.gpu)
WANTED := $(filter-out 0 no false,$(GPU))

$(READY): setup.cfg pyproject.toml constraints.txt .ci/setup $(if $(WANTED),$(if $(CUDA),,FORCE))
	@bash .ci/setup $(VENV) $(if $(WANTED)$(CUDA),gpu,cpu)

FORCE:

list: $(READY) ## what to do next, and the 27 exercises with your progress
	@$(RUN) list

exercise: $(READY) ## run one: N=5, N=15b [PRESET=smoke|quick|full SEED=0 DATA=auto|real|stand-in HP="units=64 epochs=3"] [STRICT=1 SOLUTION=1 FRESH=1 TRACK=tensorboard|wandb] [STRATEGY=auto|cpu|gpu|tpu|mirrored|multiworker CPUS=2] [PRECISION=mixed_bfloat16]
	@$(RUN) exercise "$(N)" $(COMMON) $(call option,STRICT,strict) $(call option,TRACK,track) \
		$(call option,STRATEGY,strategy) $(call option,CPUS,cpus) $(call option,PRECISION,precision)

check: $(READY) ## check your answers: N=5 [JSON=1 STRICT=1]
	@$(RUN) check "$(N)" $(call option,JSON,json) $(call option,STRICT,strict)

hint: $(READY) ## the next hint for your first open blank, or for one that is wrong: N=5 [BLANK=2]
	@$(RUN) hint "$(N)" $(call option,BLANK,blank)

reset: $(READY) ## a fresh copy of one exercise (yours is kept in .whitepaper/kept/): N=5
	@$(RUN) reset "$(N)"

update: $(READY) ## get the newer course by git and carry your answers into it [FROM=folder of an older copy, in place of git]
	@$(RUN) update $(call option,FROM,from)

runs: $(READY) ## compare the runs made so far: [N=5 JSON=1]
	@$(RUN) runs $(if $(N),"$(N)") $(call option,JSON,json)

tensorboard: $(READY) ## look at runs made with TRACK=tensorboard: N=5 [PORT=6006]
	@$(RUN) tensorboard "$(N)" $(call option,PORT,port)

tune: $(READY) ## search its hyperparameters: N=5 [TUNER=random|bayesian|hyperband|grid TRIALS=12 WORKERS=1] [PRESET= SEED= DATA= HP= SOLUTION=1 FRESH=1]
	@$(RUN) tune "$(N)" $(COMMON) $(call option,TUNER,tuner) $(call option,TRIALS,trials) $(call option,WORKERS,workers)

cluster: $(READY) ## run one over several processes: N=20 WORKERS=2 [PRESET= SEED= DATA= PRECISION= HP= SOLUTION=1 FRESH=1]
	@$(RUN) cluster "$(N)" $(COMMON) $(call option,WORKERS,workers) $(call option,PRECISION,precision)

# One letter from `exercise`, and the name of a folder.
exercises:
	@echo 'No target exercises. Did you mean make exercise N=5? (make list shows all 27.)' >&2; exit 2

generate: $(READY)
	@$(RUN) generate $(call option,REPLACE,replace)

seconds: $(READY)
	@$(RUN) seconds $(if $(N),"$(N)")

mistakes: $(READY) ## the table of planted mistakes and right answers: [N=5]
	@$(RUN) mistakes $(if $(N),"$(N)")

test: $(READY) ## all tests [ARGS="-k blanks"]
	@$(PY) -m pytest $(ARGS)

lint: $(READY) lint-github ## ruff, types, drift of generated files, workflows and forms of .github
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && $(RUN) generate --check

lint-github: $(READY)
	@$(PY) -m check_jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(PY) -m check_jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml

bench: $(READY) ## how long commands and an epoch take
	@$(PY) benchmarks/startup.py && $(PY) benchmarks/fit.py

bench-scale: $(READY) ## samples per second of training on 1 and 2 replicas and processes
	@$(PY) benchmarks/scale.py

clean: ## remove what tools left behind (not your answers, not the runs, not .venv)
	@rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist *.egg-info && find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# A target that is not there is told like a command that is not there.
.DEFAULT:
	@if [ -x $(VENV)/bin/python ]; then $(PY) -m whitepaper "$@"; else echo 'No target $@. make help lists them.' >&2; exit 2; fi
