"""Checks of exercise 9b."""

import math

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.fit_comparisons import same_fits
from whitepaper.checking.shared.classification import accuracy_beside_the_loss, cross_entropy_of_integer_labels

RATES = [1e-2, 1e-3, 1e-4]
SEARCHES = ("grid", "random", "bayesian", "hyperband")
MADE = ("random", "hyperband")  # by the fit of a check


def one_of(space, name, read):
    """Kind and configuration of the hyperparameter of that name."""
    for entry in space:
        if entry["config"]["name"] == name:
            return entry["class_name"], entry["config"]
    names = ", ".join(entry["config"]["name"] for entry in space) or "none"
    raise Wrong("not-declared", f"a hyperparameter {name!r}", f"hyperparameters: {names}",
                "hp takes the name first; what is not asked of hp, no search can vary.", read)  # fmt: skip


class Fits:
    """A student's handle whose fits are those of the trials, or the last fit alone.

    Args:
        last: the last fit, whose batch size and epochs may be those of another trial with the same score.
    """

    def __init__(self, student, last, right=False):
        self.student, self.last, self.right = student, last, right

    @property
    def course(self):
        return Fits(self.student, self.last, right=True)

    def splits(self):
        return self.student.splits()

    def fed(self, others=True):
        found = [call for call in self.student.fed(others) if call["own"] == self.last]
        if not self.right:
            return found
        right = [call for call in self.student.course.fed(others) if call["own"] == self.last]
        # The learning rates are those that the search has drawn; batch size and epochs are searched in the trial of all
        # options, the last one, and in the last fit.
        made = []
        for number, (one, other) in enumerate(zip(found, right, strict=False), 1):
            free = self.last or number == len(right)
            size = (one if free else other)["train"]["batch_size"]
            made.append({**other, "rates": one["rates"], "epochs": (one if free else other)["epochs"],
                         "train": {**other["train"], "batch_size": size}})  # fmt: skip
        return made + right[len(made) :]


def measured_on(scores, examples):
    """Whether each of these accuracies is a count of `examples`."""
    counts = np.asarray(scores) * examples
    return bool(np.all(np.abs(counts - np.round(counts)) < 1e-3))


@check(blank=1, step="define")
def sixteen_sizes(student):
    """The search can choose `units` among 32, 64, …, 512, and nothing else; without a search they are 128."""
    kind, units = one_of(student.call("declared", "define", step="define"), "units", "2. Define")
    if kind == "Int":
        low, high, step = units["min_value"], units["max_value"], units["step"]
        if step in (None, 1):
            raise Wrong(
                "step-missing",
                "steps of 32: 16 sizes",
                f"every number from {low} to {high}: {high - low + 1} sizes",
                "Without step=32 a search spends its trials on sizes that hardly differ.",
                "2. Define",
            )
        sizes = [] if units["sampling"] != "linear" else list(range(low, high + 1, step))
        shown = f"from {low} to {high}, step {step}, sampling {units['sampling']}"
    else:
        sizes = list(units["values"]) if kind == "Choice" else []
        shown = f"{kind} with the values {sizes}" if kind == "Choice" else kind
    if sorted(sizes) != list(range(32, 513, 32)):
        raise Wrong("wrong-sizes", "32, 64, …, 512", shown, 'hp.Int("units", 32, 512, step=32).', "2. Define")
    if units["default"] != 128:
        raise Wrong("wrong-default", "128 by default", f"{units['default']}", "Add default=128.", "2. Define")


@check(blank=1, step="define")
def hidden_layer_has_the_units(student):
    """The hidden layer is as large as the hyperparameter says."""
    for units in (64, 480):
        found, right = student.model(units=units).parameters, (784 + 1) * units + (units + 1) * 10
        if found != right:
            raise Wrong("units-not-used", f"{right} parameters with units={units}", f"{found}",
                        "Set `units` to what hp answers.", "2. Define")  # fmt: skip


@check(blank=2, step="compile")
def three_rates(student):
    """The search can choose the learning rate among 0.01, 0.001 and 0.0001; without a search it is 0.001."""
    kind, rate = one_of(student.call("declared", "compile", step="compile"), "learning_rate", "3. Compile")
    if kind == "Float" and rate["sampling"] == "linear":
        raise Wrong("sampled-linearly", "one of 0.01, 0.001, 0.0001",
                    f"numbers drawn evenly from {rate['min_value']:g} to {rate['max_value']:g}",
                    "Drawn evenly, nine of ten rates lie in the largest tenth part.", "3. Compile")  # fmt: skip
    if kind != "Choice" or sorted(rate["values"]) != sorted(RATES):
        shown = f"one of {rate['values']}" if kind == "Choice" else f"{kind} from {rate['min_value']}"
        raise Wrong(
            "wrong-rates", "one of 0.01, 0.001, 0.0001", shown, 'hp.Choice("learning_rate", RATES).', "3. Compile"
        )
    if rate["default"] != 1e-3:
        raise Wrong(
            "wrong-default",
            "0.001 by default",
            f"{rate['default']:g}",
            "Without default= it is the first.",
            "3. Compile",
        )


@check(blank=2, step="compile")
def adam_at_the_chosen_rate(student):
    """The optimizer is Adam, at the rate that hp answers."""
    for rate in (1e-2, 1e-4):
        compiled = student.compiled(learning_rate=rate)
        if compiled.optimizer != "Adam":
            raise Wrong("wrong-optimizer", "Adam", compiled.optimizer, "", "3. Compile")
        if abs(compiled.learning_rate - rate) > 1e-7:
            raise Wrong("learning-rate-ignored", f"the rate {rate:g}", f"{compiled.learning_rate:g}",
                        "Write keras.optimizers.Adam(learning_rate=rate).", "3. Compile")  # fmt: skip


@check(blank=2, step="compile")
def loss_and_accuracy(student):
    """The loss is the cross-entropy of integer labels; accuracy is measured beside it."""
    cross_entropy_of_integer_labels(student)
    accuracy_beside_the_loss(student)


@check(blank=3, step="fit", after=(1, 2))
def objective_is_validation_accuracy(student):
    """Every search maximizes the accuracy on the validation split."""
    for kind in SEARCHES:
        told = student.call("planned", kind, 72, 6, 5, step="fit")
        found = f"{told.objective}, {told.direction}, in the {kind} search"
        if "loss" in told.objective and told.direction == "max":
            raise Wrong("loss-maximized", "val_accuracy, max", found, "A large loss is a bad model.", "Common mistakes")
        if told.objective in ("accuracy", "loss"):
            raise Wrong("objective-of-training", "val_accuracy, max", found,
                        "This is measured on the training pictures: it rewards memory.", "Common mistakes")  # fmt: skip
        if told.objective != "val_accuracy":
            raise Wrong("wrong-objective", "val_accuracy, max", found, "Keras calls the curve val_accuracy.", "4. Fit")
        if told.direction != "max":
            raise Wrong(
                "wrong-direction", "val_accuracy, max", found, "The search would keep the worst model.", "4. Fit"
            )


@check(blank=3, step="fit", after=(1, 2))
def one_budget_for_all(student):
    """A budget of 72 epochs pays twelve trials of six epochs, or two Hyperband iterations of 36 epochs each."""
    for kind in SEARCHES[:3]:
        trials = student.call("planned", kind, 72, 6, 5, step="fit").max_trials
        if trials == 72:
            raise Wrong("trials-for-epochs", f"72 // 6 = 12 trials for {kind}", "72 trials, which train 432 epochs",
                        "The budget counts epochs; a trial costs `epochs` of them.", "The idea")  # fmt: skip
        if trials != 12:
            raise Wrong(
                "unequal-budget", f"72 // 6 = 12 trials for {kind}", f"{trials}", "budget // epochs.", "The idea"
            )
    told = student.call("planned", "hyperband", 72, 6, 5, step="fit")
    if told.max_epochs != 6 or told.factor != 3:
        raise Wrong("wrong-length", "max_epochs 6 and factor 3", f"max_epochs {told.max_epochs}, factor {told.factor}",
                    "The longest Hyperband trial is as long as a trial of the others.", "The idea")  # fmt: skip
    if told.hyperband_iterations != 2:
        raise Wrong("unequal-budget", "72 // 36 = 2 Hyperband iterations", f"{told.hyperband_iterations}",
                    "One iteration costs hyperband_epochs(epochs) = 36 epochs, not `epochs`.", "The idea")  # fmt: skip


@check(blank=3, step="fit", after=(1, 2))
def each_search_is_its_own_and_seeded(student):
    """Each kind is its own tuner, with the seed and the folder of `options`."""
    names = dict(zip(SEARCHES, ("GridSearch", "RandomSearch", "BayesianOptimization", "Hyperband"), strict=True))
    for kind, name in names.items():
        told = student.call("planned", kind, 72, 6, 5, step="fit")
        if told.tuner != name:
            raise Wrong("wrong-tuner", f"{name} for {kind!r}", told.tuner, "Return kinds[kind](…).", "4. Fit")
        if told.seed != 5 or not told.inside:
            raise Wrong("options-dropped", "the seed and the folder of `options`",
                        f"seed {told.seed}, trials {'in' if told.inside else 'not in'} the folder",
                        "Hand on **options: another seed each time gives another search.", "4. Fit")  # fmt: skip


@check(blank=4, step="fit")
def momentum_for_sgd_alone(student):
    """Momentum is searched from 0 to 0.9 where the optimizer is "sgd", and does not exist elsewhere."""
    kind, momentum = one_of(student.call("declared", "options", step="fit"), "momentum", "4. Fit")
    conditions = [one["config"] for one in momentum["conditions"]]
    if not conditions:
        raise Wrong("momentum-unconditional", 'a hyperparameter under the condition optimizer = "sgd"', "no condition",
                    "Declare it inside `with hp.conditional_scope(…)`; a Python `if` is not seen by the tuner.",
                    "4. Fit")  # fmt: skip
    if [(one["name"], list(one["values"])) for one in conditions] != [("optimizer", ["sgd"])]:
        shown = " and ".join(f"{one['name']} in {list(one['values'])}" for one in conditions)
        raise Wrong("wrong-condition", "optimizer in ['sgd']", shown, "Adam and RMSprop get no momentum.", "4. Fit")
    values = momentum.get("values") or []
    if kind in ("Float", "Int") and momentum["step"]:
        values = list(np.arange(momentum["min_value"], momentum["max_value"] + 1e-9, momentum["step"]))
    if len(values) != 10 or not np.allclose(sorted(values), np.arange(10) / 10):
        raise Wrong("wrong-range", "0.0, 0.1, …, 0.9", ", ".join(f"{value:.2g}" for value in values) or "no step",
                    "A momentum of 1 never slows down.", "4. Fit")  # fmt: skip


@check(blank=4, step="fit")
def each_optimizer_as_chosen(student):
    """sgd gets rate and momentum, rmsprop and adam the rate."""
    for name, kind in (("sgd", "SGD"), ("rmsprop", "RMSprop"), ("adam", "Adam")):
        values = {"optimizer": name, "learning_rate": 0.0123} | ({"momentum": 0.7} if name == "sgd" else {})
        compiled = student.optimizer("optimizer_with", values, step="fit")
        if compiled.optimizer != kind:
            raise Wrong("wrong-optimizer", f"{kind} for {name!r}", compiled.optimizer, "", "4. Fit")
        if abs(compiled.learning_rate - 0.0123) > 1e-6:
            raise Wrong("learning-rate-ignored", f"the rate 0.0123 for {name!r}", f"{compiled.learning_rate:g}",
                        "Hand on learning_rate=rate.", "4. Fit")  # fmt: skip
        momentum = compiled.optimizer_config.get("momentum", 0.0)
        if name == "sgd" and abs(momentum - 0.7) > 1e-6:
            raise Wrong("momentum-not-used", "SGD with the momentum found, 0.7", f"{momentum:g}",
                        "keras.optimizers.SGD(learning_rate=rate, momentum=momentum).", "4. Fit")  # fmt: skip


@check(blank=5, step="fit")
def best_by_direction(student):
    """The best trial is the one with the largest score, or with the least where the score is to be small."""
    scores = (0.31, 0.87, 0.14, 0.62)
    trials = [
        {"search": "random", "score": score, "epochs": 6, "values": {"units": 32 * number}}
        for number, score in enumerate(scores)
    ]
    for direction, right in (("max", 0.87), ("min", 0.14)):
        found = student.call("best_of", trials, direction, step="fit")
        if not isinstance(found, dict) or "score" not in found or "values" not in found:
            raise Wrong("not-a-trial", "the whole trial, a dict", f"{type(found).__name__} {found!r}"[:80],
                        "Its values are needed for the last fit: return the trial, not its score.", "4. Fit")  # fmt: skip
        if found["score"] == right:
            continue
        if found["score"] in (max(scores), min(scores)):
            raise Wrong("wrong-direction", f"the score {right} for direction {direction!r}", f"{found['score']}",
                        "An accuracy is to be large, a loss small: `direction` says which.", "4. Fit")  # fmt: skip
        raise Wrong("not-the-best", f"the score {right} for direction {direction!r}", f"{found['score']}",
                    "Neither the last trial nor the first, but the best.", "4. Fit")  # fmt: skip


@check(blank=6, step="fit", after=(1, 2, 3, 4, 5))
def trials_are_measured_on_the_validation_split(student):
    """Every trial trains for the given epochs and is measured on the validation split, never on the test split."""
    fitted, data = student.fitted(), student.course.data()
    scores = [score for kind in (*MADE, "options") for score in fitted.history.get(f"{kind}_score", [])]
    if not measured_on(scores, data.validation.examples):
        if "test" in fitted.seen and measured_on(scores, data.test.examples):
            raise Wrong("test-data-in-search", "trials measured on data.validation", "trials measured on data.test",
                        "Values chosen by the test pictures suit these pictures.", "Common mistakes")  # fmt: skip
        raise Wrong("not-the-validation-split", f"accuracies that count {data.validation.examples} validation pictures",
                    f"{', '.join(f'{score:.4f}' for score in scores[:4])} …",
                    "Hand on validation_data=(data.validation.x, data.validation.y).", "1. Load")  # fmt: skip
    if fitted.history["random_trained"] != [2, 2]:
        raise Wrong("wrong-epochs", "two trials of 2 epochs in the random search",
                    f"{[int(epochs) for epochs in fitted.history['random_trained']]}",
                    "Hand on epochs=epochs: the budget was counted with it.", "4. Fit")  # fmt: skip
    same_fits(Fits(student, last=False), own=False)


@check(blank=7, step="fit", after=(1, 2, 3, 4, 5, 6))
def trained_anew_with_the_values_found(student):
    """The run's model has the best trial's values, new weights, and is trained on all training pictures."""
    fitted, data = student.fitted(), student.course.data()
    history = fitted.history
    if "loss" not in history:
        raise Wrong("return-missing", "the history of the last fit", "none", "End with `return`.", "4. Fit")
    if "val_accuracy" not in history:
        raise Wrong("no-validation", "the validation split watched", f"curves {', '.join(list(history)[:4])}",
                    "Hand on validation_data=(data.validation.x, data.validation.y).", "4. Fit")  # fmt: skip
    if not measured_on(history["val_accuracy"], data.validation.examples):
        test = "test" in fitted.seen
        raise Wrong("test-data-in-fit" if test else "wrong-split", "data.validation watched",
                    "data.test watched" if test else "another split watched", "", "4. Fit")  # fmt: skip
    if not fitted.called:
        raise Wrong("callbacks-not-handed-on", "callbacks=callbacks", "callbacks that were never called",
                    "Without them a killed run cannot go on, and the step size does not fall.", "4. Fit")  # fmt: skip
    top = max(score for kind in (*MADE, "options") for score in history[f"{kind}_score"])
    winners = []  # units, batch size and epochs of every trial with the best score
    for kind in (*MADE, "options"):
        for number, score in enumerate(history[f"{kind}_score"]):
            if score == top and kind == "options":
                names = ("neurons", "batch_size", "epochs")
                winners.append(tuple(int(history[f"options_{name}"][number]) for name in names))
            elif score == top:
                winners.append((int(history[f"{kind}_units"][number]), 25, 3))
    units = student.model_call("built", step="fit", fitted=True).units
    fits = [(batch, epochs) for size, batch, epochs in winners if size == units]
    if not fits:
        raise Wrong("not-the-found-values", f"{' or '.join(sorted({str(size) for size, *_ in winners}))} units",
                    f"{units} units", "Build with `hp`, which holds the values found, and let `model` become it.",
                    "4. Fit")  # fmt: skip
    if all(fitted.batches != math.ceil(data.train.examples / batch) for batch, _ in fits):
        raise Wrong("wrong-batches", f"{data.train.examples} training pictures in batches of {fits[0][0]}",
                    f"{fitted.batches} batches an epoch",
                    "All of data.train, with batch_size=preset.batch_size.", "4. Fit")  # fmt: skip
    if all(fitted.epochs != epochs for _, epochs in fits):
        raise Wrong("wrong-epochs", f"{fits[0][1]} epochs", f"{fitted.epochs}", "Write epochs=preset.epochs.", "4. Fit")
    same_fits(Fits(student, last=True))
    # A new network is, over its first epoch, worse on average than the best trial was at its end.
    if history["accuracy"][0] >= top:
        raise Wrong("not-afresh", f"a first epoch below the best trial's accuracy {top:.3f}",
                    f"{history['accuracy'][0]:.3f}",
                    "The weights of a trial were taken along: build a new model.", "Common mistakes")  # fmt: skip
