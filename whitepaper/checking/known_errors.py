"""Errors of Python, NumPy and Keras whose cause is known: what a student reads beside the line that raised."""

from __future__ import annotations

import re

# A pattern of the one-line message, the short name of the mistake ("raises" where it has none of its own), and its cause.
KNOWN_ERRORS = (
    (r"loss_weights|not a valid dtype for Keras type promotion", "metrics-in-loss-weights",
     "The third positional argument of model.compile is loss_weights: name your arguments, metrics=[…]."),
    (r"Arguments `target` and `output` must have the same (shape|rank)|categorical_crossentropy.*shape", "loss-label-mismatch",
     "categorical_crossentropy wants one-hot rows; integer labels need sparse_categorical_crossentropy."),
    (r"evaluate must return a dict", "not-a-dict", "evaluate must give its numbers by name; model.evaluate does so with return_dict=True."),
    (r"must return .*Received: None", "return-missing", "The function ends without `return`."),
    (r"incompatible with the layer|expected axis|Invalid input shape|expected shape", "input-shape",
     "The input's shape is not the one that the layer was built for."),
    (r"is not compiled|must call `compile", "not-compiled", "compile must call model.compile(…)."),
    (r"a stream without end", "endless-stream", "repeat() without a number never ends: leave it out, or give steps_per_epoch."),
    (r"EOFError|reading a line", "asks-the-keyboard", "input() has nobody to ask in a check: give the value in the code."),
    (r"breakpoint\(\) has nobody", "debugger", "breakpoint() has nobody to talk to in a check: take it out."),
    (r": SystemExit", "ends-the-program", "exit(), quit() or sys.exit() ends the whole program: use `return`."),
    (r": KeyboardInterrupt", "ends-the-program", "KeyboardInterrupt is raised in the code: take it out."),
    (r"KeyError: 'val_\w+'", "no-validation",
     "The history of the fit has no validation curve: hand validation_data to model.fit."),
    (r"^.*NameError", "unknown-name", "A name is used before it is defined, or is misspelled."),
    (r"Argument\(s\) not recognized: \{'lr'", "raises", "Keras 3 calls it learning_rate, not lr."),
    (r"Argument\(s\) not recognized|Unrecognized keyword arguments|unexpected keyword argument", "raises",
     "An argument has a name that this function does not know: compare it with the documentation."),
    (r"layers' has no attribute 'experimental'", "raises",
     "Keras 3 has no layers.experimental: the layer is in keras.layers itself."),
    (r"Could not interpret optimizer identifier: <class", "raises",
     "This is the class of the optimizer: write brackets behind it, keras.optimizers.Adam(…)."),
    (r"Only instances of `keras.Layer` can be added.*<class 'type'>", "raises",
     "This is the class of a layer: write brackets behind it, keras.layers.Flatten()."),
    (r"values must be KerasTensors", "raises", "A layer is given where its output is expected: call it, layer(inputs)."),
    (r"Could not interpret \w+( function)? identifier", "raises",
     "Keras knows no loss, metric, activation or optimizer of this name."),
    (r"Cannot cast ufunc .* to dtype\('u?int", "raises",
     "/= would write numbers with decimals into an array of bytes: write x = x / 255, which makes a new array."),
    (r"expected one array. Received: a Split", "raises",
     "A split is the pair (x, y): write data.train.x, data.train.y, and validation_data=(data.validation.x, data.validation.y)."),
    (r"Data cardinality is ambiguous", "raises", "Inputs and targets must have the same number of rows."),
    (r"mismatch in its core dimension", "raises",
     "In a matrix product the columns of the left array must be as many as the rows of the right one: is one to be transposed?"),
    (r"could not be broadcast together", "raises",
     "Two arrays of these shapes cannot be combined element by element: axes must be equal, or 1."),
    (r"'NoneType' object (has no attribute|is not|does not)|object of type 'NoneType'", "raises",
     "A value is None where an object is expected: is `return` missing in the function that made it?"),
    (r"indices must be integers or slices, not float|only integers, slices", "raises",
     "An index must be an integer: // gives one, / does not."),
    (r"does not support item assignment", "raises",
     "A tensor cannot be changed in place: build a new one, with keras.ops.where or by stacking."),
    (r"KerasTensor is symbolic", "raises",
     "NumPy needs numbers, and this is a placeholder of a network that is being built: use keras.ops in its place."),
    (r"truth value of an array", "raises", "`if` needs one truth value: use np.where, .any() or .all()."),
    (r"'module' object is not callable", "raises", "A module is called like a function: name the function inside it."),
    (r"'\w+' object is not callable", "raises", "A value is called like a function: is a name used twice, or an operator missing?"),
    (r"'dict' object has no attribute|'History' object is not subscriptable", "raises",
     "model.fit returns an object whose attribute .history is a dict of lists."),
    (r"(too many|not enough) values to unpack", "raises", "There are not as many names on the left as values on the right."),
)  # fmt: skip


def known(message: str) -> tuple[str, str] | None:
    """The short name and the cause of an error, by its one-line message; None where it is not known."""
    return next(((name, cause) for pattern, name, cause in KNOWN_ERRORS if re.search(pattern, message)), None)
