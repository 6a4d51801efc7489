"""Planted mistakes of exercise 6, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

CLEAN = """
fev1 = {fev1}
return np.column_stack([x[:, 2], fev1, x[:, 4:], {codes}])
"""
MEND = "np.where(x[:, 3] > 10, x[:, 2] * x[:, 3] / 100, x[:, 3])"
CODES = "x[:, 1:2] == np.arange(1, 9)"


def network(*layers: str) -> str:
    """A Sequential model of these layers behind the input."""
    return f"return keras.Sequential([keras.Input((data.train.x.shape[1],)), {', '.join(layers)}])"


HIDDEN = 'keras.layers.Dense(units, activation="relu", kernel_regularizer=decay)'
DROPOUT = "keras.layers.Dropout(rate)"
LAST = 'keras.layers.Dense(1, activation="sigmoid")'

COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics={metrics})"
USUAL = {
    "optimizer": "keras.optimizers.Adam(learning_rate=rate)",
    "loss": "loss",
    "metrics": '["accuracy", keras.metrics.AUC(name="auc")]',
}

AFRESH = """
{copy}
copy.compile(optimizer={optimizer}, loss={loss}, steps_per_execution=8)
found = copy.fit({rows}, batch_size={size}, epochs={epochs}{more}, verbose=0)
return {result}
"""
CLONE = "copy = keras.models.clone_model(model)\ncopy.set_weights(start)"
OWN = {
    "copy": CLONE,
    "optimizer": "keras.optimizers.Adam(rate)",
    "loss": "loss",
    "rows": "x, y",
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "more": "",
    "result": 'copy, found.history["loss"]',
}

FIT = """
history = model.fit({x}, {y}, batch_size={size}, epochs={epochs}{validation}{callbacks})
"""
GOOD = {
    "x": "x_train",
    "y": "data.train.y",
    "epochs": "preset.epochs",
    "size": "preset.batch_size",
    "validation": ", validation_data=(x_validation, data.validation.y)",
    "callbacks": ", callbacks=callbacks",
}

EVALUATE = """
auc = {auc}
y, p = (np.concatenate(part) for part in zip(*model.held_out))
accuracy = {accuracy}
majority = {majority}
"""
MEASURES = {
    "auc": "np.mean([roc_auc_score(a, b) for a, b in model.held_out])",
    "accuracy": "np.mean((p >= 0.5) == y)",
    "majority": "max(np.mean(y), 1 - np.mean(y))",
}

MISTAKES = [
    Mistake("row number kept", 1, "row-number-kept", "return np.column_stack([x, x[:, 1:2] == np.arange(1, 9)])"),
    Mistake("row number in place of the FVC", 1, "row-number-kept", f"return np.column_stack([x[:, 0], {MEND}, x[:, 4:], {CODES}])"),
    Mistake("diagnosis as a number", 1, "code-as-amount", f"fev1 = {MEND}\nreturn np.column_stack([x[:, 1:3], fev1, x[:, 4:]])"),
    Mistake("diagnosis dropped", 1, "wrong-columns", f"fev1 = {MEND}\nreturn np.column_stack([x[:, 2], fev1, x[:, 4:]])",
            cause="The eight columns of the diagnosis are missing: one column for each code from 1 to 8."),
    Mistake("seven codes", 1, "wrong-columns", CLEAN.format(fev1=MEND, codes="x[:, 1:2] == np.arange(1, 8)"),
            cause="np.arange(1, 8) ends at 7, so code 8 has no column: write np.arange(1, 9)."),
    Mistake("nine codes", 1, "wrong-columns", CLEAN.format(fev1=MEND, codes="x[:, 1:2] == np.arange(9)"),
            cause="np.arange(9) begins at 0, and no diagnosis has the code 0: write np.arange(1, 9)."),
    Mistake("one of the 13 lost", 1, "wrong-columns", f"return np.column_stack([x[:, 2], {MEND}, x[:, 5:], {CODES}])",
            cause="The 13 other columns begin at column 4; x[:, 5:] leaves the first of them out."),
    Mistake("FEV1 left beside the mended one", 1, "wrong-columns", f"return np.column_stack([x[:, 2], {MEND}, x[:, 3:], {CODES}])",
            cause="x[:, 3:] begins with the FEV1 as it came: the 13 other columns begin at column 4."),
    Mistake("percent left as it is", 1, "percent-left", CLEAN.format(fev1="x[:, 3]", codes=CODES)),
    Mistake("all FEV1 taken for percent", 1, "wrong-litres", CLEAN.format(fev1="x[:, 2] * x[:, 3] / 100", codes=CODES),
            cause="Values up to 10 are litres already: only values above 10 are percent of the FVC."),
    Mistake("capped in place of mended", 1, "wrong-litres", CLEAN.format(fev1="np.minimum(x[:, 3], 10)", codes=CODES),
            cause="A value above 10 must be turned into litres, FVC · percent / 100, and not cut at 10."),
    Mistake("percent of nothing", 1, "wrong-litres", CLEAN.format(fev1="np.where(x[:, 3] > 10, x[:, 3] / 100, x[:, 3])", codes=CODES),
            cause="Divided by 100 it is a share of the FVC: multiply it by the FVC, which gives litres."),
    Mistake("not divided by 100", 1, "wrong-litres", CLEAN.format(fev1="np.where(x[:, 3] > 10, x[:, 2] * x[:, 3], x[:, 3])", codes=CODES),
            cause="75 percent are 0.75: divide by 100."),
    Mistake("divided by the FVC", 1, "wrong-litres",
            CLEAN.format(fev1="np.where(x[:, 3] > 10, x[:, 3] / x[:, 2] / 100, x[:, 3])", codes=CODES),
            cause="The percent are of the FVC, so the FVC is multiplied by them: FVC · percent / 100."),
    Mistake("litres to percent", 1, "wrong-litres",
            CLEAN.format(fev1="np.where(x[:, 3] > 10, x[:, 3], 100 * x[:, 3] / x[:, 2])", codes=CODES),
            cause="The litres were turned into percent; the blank asks for the opposite."),
    Mistake("mean in place of percent", 1, "wrong-litres",
            CLEAN.format(fev1="np.where(x[:, 3] > 10, np.mean(x[x[:, 3] <= 10, 3]), x[:, 3])", codes=CODES),
            cause="The value of these rows is known, FVC · percent / 100: it need not be replaced by a mean."),
    Mistake("the branches turned round", 1, "wrong-litres",
            CLEAN.format(fev1="np.where(x[:, 3] < 10, x[:, 2] * x[:, 3] / 100, x[:, 3])", codes=CODES),
            cause="np.where takes the second argument where the condition is true: the two are exchanged."),
    Mistake("ten counts as percent", 1, "other-result",
            CLEAN.format(fev1="np.where(x[:, 3] >= 10, x[:, 2] * x[:, 3] / 100, x[:, 3])", codes=CODES),
            cause="An FEV1 of exactly 10 is not above 10: write > and not >=."),
    Mistake("a threshold at the FVC", 1, "other-result",
            CLEAN.format(fev1="np.where(x[:, 3] > x[:, 2], x[:, 2] * x[:, 3] / 100, x[:, 3])", codes=CODES),
            cause="The blank asks for values above 10, and not for values above the FVC."),
    Mistake("all rows mended where one has percent", 1, "wrong-litres",
            CLEAN.format(fev1="x[:, 2] * x[:, 3] / 100 if x[:, 3].max() > 10 else x[:, 3]", codes=CODES),
            cause="Each row must be looked at by itself: np.where decides row by row, `if` once for the whole table."),
    Mistake("codes from 0 to 7", 1, "columns-changed", CLEAN.format(fev1=MEND, codes="x[:, 1:2] == np.arange(8)"),
            cause="The codes are 1 to 8, so the first column must be that of code 1: np.arange(1, 9)."),
    Mistake("codes in falling order", 1, "columns-changed", CLEAN.format(fev1=MEND, codes="x[:, 1:2] == np.arange(8, 0, -1)"),
            cause="The columns of the codes go from 1 to 8."),
    Mistake("codes up to the own one", 1, "columns-changed", CLEAN.format(fev1=MEND, codes="x[:, 1:2] >= np.arange(1, 9)"),
            cause="Only the column of the row's own code is 1: == and not >=."),
    Mistake("codes in front", 1, "wrong-litres", f"return np.column_stack([{CODES}, x[:, 2], {MEND}, x[:, 4:]])",
            cause="The columns of the codes come last, behind the 13 others."),
    Mistake("FEV1 before FVC", 1, "wrong-litres", f"return np.column_stack([{MEND}, x[:, 2], x[:, 4:], {CODES}])",
            cause="The FVC is column 0 of the result and the FEV1 column 1: the two are exchanged."),
    Mistake("columns for the codes that occur", 1, "wrong-columns", CLEAN.format(fev1=MEND, codes="x[:, 1:2] == np.unique(x[:, 1])"),
            cause="A code that no row of this table has still needs its column: use the codes 1 to 8, and not those that occur."),
    Mistake("rows for columns", 1, "raises", f"return np.vstack([x[:, 2], {MEND}, x[:, 4:], {CODES}])"),
    Mistake("nothing returned", 1, "return-missing", f"result = np.column_stack([x[:, 2], {MEND}, x[:, 4:], {CODES}])"),
    Mistake("no dropout", 2, "other-in-training", network(HIDDEN, HIDDEN, LAST),
            cause="The Dropout layer between the two hidden layers is missing."),
    Mistake("dropout behind the output", 2, "dropout-after-output", network(HIDDEN, HIDDEN, LAST, DROPOUT)),
    Mistake("dropout behind the second layer", 2, "dropout-misplaced", network(HIDDEN, HIDDEN, DROPOUT, LAST),
            cause="Dropout is asked for between the two hidden layers, and stands behind the second one."),
    Mistake("dropout in front", 2, "dropout-misplaced", network(DROPOUT, HIDDEN, HIDDEN, LAST),
            cause="Dropout is asked for between the two hidden layers, and stands in front of the first one: it removes inputs."),
    Mistake("dropout twice", 2, "dropout-misplaced", network(HIDDEN, DROPOUT, HIDDEN, DROPOUT, LAST),
            cause="One Dropout layer is asked for, between the two hidden layers."),
    Mistake("dropout rate written as a number", 2, "dropout-rate-ignored", network(HIDDEN, "keras.layers.Dropout(0.5)", HIDDEN, LAST)),
    Mistake("the share that is kept as rate", 2, "dropout-rate-ignored", network(HIDDEN, "keras.layers.Dropout(1 - rate)", HIDDEN, LAST)),
    Mistake("noise for dropout", 2, "other-in-training", network(HIDDEN, "keras.layers.GaussianNoise(rate)", HIDDEN, LAST),
            cause="GaussianNoise adds random numbers to the outputs of the layer; Dropout sets some of them to 0."),
    Mistake("two outputs with softmax", 2, "wrong-output-shape",
            network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(2, activation="softmax")')),
    Mistake("linear output", 2, "output-not-sigmoid", network(HIDDEN, DROPOUT, HIDDEN, "keras.layers.Dense(1)"),
            cause='The last layer has no activation, so its output is any number: activation="sigmoid" makes a probability of it.'),
    Mistake("relu output", 2, "output-not-sigmoid", network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(1, activation="relu")'),
            cause="relu gives any number from 0 on: a probability needs sigmoid."),
    Mistake("tanh output", 2, "output-not-sigmoid", network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(1, activation="tanh")'),
            cause="tanh goes from −1 to 1: a probability needs sigmoid."),
    Mistake("relu before the sigmoid", 2, "other-outputs", network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(1, activation="relu")',
            'keras.layers.Activation("sigmoid")'),
            cause="relu in front of the sigmoid makes every output at least 0.5: the sigmoid alone is the activation of the last unit."),
    Mistake("sigmoid twice", 2, "other-outputs", network(HIDDEN, DROPOUT, HIDDEN, LAST, 'keras.layers.Activation("sigmoid")'),
            cause="A second sigmoid maps probabilities to numbers between 0.5 and 0.73."),
    Mistake("softmax over one unit", 2, "constant-answer",
            network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(1, activation="softmax")')),
    Mistake("one hidden layer", 2, "other-parameters", network(HIDDEN, DROPOUT, LAST),
            cause="Two hidden layers are asked for; this network has one."),
    Mistake("three hidden layers", 2, "other-parameters", network(HIDDEN, DROPOUT, HIDDEN, HIDDEN, LAST),
            cause="Two hidden layers are asked for; this network has three."),
    Mistake("units written as a number", 2, "other-parameters",
            network(*(part.replace("units", "30") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="The hidden layers have 30 units whatever hp says: use the variable `units`."),
    Mistake("half of the units in the second layer", 2, "other-parameters",
            network(HIDDEN, DROPOUT, HIDDEN.replace("units", "units // 2"), LAST),
            cause="Both hidden layers have `units` units."),
    Mistake("batch normalization that was not asked for", 2, "other-parameters",
            network(HIDDEN, "keras.layers.BatchNormalization()", DROPOUT, HIDDEN, LAST),
            cause="The layer BatchNormalization is not asked for."),
    Mistake("decay forgotten in the first layer", 2, "other-regularization",
            network('keras.layers.Dense(units, activation="relu")', DROPOUT, HIDDEN, LAST),
            cause="The first hidden layer has no kernel_regularizer=decay."),
    Mistake("decay forgotten in the second layer", 2, "other-regularization",
            network(HIDDEN, DROPOUT, 'keras.layers.Dense(units, activation="relu")', LAST),
            cause="The second hidden layer has no kernel_regularizer=decay."),
    Mistake("no decay", 2, "other-regularization",
            network(*(part.replace(", kernel_regularizer=decay", "") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="Neither hidden layer has kernel_regularizer=decay."),
    Mistake("decay of the last layer too", 2, "other-regularization",
            network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(1, activation="sigmoid", kernel_regularizer=decay)'),
            cause="Only the two hidden layers are regularized; the last layer is not."),
    Mistake("decay of the biases", 2, "other-regularization",
            network(*(part.replace("kernel_reg", "bias_reg") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="bias_regularizer holds the biases down; the blank asks for kernel_regularizer."),
    Mistake("decay of the outputs", 2, "other-regularization",
            network(*(part.replace("kernel_reg", "activity_reg") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="activity_regularizer holds the outputs of the layer down; the blank asks for kernel_regularizer, which holds the weights."),
    Mistake("L1 for L2", 2, "other-regularization",
            network(*(part.replace("=decay", "=keras.regularizers.L1(1e-4)") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="L1 adds the sum of the absolute weights; `decay` is L2, the sum of squares, at the strength that hp gives."),
    Mistake("sigmoid hidden layers", 2, "other-outputs",
            network(*(part.replace("relu", "sigmoid") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="The hidden layers have sigmoid; the blank asks for relu."),
    Mistake("tanh hidden layers", 2, "other-outputs",
            network(*(part.replace("relu", "tanh") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="The hidden layers have tanh; the blank asks for relu."),
    Mistake("first layer without activation", 2, "other-outputs",
            network(HIDDEN.replace('activation="relu", ', ""), DROPOUT, HIDDEN, LAST),
            cause="The first hidden layer has no activation."),
    Mistake("second layer without activation", 2, "other-outputs",
            network(HIDDEN, DROPOUT, HIDDEN.replace('activation="relu", ', ""), LAST),
            cause="The second hidden layer has no activation."),
    Mistake("no activation in the hidden layers", 2, "other-outputs",
            network(*(part.replace('activation="relu", ', "") for part in (HIDDEN, DROPOUT, HIDDEN, LAST))),
            cause="The hidden layers have no activation: two linear layers in a row compute no more than one."),
    Mistake("no bias", 2, "other-parameters", network(HIDDEN.replace("units,", "units, use_bias=False,"), DROPOUT, HIDDEN, LAST),
            cause="use_bias=False is not asked for."),
    Mistake("one loss for all names", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"binary_crossentropy"'}),
            cause="The loss is the binary cross-entropy whatever hp says: use the variable `loss`."),
    Mistake("squared error as the loss", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mse"'}),
            cause="The loss is the mean squared error whatever hp says: use the variable `loss`."),
    Mistake("a categorical loss", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"categorical_crossentropy"'}),
            cause="The categorical cross-entropy over one unit is always 0: use the variable `loss`."),
    Mistake("smoothed labels", 3, "wrong-loss",
            COMPILE.format(**USUAL | {"loss": 'keras.losses.BinaryCrossentropy(label_smoothing=0.1) if "binary" in loss else loss'}),
            cause="label_smoothing is not asked for: it moves the labels away from 0 and 1."),
    Mistake("a sum for the mean", 3, "wrong-loss", COMPILE.format(
            **USUAL | {"loss": 'keras.losses.BinaryCrossentropy(reduction="sum") if "binary" in loss else loss'}),
            cause='reduction="sum" adds the losses of the batch up; the mean is asked for.'),
    Mistake("from logits behind a sigmoid", 3, "from-logits-with-sigmoid",
            COMPILE.format(**USUAL | {"loss": 'keras.losses.BinaryCrossentropy(from_logits=True) if "binary" in loss else loss'}),
            cause="from_logits=True applies a sigmoid once more: the network ends in a sigmoid already."),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'}),
            cause="The name of an optimizer takes its default learning rate, 0.001: use the variable `rate`."),
    Mistake("a rate written as a number", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.Adam(0.01)"}),
            cause="The learning rate is a number whatever hp says: use the variable `rate`."),
    Mistake("another optimizer", 3, "wrong-optimizer", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.SGD(rate)"})),
    Mistake("Adam with weight decay", 3, "wrong-optimizer", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.AdamW(rate)"})),
    Mistake("clipped gradients", 3, "other-setting", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.Adam(rate, clipnorm=1.0)"})),
    Mistake("no AUC", 3, "metric-missing", COMPILE.format(**USUAL | {"metrics": '["accuracy"]'}),
            cause='The area under the ROC curve is missing: keras.metrics.AUC(name="auc").'),
    Mistake("AUC without its name", 3, "metric-missing", COMPILE.format(**USUAL | {"metrics": '["accuracy", "AUC"]'}),
            cause='The figures look for the name "auc": write keras.metrics.AUC(name="auc").'),
    Mistake("no accuracy", 3, "metric-missing", COMPILE.format(**USUAL | {"metrics": '[keras.metrics.AUC(name="auc")]'}),
            cause='The metric "accuracy" is missing.'),
    Mistake("accuracy of equal numbers", 3, "wrong-metric",
            COMPILE.format(**USUAL | {"metrics": '[keras.metrics.Accuracy(name="accuracy"), keras.metrics.AUC(name="auc")]'}),
            cause='keras.metrics.Accuracy counts predictions that equal the label exactly; a probability never does: write "accuracy".'),
    Mistake("another error under the name accuracy", 3, "wrong-metric",
            COMPILE.format(**USUAL | {"metrics": '[keras.metrics.MeanSquaredError(name="accuracy"), keras.metrics.AUC(name="auc")]'}),
            cause="This is the mean squared error under the name of the accuracy."),
    Mistake("precision for accuracy", 3, "metric-missing",
            COMPILE.format(**USUAL | {"metrics": '[keras.metrics.Precision(), keras.metrics.AUC(name="auc")]'}),
            cause="Precision is the share of the patients called dead who died; the accuracy counts all right predictions."),
    Mistake("a threshold of 0.35", 3, "wrong-metric", COMPILE.format(**USUAL | {
            "metrics": '[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.35), keras.metrics.AUC(name="auc")]'}),
            cause="The accuracy is that of predictions cut at 0.5."),
    Mistake("area under precision and recall", 3, "wrong-metric",
            COMPILE.format(**USUAL | {"metrics": '["accuracy", keras.metrics.AUC(curve="PR", name="auc")]'}),
            cause='curve="PR" is the area under precision and recall; the ROC curve is asked for.'),
    Mistake("an area of logits", 3, "wrong-metric",
            COMPILE.format(**USUAL | {"metrics": '["accuracy", keras.metrics.AUC(from_logits=True, name="auc")]'}),
            cause="from_logits=True applies a sigmoid to the predictions; they are probabilities already."),
    Mistake("an area of three thresholds", 3, "wrong-metric",
            COMPILE.format(**USUAL | {"metrics": '["accuracy", keras.metrics.AUC(num_thresholds=3, name="auc")]'}),
            cause="The area is measured at too few thresholds (num_thresholds) to see the order of the predictions."),
    Mistake("metrics by position", 3, "metrics-in-loss-weights",
            'model.compile(keras.optimizers.Adam(rate), loss, ["accuracy", keras.metrics.AUC(name="auc")])'),
    Mistake("fitted anew on each", 4, "scaled-by-itself", "return [StandardScaler().fit_transform(part) for part in (x, *others)]"),
    Mistake("fitted on all rows", 4, "scaled-by-all",
            "scaler = StandardScaler().fit(np.concatenate([x, *others]))\nreturn [scaler.transform(part) for part in (x, *others)]"),
    Mistake("fitted on the first of the others", 4, "other-result",
            "scaler = StandardScaler().fit((*others, x)[0])\nreturn [scaler.transform(part) for part in (x, *others)]",
            cause="The scaler is fitted on the held-out rows; it must be fitted on x, the training rows."),
    Mistake("mean taken off, deviation left", 4, "other-result", "return [part - x.mean(axis=0) for part in (x, *others)]",
            cause="The mean is subtracted, but nothing is divided by the standard deviation."),
    Mistake("divided by the variance", 4, "other-result", "return [(part - x.mean(axis=0)) / x.var(axis=0) for part in (x, *others)]",
            cause="The values are divided by the variance; its square root, the standard deviation, is asked for."),
    Mistake("not centered", 4, "other-result",
            "scaler = StandardScaler(with_mean=False).fit(x)\nreturn [scaler.transform(part) for part in (x, *others)]",
            cause="The mean is not subtracted."),
    Mistake("one mean for all columns", 4, "other-result", "return [(part - x.mean()) / x.std() for part in (x, *others)]",
            cause="Each column has its own mean and standard deviation: axis=0."),
    Mistake("rows for columns", 4, "raises", "return [(part - x.mean(axis=1)) / x.std(axis=1) for part in (x, *others)]"),
    Mistake("from 0 to 1", 4, "other-result",
            "low, high = x.min(axis=0), x.max(axis=0)\nreturn [(part - low) / (high - low) for part in (x, *others)]",
            cause="This scales to the range from 0 to 1; a StandardScaler makes the mean 0 and the standard deviation 1."),
    Mistake("sample deviation", 4, "other-result", "return [(part - x.mean(axis=0)) / x.std(axis=0, ddof=1) for part in (x, *others)]",
            cause="ddof=1 divides by n − 1; a StandardScaler divides by n."),
    Mistake("median and quartiles", 4, "other-result", """
        from sklearn.preprocessing import RobustScaler

        scaler = RobustScaler().fit(x)
        return [scaler.transform(part) for part in (x, *others)]
        """, cause="RobustScaler uses the median and the quartiles; a StandardScaler is asked for."),
    Mistake("columns that never change become nan", 4, "other-result",
            "return [(part - x.mean(axis=0)) / x.std(axis=0) for part in (x, *others)]",
            cause="A column that never changes has the standard deviation 0, and 0 / 0 is nan; a StandardScaler divides by 1 there."),
    Mistake("others left out", 4, "wrong-number", "return [StandardScaler().fit_transform(x)]",
            cause="Only x is returned; each of the others is to be scaled and returned too."),
    Mistake("x left out", 4, "wrong-number", "scaler = StandardScaler().fit(x)\nreturn [scaler.transform(part) for part in others]",
            cause="The scaled x is missing: the list begins with it."),
    Mistake("x unscaled", 4, "other-result",
            "scaler = StandardScaler().fit(x)\nreturn [x, *(scaler.transform(part) for part in others)]",
            cause="x itself is returned as it came; it must be scaled too."),
    Mistake("others unscaled", 4, "other-result", "return [StandardScaler().fit_transform(x), *others]",
            cause="The others are returned as they came; they must be scaled by the scaler of x."),
    Mistake("scaled in place", 4, "argument-changed", """
        mean, deviation = x.mean(axis=0), x.std(axis=0)
        for part in (x, *others):
            part -= mean
            part /= np.where(deviation == 0, 1, deviation)
        return [x, *others]
        """),
    Mistake("x last", 4, "other-result",
            "scaler = StandardScaler().fit(x)\nreturn [scaler.transform(part) for part in (*others, x)]",
            cause="The scaled x comes first in the list, then the others."),
    Mistake("plain KFold", 5, "not-stratified",
            "from sklearn.model_selection import KFold\nreturn list(KFold(count, shuffle=True, random_state=0).split(x))"),
    Mistake("no shuffling", 5, "not-shuffled", "return list(StratifiedKFold(count).split(x, y))"),
    Mistake("no seed", 5, "seed-missing", "return list(StratifiedKFold(count, shuffle=True).split(x, y))"),
    Mistake("another seed", 5, "other-seed", "return list(StratifiedKFold(count, shuffle=True, random_state=42).split(x, y))"),
    Mistake("ten folds", 5, "wrong-number", "return list(StratifiedKFold(10, shuffle=True, random_state=0).split(x, y))"),
    Mistake("always five folds", 5, "wrong-number", "return list(StratifiedKFold(5, shuffle=True, random_state=0).split(x, y))"),
    Mistake("the first fold lost", 5, "wrong-number", "return list(StratifiedKFold(count, shuffle=True, random_state=0).split(x, y))[1:]"),
    Mistake("pairs turned round", 5, "pairs-turned-round",
            "return [(rest, train) for train, rest in StratifiedKFold(count, shuffle=True, random_state=0).split(x, y)]"),
    Mistake("random splits", 5, "not-held-out-once", """
        from sklearn.model_selection import StratifiedShuffleSplit

        return list(StratifiedShuffleSplit(count, test_size=1 / count, random_state=0).split(x, y))
        """, cause="Each of these splits is drawn anew, so that some rows are held out several times and others never."),
    Mistake("trained on all rows", 5, "overlap", """
        pairs = StratifiedKFold(count, shuffle=True, random_state=0).split(x, y)
        return [(np.arange(len(y)), rest) for _, rest in pairs]
        """),
    Mistake("the same fold each time", 5, "not-held-out-once", """
        pairs = list(StratifiedKFold(count, shuffle=True, random_state=0).split(x, y))
        return [pairs[0]] * count
        """, cause="All pairs are the same one: a list multiplied by a number repeats it."),
    Mistake("held-out rows alone", 5, "not-pairs",
            "return [rest for _, rest in StratifiedKFold(count, shuffle=True, random_state=0).split(x, y)]",
            cause="Each fold is a pair, (training rows, held-out rows); here it is the held-out rows alone."),
    Mistake("the splitter itself", 5, "raises", "return StratifiedKFold(count, shuffle=True, random_state=0)"),
    Mistake("masks for row numbers", 5, "overlap", """
        pairs = StratifiedKFold(count, shuffle=True, random_state=0).split(x, y)
        return [(np.isin(np.arange(len(y)), train), np.isin(np.arange(len(y)), rest)) for train, rest in pairs]
        """),
    Mistake("one model trained on and on", 6, "model-trained", AFRESH.format(**OWN | {"copy": "copy = model"})),
    Mistake("the model set back to the start", 6, "model-trained", AFRESH.format(**OWN | {"copy": "copy = model\ncopy.set_weights(start)"})),
    Mistake("a clone without the start", 6, "not-afresh", AFRESH.format(**OWN | {"copy": "copy = keras.models.clone_model(model)"})),
    Mistake("the weights of the model", 6, "not-afresh",
            AFRESH.format(**OWN | {"copy": "copy = keras.models.clone_model(model)\ncopy.set_weights(model.get_weights())"})),
    Mistake("one loss for all", 6, "loss-ignored", AFRESH.format(**OWN | {"loss": '"binary_crossentropy"'}),
            cause="The copy is compiled with the binary cross-entropy whatever is asked for: use the argument `loss`."),
    Mistake("the loss of the model", 6, "loss-ignored", AFRESH.format(**OWN | {"loss": "model.loss"}),
            cause="The copy is compiled with the binary cross-entropy of the model: use the argument `loss`."),
    Mistake("another optimizer for the copies", 6, "wrong-optimizer", AFRESH.format(**OWN | {"optimizer": "keras.optimizers.SGD(rate)"})),
    Mistake("rate of the copies not handed on", 6, "learning-rate-ignored", AFRESH.format(**OWN | {"optimizer": '"adam"'}),
            cause="The name of an optimizer takes its default learning rate, 0.001: use the variable `rate`."),
    Mistake("one epoch", 6, "wrong-epochs", AFRESH.format(**OWN | {"epochs": "1"}),
            cause="epochs is a number here: use preset.epochs."),
    Mistake("batch size of the copies left to Keras", 6, "wrong-batch-size", AFRESH.format(**OWN | {"size": "None"}),
            cause="Without batch_size Keras takes 32 rows: use preset.batch_size."),
    Mistake("rows of the copies torn apart", 6, "pairs-torn", AFRESH.format(**OWN | {"rows": "x[::-1], y"}),
            cause="x is reordered and y is not, so that each row has the label of another one."),
    Mistake("labels turned round", 6, "other-targets", AFRESH.format(**OWN | {"rows": "x, 1 - y"}),
            cause="1 − y exchanges the two classes: 1 is a patient who died."),
    Mistake("a part split off for validation", 6, "wrong-split-off", AFRESH.format(**OWN | {"more": ", validation_split=0.2"})),
    Mistake("half of the rows", 6, "other-rows", AFRESH.format(**OWN | {"rows": "x[: len(x) // 2], y[: len(y) // 2]"}),
            cause="The copy is trained on a part of the rows: hand all of x and y to fit."),
    Mistake("scaled once more", 6, "pairs-torn", AFRESH.format(**OWN | {"rows": "scaled(x)[0], y"}),
            cause="x is scaled already: scaled a second time its values change."),
    Mistake("deaths counted six times", 6, "other-weights", AFRESH.format(**OWN | {"more": ", class_weight={0: 1.0, 1: 6.0}"}),
            cause="class_weight is not asked for."),
    Mistake("the pair turned round", 6, "not-a-pair", AFRESH.format(**OWN | {"result": 'found.history["loss"], copy'}),
            cause="The copy comes first, then its losses."),
    Mistake("the whole history", 6, "not-a-list", AFRESH.format(**OWN | {"result": "copy, found.history"})),
    Mistake("the last loss alone", 6, "not-a-list", AFRESH.format(**OWN | {"result": 'copy, found.history["loss"][-1]'}),
            cause="This is the loss of the last epoch: the whole list is asked for."),
    Mistake("the model for the copy", 6, "wrong-model", AFRESH.format(**OWN | {"result": 'model, found.history["loss"]'}),
            cause="The model that was given is returned, and it is not trained: return the copy."),
    Mistake("the copy alone", 6, "not-a-pair", AFRESH.format(**OWN | {"result": "copy"}),
            cause="The list of losses is missing: return copy, history[\"loss\"]."),
    Mistake("nothing returned from the training", 6, "return-missing", AFRESH.format(**OWN).replace("return ", "pair = ")),
    Mistake("trained in two halves", 6, "other-number-of-fits", """
        copy = keras.models.clone_model(model)
        copy.set_weights(start)
        copy.compile(optimizer=keras.optimizers.Adam(rate), loss=loss)
        curve = []
        for epoch in range(preset.epochs):
            curve += copy.fit(x, y, batch_size=preset.batch_size, verbose=0).history["loss"][-1:]
            copy.compile(optimizer=keras.optimizers.Adam(rate), loss=loss)
        return copy, curve
        """, cause="The copy is compiled anew for each epoch, which loses the state of Adam: one call of fit with epochs=preset.epochs."),
    Mistake("unscaled training rows", 7, "other-values", FIT.format(**GOOD | {"x": "data.train.x"}),
            cause="data.train.x is not scaled: hand x_train to fit."),
    Mistake("scaled twice", 7, "other-values", FIT.format(**GOOD | {"x": "scaled(x_train / 2 + 1)[0] * 0.5"}),
            cause="The rows are changed once more: hand x_train to fit as it is."),
    Mistake("unscaled validation rows", 7, "wrong-validation",
            FIT.format(**GOOD | {"validation": ", validation_data=(data.validation.x, data.validation.y)"}),
            cause="data.validation.x is not scaled: watch x_validation."),
    Mistake("validation rows scaled by themselves", 7, "wrong-validation",
            FIT.format(**GOOD | {"validation": ", validation_data=(scaled(data.validation.x)[0], data.validation.y)"}),
            cause="The validation rows have a scaler of their own: x_validation is scaled by that of the training rows."),
    Mistake("training rows watched", 7, "wrong-validation", FIT.format(**GOOD | {"validation": ", validation_data=(x_train, data.train.y)"})),
    Mistake("a part of the training rows watched", 7, "no-validation", FIT.format(**GOOD | {"validation": ", validation_split=0.2"})),
    Mistake("nothing watched", 7, "no-validation", FIT.format(**GOOD | {"validation": ""})),
    Mistake("test rows watched", 7, "test-data-in-fit",
            FIT.format(**GOOD | {"validation": ", validation_data=(scaled(data.train.x, data.test.x)[1], data.test.y)"})),
    Mistake("validation labels torn off", 7, "wrong-validation",
            FIT.format(**GOOD | {"validation": ", validation_data=(x_validation, data.validation.y[::-1])"}),
            cause="The validation labels are reordered and the rows are not."),
    Mistake("trained on the validation rows too", 7, "wrong-split", FIT.format(
            **GOOD | {"x": "np.concatenate([x_train, x_validation])", "y": "np.concatenate([data.train.y, data.validation.y])"})),
    Mistake("inputs shuffled, labels not", 7, "pairs-torn", FIT.format(**GOOD | {"x": "np.random.permutation(x_train)"})),
    Mistake("labels sorted", 7, "pairs-torn", FIT.format(**GOOD | {"y": "np.sort(data.train.y)"})),
    Mistake("classes exchanged", 7, "other-targets", FIT.format(**GOOD | {"y": "1 - data.train.y"}),
            cause="1 − y exchanges the two classes: 1 is a patient who died."),
    Mistake("class weights", 7, "other-weights", FIT.format(**GOOD | {"callbacks": ", callbacks=callbacks, class_weight={0: 1.0, 1: 6.0}"}),
            cause="class_weight is not asked for: it changes what the network is trained for."),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": ""})),
    Mistake("batch size left to Keras", 7, "wrong-batch-size", FIT.format(**GOOD | {"size": "32"}),
            cause="batch_size is 32, the default of Keras: use preset.batch_size."),
    Mistake("epochs left to Keras", 7, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"}),
            cause="epochs is 1, the default of Keras: use preset.epochs."),
    Mistake("batches and epochs exchanged", 7, "wrong-epochs", FIT.format(**GOOD | {"epochs": "preset.batch_size", "size": "preset.epochs"}),
            cause="epochs and batch_size are exchanged."),
    Mistake("half of the training rows", 7, "other-rows", FIT.format(**GOOD | {"x": "x_train[::2]", "y": "data.train.y[::2]"}),
            cause="The model is trained on a part of the training rows."),
    Mistake("area of answers cut at a half", 8, "wrong-area",
            EVALUATE.format(**MEASURES | {"auc": "np.mean([roc_auc_score(a, b >= 0.5) for a, b in model.held_out])"}),
            cause="The probabilities are cut at 0.5 before the area is taken: the order among them is lost."),
    Mistake("area of the first fold", 8, "wrong-area", EVALUATE.format(**MEASURES | {"auc": "roc_auc_score(*model.held_out[0])"}),
            cause="This is the area of the first fold: take the mean over all folds."),
    Mistake("one area of all rows", 8, "wrong-area", EVALUATE.format(**MEASURES | {
            "auc": "roc_auc_score(np.concatenate([a for a, _ in model.held_out]), np.concatenate([b for _, b in model.held_out]))"}),
            cause="This is one area over all rows; the mean of the folds' areas is asked for, as each fold has a network of its own."),
    Mistake("the best fold", 8, "wrong-area", EVALUATE.format(**MEASURES | {"auc": "max(roc_auc_score(a, b) for a, b in model.held_out)"}),
            cause="This is the largest area of a fold: take the mean over all folds."),
    Mistake("the median fold", 8, "wrong-area",
            EVALUATE.format(**MEASURES | {"auc": "np.median([roc_auc_score(a, b) for a, b in model.held_out])"}),
            cause="This is the median of the folds' areas: take their mean."),
    Mistake("areas weighted by the folds' sizes", 8, "wrong-area", EVALUATE.format(**MEASURES | {
            "auc": "np.average([roc_auc_score(a, b) for a, b in model.held_out], weights=[len(a) for a, _ in model.held_out])"}),
            cause="The mean is weighted by the sizes of the folds; the plain mean of the areas is asked for."),
    Mistake("labels and probabilities exchanged", 8, "raises",
            EVALUATE.format(**MEASURES | {"auc": "np.mean([roc_auc_score(b, a) for a, b in model.held_out])"})),
    Mistake("area of survival", 8, "wrong-area",
            EVALUATE.format(**MEASURES | {"auc": "np.mean([roc_auc_score(a, 1 - b) for a, b in model.held_out])"}),
            cause="1 − p is the probability of survival: the order is turned round."),
    Mistake("precision for the area", 8, "wrong-area", EVALUATE.format(**MEASURES | {
            "auc": "np.mean([__import__('sklearn.metrics').metrics.average_precision_score(a, b) for a, b in model.held_out])"}),
            cause="average_precision_score is the area under precision and recall; the ROC curve is asked for."),
    Mistake("accuracy of each fold", 8, "wrong-accuracy",
            EVALUATE.format(**MEASURES | {"accuracy": "np.mean([np.mean((b >= 0.5) == a) for a, b in model.held_out])"}),
            cause="This is the mean of the folds' accuracies; the share of all held-out rows is asked for, and the folds differ in size."),
    Mistake("threshold at the wrong side", 8, "wrong-accuracy", EVALUATE.format(**MEASURES | {"accuracy": "np.mean((p < 0.5) == y)"}),
            cause="The comparison is turned round: this is the share of wrong answers."),
    Mistake("a threshold of the share", 8, "wrong-accuracy", EVALUATE.format(**MEASURES | {"accuracy": "np.mean((p >= np.mean(y)) == y)"}),
            cause="The threshold is the share of deaths; 0.5 is asked for."),
    Mistake("share of those called dead", 8, "wrong-accuracy", EVALUATE.format(**MEASURES | {"accuracy": "np.mean(p >= 0.5)"}),
            cause="This is the share of rows that are called dead; compare each answer with the label."),
    Mistake("recall for accuracy", 8, "wrong-accuracy", EVALUATE.format(**MEASURES | {"accuracy": "np.mean(p[y == 1] >= 0.5)"}),
            cause="This is the share of deaths that are found (recall); the accuracy is over all rows."),
    Mistake("deaths taken for the majority", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "np.mean(y)"}),
            cause="This is the share of label 1; the more frequent label may be 0: take the larger of both shares."),
    Mistake("survivors taken for the majority", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "np.mean(y == 0)"}),
            cause="This is the share of label 0; the more frequent label may be 1: take the larger of both shares."),
    Mistake("the rarer label", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "min(np.mean(y), 1 - np.mean(y))"}),
            cause="This is the share of the rarer label."),
    Mistake("a count for a share", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "np.bincount(y).max()"}),
            cause="This is a count of rows: divide it by their number."),
    Mistake("majority of a coin", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "0.5"}),
            cause="0.5 is the accuracy of a coin; the more frequent label is right more often."),
]  # fmt: skip

RIGHTS = [
    Right(
        "loops, the functional model, objects in place of names",
        {
            1: """
            mended = x.astype(float)
            wrong = mended[:, 3] > 10
            mended[wrong, 3] *= mended[wrong, 2] / 100
            hot = np.zeros((len(x), 8))
            hot[np.arange(len(x)), x[:, 1].astype(int) - 1] = 1
            return np.hstack([mended[:, 2:], hot])
            """,
            2: """
            inputs = keras.Input(data.train.x.shape[1:])
            hidden = keras.layers.Dense(units, "relu", kernel_regularizer=decay)(inputs)
            hidden = keras.layers.Dropout(rate)(hidden)
            hidden = keras.layers.Dense(units, "relu", kernel_regularizer=decay)(hidden)
            return keras.Model(inputs, keras.layers.Dense(1, keras.activations.sigmoid)(hidden))
            """,
            3: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.get(loss),
                          metrics=[keras.metrics.BinaryAccuracy(name="accuracy"), keras.metrics.AUC(name="auc")])
            """,
            4: """
            mean, deviation = x.mean(axis=0), x.std(axis=0)
            deviation = np.where(deviation > 0, deviation, 1)
            return [(part - mean) / deviation for part in (x, *others)]
            """,
            8: """
            auc = sum(roc_auc_score(a, b) for a, b in model.held_out) / len(model.held_out)
            y = np.concatenate([a for a, _ in model.held_out])
            p = np.concatenate([b for _, b in model.held_out])
            accuracy = 1 - abs((p > 0.5) - y.astype(float)).mean()
            majority = np.bincount(y).max() / len(y)
            """,
        },
    ),
    Right(
        "folds by hand, a model from its config, tf.data",
        {
            5: """
            order = np.random.default_rng(0).permutation(len(y))
            fold = np.empty(len(y), dtype=int)
            for label in (0, 1):
                members = order[y[order] == label]
                fold[members] = np.arange(len(members)) % count
            rows = np.arange(len(y))
            return [(rows[fold != k], rows[fold == k]) for k in range(count)]
            """,
            6: """
            copy = type(model).from_config(model.get_config())
            for variable, value in zip(copy.weights, start):
                variable.assign(value)
            copy.compile(keras.optimizers.Adam(learning_rate=rate), loss)
            found = copy.fit(x, y, preset.batch_size, preset.epochs, verbose=0)
            return copy, found.history["loss"]
            """,
            7: """
            train, validation = datasets.Split(x_train, data.train.y), datasets.Split(x_validation, data.validation.y)
            history = model.fit(train.batches(preset.batch_size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=validation.batches(preset.batch_size), callbacks=callbacks)
            """,
        },
    ),
    Right(
        "a class of one's own, objects for losses, more thresholds, vectors",
        {
            1: """
            def one_hot(codes: np.ndarray) -> np.ndarray:
                return np.eye(9)[codes.astype(int)][:, 1:]

            share = np.ones(len(x))
            share[x[:, 3] > 10] = x[x[:, 3] > 10, 2] / 100
            return np.concatenate([x[:, 2:3], (x[:, 3] * share)[:, None], x[:, 4:17], one_hot(x[:, 1])], axis=1)
            """,
            2: """
            class Survival(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.last = keras.layers.Dense(1, activation="sigmoid")
                    self.first = keras.layers.Dense(units, activation="relu", kernel_regularizer=decay)
                    self.second = keras.layers.Dense(units, activation="relu", kernel_regularizer=decay)
                    self.dropout = keras.layers.Dropout(rate)

                def call(self, x, training=False):
                    return self.last(self.second(self.dropout(self.first(x), training=training)))

            return Survival()
            """,
            3: """
            named = {
                "binary_crossentropy": keras.losses.BinaryCrossentropy(),
                "mean_squared_error": keras.losses.MeanSquaredError(),
                "mean_squared_logarithmic_error": keras.losses.MeanSquaredLogarithmicError(),
                "poisson": keras.losses.Poisson(),
            }
            model.compile(loss=named[loss], optimizer=keras.optimizers.Adam(learning_rate=rate),
                          metrics=[keras.metrics.AUC(num_thresholds=500, name="auc"), "acc"])
            """,
            4: """
            scaler = StandardScaler()
            result = [scaler.fit_transform(x)]
            for part in others:
                result.append(scaler.transform(part))
            return result
            """,
            5: """
            splitter = StratifiedKFold(n_splits=count, shuffle=True, random_state=0)
            result = []
            for train, rest in splitter.split(np.zeros(len(y)), y):
                result.append((train.tolist(), rest.tolist()))
            return result
            """,
            6: """
            twin = keras.Sequential.from_config(model.get_config())
            twin.build((None, x.shape[1]))
            twin.set_weights([np.copy(value) for value in start])
            twin.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
            found = twin.fit(x, y.reshape(-1, 1), preset.batch_size, epochs=preset.epochs, verbose=0)
            return [twin, np.array(found.history["loss"])]
            """,
            7: """
            order = np.random.default_rng(0).permutation(len(x_train))
            history = model.fit(x_train[order], data.train.y[order], epochs=preset.epochs, batch_size=preset.batch_size,
                                validation_data=(x_validation, data.validation.y), callbacks=list(callbacks), verbose=0)
            """,
            8: """
            areas, right, rows, ones = [], 0, 0, 0
            for labels, probabilities in model.held_out:
                areas.append(roc_auc_score(labels, probabilities))
                right += sum(int(p > 0.5) == label for label, p in zip(labels, probabilities))
                ones += int(labels.sum())
                rows += len(labels)
            auc, accuracy, majority = sum(areas) / len(areas), right / rows, max(ones, rows - ones) / rows
            """,
        },
    ),
    Right(
        "keras.ops, layers of activation apart, a stream",
        {
            2: """
            def hidden(x):
                return keras.layers.ReLU()(keras.layers.Dense(units, kernel_regularizer=decay)(x))

            inputs = keras.Input((data.train.x.shape[1],))
            outputs = keras.layers.Dense(1)(hidden(keras.layers.Dropout(rate)(hidden(inputs))))
            return keras.Model(inputs, keras.ops.sigmoid(outputs))
            """,
            4: """
            center = keras.ops.convert_to_numpy(keras.ops.mean(x, axis=0))
            spread = np.sqrt(np.mean((x - center) ** 2, axis=0))
            spread[spread == 0] = 1.0
            return [(part - center) / spread for part in [x] + list(others)]
            """,
            7: """
            history = model.fit(x=x_train, y=data.train.y[:, None], batch_size=preset.batch_size, epochs=preset.epochs,
                                callbacks=[*callbacks], validation_data=(x_validation, data.validation.y[:, None]), shuffle=True)
            """,
        },
    ),
]
