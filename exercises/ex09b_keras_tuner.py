# %% [markdown]
# # Exercise 9b: Four searches with Keras Tuner
#
# - Section: NN 1-4, Tuning and experiment records
# - Data: fashion_mnist
# - Claim: val_accuracy ≥ 0.8903 (± 0.005) on real data with PRESET=full; recorded before: val accuracy 0.8903
# - Measured: val_accuracy 0.8997, mean of seeds 0–2 (0.8998, 0.8967, 0.9025), test accuracy 0.8925; 7 to 9 min on 2 busy CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=9b`
# - Longer than others: four searches and the full list of options are compared
#
# ## What you will learn
#
# How to let a program choose hyperparameters: declare what may vary, say what counts as good, and give four searches the
# same budget. Then a search over eight options at once, some of which exist only beside others; and what comes after
# every search: a new fit with the values found, and one look at the test pictures.
#
# ## The idea
#
# A search is a loop: take values θ from the space, train for E epochs, measure the validation split, remember. It returns
#
#     θ* = argmax_θ  accuracy_validation(train(θ))
#
# The four differ in how they take the next θ. *Grid* walks through a mesh. *Random* draws. *Bayesian* fits a smooth
# function (a Gaussian process) to what was measured and asks where it may be highest. *Hyperband* starts many models for
# a few epochs and lets the best third go on.
#
# They can be compared only at the same cost, and what costs time is epochs. Three of them take B / E trials of E epochs
# out of a budget of B. Hyperband's trials differ in length; one iteration with at most E = 6 epochs and a factor of 3 is
#
#     5 models × 2 epochs, the best 2 of them × 4 more;  then 3 models × 6 epochs:  10 + 8 + 18 = 36 epochs
#
# so two iterations cost as much as twelve trials of six epochs: B = 72.
#
# ## The five steps
#
# load (scale), define (units from 32 to 512), compile (one of three rates), fit (four searches, the eight options, the
# best model anew), evaluate (validation split for the claim; test split once).

# %%
import gc
import math
import random
import tempfile
import time
import warnings

import keras
import keras_tuner
import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from whitepaper import datasets, models, plots
from whitepaper.errors import NotAttempted
from whitepaper.lessons import Preset

CLASSES = 10
RATES = [1e-2, 1e-3, 1e-4]
FACTOR = 3  # Hyperband lets one in three go on
SEARCHES = ("grid", "random", "bayesian", "hyperband")
FEW = ("random", "hyperband")  # for a short try
ACTIVATIONS = ("relu", "tanh", "elu")
OPTIMIZERS = ("sgd", "rmsprop", "adam")
OPTIONS = ("optimizer", "learning_rate", "momentum", "batch_size", "epochs", "activation", "dropout", "neurons")

# part: training pictures that a trial sees; rounds: Hyperband iterations that the budget pays; options: trials of the
# last search. The epochs of the preset are those of the final fit.
PRESETS = {
    "smoke": Preset(
        examples=600,
        epochs=3,
        batch_size=25,
        hp={"trial_epochs": 2, "rounds": 1, "part": 400, "options": 1, "few": True},
    ),
    "quick": Preset(
        examples=12_000, epochs=9, batch_size=128, hp={"trial_epochs": 6, "rounds": 1, "part": 4_000, "options": 4}
    ),
    "full": Preset(epochs=18, batch_size=128, hp={"trial_epochs": 6, "rounds": 2, "part": 20_000, "options": 12}),
}

# %% [markdown]
# ## 1. Load
#
# Pixels from 0 to 1. Of the 60 000 training pictures 6 000 are the validation split: every trial is measured on them. The
# test pictures take no part in any search. Whoever searches on them finds the settings that suit these very pictures, and
# then reports how well they suit.


# %%
def load(preset):
    return datasets.load_fashion_mnist(examples=preset.examples).map(lambda x, y: (x.astype("float32") / 255, y))


# %% [markdown]
# ## 2. Define
#
# One hidden layer. `hp` answers with a value and at the same time learns what may be asked: that is how a tuner gets its
# space. With `step=32` there are 16 sizes; without it 481, most of which are next to no different from their neighbors.


# %%
def define(data, hp):
    # TODO 1: set `units` to the hyperparameter "units": a whole number from 32 to 512 in steps of 32, 128 by
    #   default.
    raise NotAttempted(1)  # your code goes here, in place of this line
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )


# %% [markdown]
# ## 3. Compile
#
# Rates work by their ratio: 0.001 to 0.002 is a large step, 0.009 to 0.01 is none. Drawn evenly between 0.0001 and 0.01,
# nine of ten rates lie above 0.001. So a few powers of ten, or `hp.Float(…, sampling="log")`.


# %%
def compile(model, hp):
    # TODO 2: let the hyperparameter "learning_rate" be one of RATES, 0.001 by default, and compile with Adam at
    #   it, the cross-entropy for integer labels, and accuracy.
    raise NotAttempted(2)  # your code goes here, in place of this line


# %% [markdown]
# ## 4. Fit
#
# A `HyperModel` is what a tuner works with: `build(hp)` makes a compiled model, `fit(hp, model, …)` trains it. This one
# calls define and compile, and notes how many epochs and seconds every trial took. Each trial starts from the same seed,
# so that two trials differ by their values alone.


# %%
class Network(keras_tuner.HyperModel):
    """Units and rate: the lesson's define and compile."""

    def __init__(self, seed):
        super().__init__()
        self.seed, self.epochs, self.seconds = seed, [], []

    def build(self, hp):
        keras.utils.set_random_seed(self.seed)
        model = define(None, hp)
        compile(model, hp)
        model.steps_per_execution = 16  # saves time; the numbers are the same
        return model

    def fit(self, hp, model, *arguments, **options):
        start = time.perf_counter()
        history = model.fit(*arguments, **options)
        self.epochs.append(len(history.epoch))
        self.seconds.append(time.perf_counter() - start)
        return history


# %% [markdown]
# The tuners. `hyperband_epochs` counts what one iteration trains: a model that goes on keeps its weights, so only the
# epochs that are new are paid. A mesh with all 16 sizes and 3 rates would be 48 trials; `mesh` takes as many sizes as the
# budget pays, evenly from 32 to 512. The objective has a direction: accuracy is to be large, a loss would have to be small.


# %%
def hyperband_epochs(epochs):
    """Epochs that one Hyperband iteration trains in all, as Keras Tuner plans it."""
    last, total = math.floor(math.log(epochs, FACTOR) + 1e-9), 0
    for bracket in range(last + 1):
        models = math.ceil(1 + math.log(epochs, FACTOR) - 1e-9) / (bracket + 1)
        before = 0
        for halvings in range(bracket, -1, -1):  # fewer models, more epochs
            until = math.ceil(epochs / FACTOR**halvings)
            total += math.ceil(models * FACTOR**halvings) * (until - before)
            before = until
    return total


def mesh(trials):
    """Units for a grid of that many trials: a few sizes, evenly from 32 to 512; with each all rates."""
    sizes = max(trials // len(RATES), 2)
    hp = keras_tuner.HyperParameters()
    hp.Int("units", 32, 512, step=32 * max(1, 15 // (sizes - 1)))
    return hp


def searcher(kind, network, budget, epochs, seed, folder):
    """The tuner of that kind, which trains `budget` epochs in all, at most `epochs` in one trial."""
    options = {"seed": seed, "directory": folder, "project_name": kind, "overwrite": True}
    if kind == "grid":
        options["hyperparameters"] = mesh(budget // epochs)
    kinds = {
        "grid": keras_tuner.GridSearch,
        "random": keras_tuner.RandomSearch,
        "bayesian": keras_tuner.BayesianOptimization,
        "hyperband": keras_tuner.Hyperband,
    }
    # TODO 3: return kinds[kind](network, …, **options) with the accuracy on the validation split as objective, to
    #   be maximized, and the budget: for "hyperband" max_epochs, factor=FACTOR and hyperband_iterations, else
    #   max_trials.
    raise NotAttempted(3)  # your code goes here, in place of this line


def planned(kind, budget, epochs, seed=0):
    """What the tuner of that kind is told, before anything is trained."""
    with tempfile.TemporaryDirectory(prefix="ex09b-") as folder:
        tuner = searcher(kind, Network(seed), budget, epochs, seed, folder)
        inside = tuner.project_dir.startswith(folder)
    told = {"tuner": type(tuner).__name__, "inside": inside, "seed": tuner.oracle.seed}
    told |= {"objective": tuner.oracle.objective.name, "direction": tuner.oracle.objective.direction}
    names = ("max_epochs", "factor", "hyperband_iterations") if kind == "hyperband" else ("max_trials",)
    return told | {name: getattr(tuner.oracle, name, None) for name in names}


# %% [markdown]
# Now all that one can choose: neurons, activation, dropout, optimizer, rate, momentum, batch size and epochs. Momentum
# belongs to plain gradient descent; Adam keeps averages of its own. Inside `hp.conditional_scope(name, values)` a
# hyperparameter exists only while its parent has one of these values, and is None otherwise; without it the search would
# spend trials on values that change nothing. Batch size and epochs are no part of the model: they go into `fit`.


# %%
def optimizer_of(hp):
    name = hp.Choice("optimizer", list(OPTIMIZERS))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log", default=1e-3)
    # TODO 4: declare "momentum", 0.0 to 0.9 in steps of 0.1, for "sgd" alone, and return the optimizer of that
    #   name at the learning rate `rate`: SGD with the momentum, RMSprop, or Adam.
    raise NotAttempted(4)  # your code goes here, in place of this line


class Options(Network):
    """The white paper's whole list of options."""

    def __init__(self, seed, trial_epochs):
        super().__init__(seed)
        self.trial_epochs = trial_epochs

    def build(self, hp):
        keras.utils.set_random_seed(self.seed)
        hidden = (hp.Int("neurons", 32, 512, step=32, default=128),)
        activation = hp.Choice("activation", list(ACTIVATIONS))
        dropout = hp.Float("dropout", 0.0, 0.5, step=0.1)
        model = models.dense_network((28, 28), hidden, CLASSES, activation=activation, dropout=dropout)
        optimizer = optimizer_of(hp)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        model.steps_per_execution = 16
        return model

    def fit(self, hp, model, *arguments, **options):
        options["batch_size"] = hp.Choice("batch_size", [32, 64, 128, 256], default=128)
        options["epochs"] = hp.Int("epochs", self.trial_epochs, 3 * self.trial_epochs, step=self.trial_epochs)
        return super().fit(hp, model, *arguments, **options)


def declared(step):
    """The hyperparameters that define or compile declares, as a tuner sees them; "options": those of the last search."""
    hp = keras_tuner.HyperParameters()
    if step == "options":
        Options(seed=0, trial_epochs=1).build(hp)
    elif step == "define":
        define(None, hp)
    else:
        compile(models.perceptron(1), hp)
    return hp.get_config()["space"]


def with_values(values):
    """Hyperparameters that answer with these values."""
    hp = keras_tuner.HyperParameters()
    hp.values.update(values)
    return hp


def optimizer_with(values):
    """The optimizer that belongs to these values."""
    return optimizer_of(with_values(values))


# %% [markdown]
# One search, and what its trials gave. A trial sees only a part of the training pictures: that is enough to compare
# settings, and saves two thirds of the time. What it is measured on is the validation split, all of it.


# %%
def trials_of(kind, tuner):
    """One dict a trial, in order: which search, score, epochs, seconds, values."""
    done = [trial for trial in tuner.oracle.trials.values() if trial.score is not None]
    return [
        {
            "search": kind,
            "score": trial.score,
            "epochs": epochs,
            "seconds": seconds,
            "values": {
                name: value
                for name, value in trial.hyperparameters.values.items()
                if not name.startswith("tuner/")  # Hyperband's own notes
            },
        }
        for trial, epochs, seconds in zip(done, tuner.hypermodel.epochs, tuner.hypermodel.seconds, strict=True)
    ]


def best_of(trials, direction):
    # TODO 5: return the trial with the best "score": the largest where direction is "max", the least where it is
    #   "min".
    raise NotAttempted(5)  # your code goes here, in place of this line


def search(tuner, data, part, epochs, batch_size):
    """Run a search: each trial learns from the first `part` training pictures."""
    train = data.train.take(part)
    # TODO 6: let the tuner search: trials learn from all rows of `train` for `epochs` in batches of `batch_size`,
    #   and are measured on all of the validation split; verbose=0.
    raise NotAttempted(6)  # your code goes here, in place of this line


# %% [markdown]
# The end of every search: the best values are taken, and a model with *new* weights is trained with them on *all* training
# pictures. The searched models saw a part of them for a few epochs; they were made to be compared. `become` gives the
# run's own model the new layers, so that evaluate, the figures and the saved file use them. The step size falls from the
# rate found to zero along half a cosine, as in exercise 5. The trials lie in a folder that is gone when the fit ends.


# %%
def become(model, other):
    """Give `model` the layers, weights and optimizer of another Sequential model."""
    while model.layers:
        model.pop(rebuild=False)
    for layer in other.layers:
        model.add(layer)
    steps = model.steps_per_execution
    model.compile(optimizer=other.optimizer, loss=other.loss, metrics=["accuracy"], steps_per_execution=steps)


def falling(rate, epochs):
    return keras.callbacks.LearningRateScheduler(lambda epoch: rate * (1 + math.cos(math.pi * epoch / epochs)) / 2)


def refit(model, tuner, values, data, preset, callbacks):
    """Train `model` from new weights with the values found; returns the history."""
    hp = with_values(values)
    callbacks = [*callbacks, falling(values["learning_rate"], values.get("epochs", preset.epochs))]
    # TODO 7: build a new model with `hp`, let `model` become it, train it on all of data.train, watch
    #   data.validation, hand on the callbacks, return the history. Batch size and epochs are those among
    #   `values`, where they were searched, and else the preset's.
    raise NotAttempted(7)  # your code goes here, in place of this line


def built(model):
    """What the hidden layer and the optimizer of a model are."""
    hidden = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    return {
        "units": hidden.units,
        "activation": hidden.activation.__name__,
        "optimizer": type(model.optimizer).__name__,
    }


def fit(model, data, preset, callbacks):
    size = preset.hp
    epochs = size["trial_epochs"]
    budget = size["rounds"] * hyperband_epochs(epochs)
    seed = random.randrange(10_000)  # from the run's seed: SEED=1 searches elsewhere
    trials, found = [], {}
    gc.freeze()  # Keras Tuner tidies memory before every trial; what was there before need not be gone through
    with tempfile.TemporaryDirectory(prefix="ex09b-") as folder:
        kinds = FEW if size.get("few") else SEARCHES
        tuners = {kind: searcher(kind, Network(seed), budget, epochs, seed, folder) for kind in kinds}
        objective = tuners["random"].oracle.objective
        tuners["options"] = keras_tuner.RandomSearch(
            Options(seed, epochs), objective=objective, max_trials=size["options"], seed=seed, directory=folder,
            project_name="options", overwrite=True,
        )  # fmt: skip
        for kind, tuner in tuners.items():
            start = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the Gaussian process, and of weights that Hyperband takes up again
                search(tuner, data, size["part"], epochs, preset.batch_size)
            rows = trials_of(kind, tuner)
            best = best_of(rows, objective.direction)
            found[f"{kind}_best"] = float(best["score"])
            found[f"{kind}_epochs"] = sum(row["epochs"] for row in rows)
            found[f"{kind}_seconds"] = time.perf_counter() - start
            print(f"{kind}: {len(rows)} trials, {found[f'{kind}_epochs']} epochs, {found[f'{kind}_seconds']:.0f} s, "
                  f"best {best['score']:.4f} with {said(best['values'])}")  # fmt: skip
            trials += rows
        best = best_of(trials, objective.direction)
        print(f"Trained anew: the values of {best['search']}, {said(best['values'])}")
        history = refit(model, tuners[best["search"]], best["values"], data, preset, callbacks)
    gc.unfreeze()
    model.found = found  # for evaluate
    return {**(plots.curves_of(history) if history else {}), **columns(trials)}


def said(values):
    return ", ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items())  # fmt: skip


def columns(trials):
    """The trials as lists of numbers, which a history holds: "random_score", "random_units", …"""
    names = {"activation": ACTIVATIONS, "optimizer": OPTIMIZERS}
    lists = {}
    for trial in trials:
        values = {name: names[name].index(value) if name in names else value for name, value in trial["values"].items()}
        if trial["search"] == "options":
            values.setdefault("momentum", math.nan)
        for name in ("score", "epochs", "seconds"):
            lists.setdefault(f"{trial['search']}_{name if name != 'epochs' else 'trained'}", []).append(trial[name])
        for name, value in values.items():
            lists.setdefault(f"{trial['search']}_{name}", []).append(value)
    return lists


# %% [markdown]
# ## 5. Evaluate
#
# The claim is the accuracy on the validation split. It is a little too good: among dozens of trials the best one was
# picked by this split. The test accuracy beside it is measured once, after all choices.


# %%
def evaluate(model, data):
    validation = model.evaluate(data.validation.x, data.validation.y, verbose=0, return_dict=True)
    test = model.evaluate(data.test.x, data.test.y, verbose=0, return_dict=True)
    return {"val_accuracy": validation["accuracy"], **test, **getattr(model, "found", {})}


# %% [markdown]
# ## Figures
#
# The best value so far against the epochs spent, one line a search; where each search looked, and what it found there;
# the eight options as parallel lines, one a trial; the best trials as a table; the curves of the final fit. The Bayesian
# search begins with six random trials, which the seed makes the same as those of the random search.
#
# Which search is best? Measured here, the best value of each as a mean of seeds 0 to 2: grid 0.8637, random 0.8642,
# Bayesian 0.8634, Hyperband 0.8636, all for 72 epochs; the eight options 0.8637 for 108 to 132 epochs. From seed to seed
# the same search differs by 0.008. Two hyperparameters and twelve trials do not need a clever search.


# %%
AXES = {
    "optimizer": (0, 2),
    "learning_rate": (1e-4, 1e-1),
    "momentum": (0, 0.9),
    "batch_size": (32, 256),
    "activation": (0, 2),
    "dropout": (0, 0.5),
    "neurons": (32, 512),
}
WHITE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1}


def searches_of(history):
    return [kind for kind in SEARCHES if f"{kind}_score" in history]


def best_so_far(history):
    figure = Figure(figsize=(6.8, 4), layout="constrained")
    axis = figure.add_subplot()
    for kind in searches_of(history):
        width = 5 if kind == "random" else 1.8  # the Bayesian search begins with the same draws, on top of it
        spent, best = np.cumsum(history[f"{kind}_trained"]), np.maximum.accumulate(history[f"{kind}_score"])
        axis.step(spent, best, where="post", marker="o", linewidth=width, markersize=3 + width / 2, label=kind)
    axis.set(xlabel="epochs spent", ylabel="best validation accuracy so far", title="Four searches, one budget")
    axis.legend(loc="lower right")
    return figure


def where_they_looked(history):
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    kinds = searches_of(history)
    axes = figure.subplots(1, len(kinds), sharey=True)
    scores = np.concatenate([history[f"{kind}_score"] for kind in kinds])
    low, high = np.percentile(scores, 10), scores.max()
    for axis, kind in zip(axes, kinds, strict=True):
        units, rate, score, epochs = (
            np.asarray(history[f"{kind}_{name}"]) for name in ("units", "learning_rate", "score", "trained")
        )
        order = np.argsort(score)
        points = axis.scatter(
            units[order], rate[order], c=score[order], s=16 * epochs[order], vmin=low, vmax=high, edgecolor="gray"
        )
        axis.set(xlabel="units", title=f"{kind}: {len(score)} trials", yscale="log", xlim=(0, 544), ylim=(5e-5, 2e-2))
        axis.set_xticks([32, 192, 352, 512])
    axes[0].set_ylabel("learning rate")
    figure.colorbar(points, ax=axes, label="validation accuracy", extend="min")
    figure.suptitle("A dot for each trial; the more epochs it trained, the larger", fontsize=10)
    return figure


def parallel_lines(history):
    """The trials of the last search: an axis for every option, a line for every trial, colored by its score."""
    trials = {name: np.asarray(history[f"options_{name}"], dtype=float) for name in (*OPTIONS, "score")}
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    axis = figure.add_subplot()
    heights = []
    for place, (name, values) in enumerate(trials.items()):
        names = {"activation": ACTIVATIONS, "optimizer": OPTIMIZERS}.get(name)
        low, high = AXES.get(name) or (values.min() - 1e-9, values.max() + 1e-9)
        scale = np.log10 if name in ("learning_rate", "batch_size") else np.asarray
        height = (scale(values) - scale(low)) / (scale(high) - scale(low))
        heights.append(np.where(np.isnan(height), -0.16, height))  # no momentum: below its axis
        low, *middle, high = names or (f"{low:.4g}", f"{high:.4g}")
        axis.plot([place, place], [0, 1], color="black", linewidth=1)
        axis.text(place, 1.03, high, fontsize=9, ha="center", va="bottom")
        axis.text(place + 0.05, -0.01, low, fontsize=9, va="top", bbox=WHITE, zorder=3)
        for text in middle:
            axis.text(place + 0.05, 0.5, text, fontsize=9, va="center", bbox=WHITE, zorder=3)
        if np.isnan(values).any():
            axis.text(place, -0.19, "none", fontsize=9, ha="center", va="top")
    score, lines = trials["score"], np.array(heights)
    colors = colormaps["viridis"]((score - score.min()) / max(np.ptp(score), 1e-9))
    for number in np.argsort(score):
        axis.plot(lines[:, number], color=colors[number], linewidth=3 if score[number] == score.max() else 1.5)
    axis.set_xticks(range(len(trials)), [name.replace("_", " ") for name in trials])
    axis.set_yticks([])
    axis.spines[["left", "bottom"]].set_visible(False)
    axis.tick_params(length=0)
    axis.set(xlim=(-0.3, len(trials) - 0.5), ylim=(-0.3, 1.12))
    axis.set_title("Eight options at once: each line a trial, the best one thick")
    return figure


def table_of_trials(history, each=4):
    """The best trials of each search, best first."""
    rows = []
    for kind in (*searches_of(history), "options"):
        score = history[f"{kind}_score"]
        for number in sorted(range(len(score)), key=lambda number: -score[number])[:each]:
            value = {name.removeprefix(f"{kind}_"): values[number] for name, values in history.items() if name.startswith(f"{kind}_")}  # fmt: skip
            rest = ""
            if kind == "options":
                momentum = "" if math.isnan(value["momentum"]) else f" {value['momentum']:.1f}"
                rest = (f"{OPTIMIZERS[int(value['optimizer'])]}{momentum}, {ACTIVATIONS[int(value['activation'])]}, "
                        f"dropout {value['dropout']:.1f}, batch {value['batch_size']:.0f}")  # fmt: skip
            units = value["neurons" if kind == "options" else "units"]
            rows.append([kind, number + 1, f"{value['score']:.4f}", f"{value['trained']:.0f}", f"{value['seconds']:.1f}",
                         f"{units:.0f}", f"{value['learning_rate']:.2g}", rest])  # fmt: skip
    names = ["search", "trial", "val accuracy", "epochs", "seconds", "units", "rate", "other options"]
    widths = (0.9, 0.5, 1.1, 0.7, 0.8, 0.6, 0.8, 3.4)
    figure = Figure(figsize=(sum(widths), 0.5 + 0.24 * (len(rows) + 1)), layout="constrained")
    axis = figure.add_subplot()
    axis.axis("off")
    width = [inches / sum(widths) for inches in widths]
    table = axis.table(rows, colLabels=names, colWidths=width, bbox=(0, 0, 1, 1), cellLoc="left", edges="horizontal")
    table.auto_set_font_size(False)
    table.set_fontsize(9)
    for (row, _), cell in table.get_celld().items():
        cell.set(edgecolor="silver", linewidth=0.5)
        cell.set_text_props(weight="bold" if row == 0 else "normal", ha="left")
    axis.set_title(f"The best {each} trials of each search, and the epochs that these trials trained")
    return figure


def figures(model, data, history):
    curves = {name: history[name] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    title = "The final fit: {units} units, {activation}, {optimizer}".format(**built(model))
    return {
        "best so far": best_so_far(history),
        "where they looked": where_they_looked(history),
        "options": parallel_lines(history),
        "trials": table_of_trials(history),
        "curves": plots.learning_curves(curves, title),
    }


# %% [markdown]
# ## Try it
#
# - `SEED=1`, then 2: which search wins each time? What does that say about a ranking of searches from one run?
# - In PRESETS, set `rounds` to 4: twice the budget. Which lines in the first figure still rise?
# - `planned("hyperband", 144, 6)` says what a tuner is told, before anything is trained.
# - Let `learning_rate` be `hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")`. Where do the searches end?
# - `make tune N=5 TUNER=bayesian TRIALS=12`: the course's own search works on other lessons in the same way.
#   Here it would search a search: fit chooses for itself, so `HP=` and `make tune` change nothing that lasts.
#
# ## Common mistakes
#
# - The test split as validation data of the search: the best of fifty trials is then best *on the test pictures*.
# - `keras_tuner.Objective("val_loss", "max")`: the search looks for the worst model, and finds it.
# - The objective "accuracy": that of the training pictures; the largest network wins, whatever it has memorized.
# - The same number of trials for Hyperband as for the others: most of its trials are short, so it gets a third of the budget.
# - `get_best_models` as the end: weights from a few epochs on a part of the pictures. Train anew with the values.

# %%
# The same steps by hand, for a notebook; `make exercise N=9b` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
