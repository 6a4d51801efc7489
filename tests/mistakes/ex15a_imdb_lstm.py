"""Planted mistakes of exercise 15a, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

LSTM = """
i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
c = {c}
return {result}
"""
CELL = {"c": "sigmoid(f) * c + sigmoid(i) * np.tanh(g)", "result": "sigmoid(o) * np.tanh(c), c"}
READ = """
for t in {steps}:
    if kind == "rnn":
        {rnn}
    else:
        {lstm}
"""
READS = {
    "steps": "range(x.shape[1])",
    "rnn": "h = rnn_step(x[:, t], h, W, U, b)",
    "lstm": "h, c = lstm_step(x[:, t], h, c, W, U, b)",
}
NORMS = """
J = np.eye(len(U))
norms = [float({norm})]
for h in {states}:
    J = {step}
    norms.append(float({norm}))
return {result}
"""
NORM = {
    "states": "states[:0:-1]",
    "step": "J @ (np.diag(1 - h**2) @ U.T)",
    "result": "norms",
    "norm": "np.linalg.norm(J)",
}


def network(embedding: str = "words, size, mask_zero=True", cell: str = "CELLS[cell](units, dropout=0.2)",
            last: str = '1, activation="sigmoid"', spatial: str = "spatial, ") -> str:  # fmt: skip
    """The answer to blank 5 with these parts."""
    return (
        "return keras.Sequential([keras.Input((data.train.x.shape[1],), dtype='int32'), "
        f"keras.layers.Embedding({embedding}), {spatial}{cell}, keras.layers.Dense({last})])"
    )


COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}], jit_compile={xla})"
USUAL = {
    "optimizer": "keras.optimizers.Adam(rate)",
    "loss": '"binary_crossentropy"',
    "metric": '"accuracy"',
    "xla": "xla",
}
FIT = """
history = model.fit({x}, {y}, batch_size={size}, epochs={epochs}{validation}{callbacks})
"""
GOOD = {
    "x": "data.train.x",
    "y": "data.train.y",
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "validation": ", validation_data=(data.validation.x, data.validation.y)",
    "callbacks": ", callbacks=[*callbacks, falling()]",
}
EVALUATE = """
def score(split):
    return model.evaluate(split.x, split.y, verbose=0, return_dict=True)[{metric}]

return {{"val_accuracy": score({validation}), "test_accuracy": score({test}){hand}}}
"""
SCORES = {
    "metric": '"accuracy"',
    "validation": "data.validation",
    "test": "data.test",
    "hand": ', "by_hand": by_hand(model, whole)',
}

MISTAKES = [
    Mistake('sigmoid for tanh', 1, 'other-result', 'return sigmoid(x @ W + h @ U + b)',
            cause='The activation is a sigmoid; the state of the simple cell is a tanh, from −1 to 1.'),
    Mistake('relu for tanh', 1, 'other-result', 'return np.maximum(0, x @ W + h @ U + b)',
            cause='The activation is relu; the state of the simple cell is a tanh, from −1 to 1.'),
    Mistake('no activation', 1, 'other-result', 'return x @ W + h @ U + b',
            cause='tanh around the sum is missing.'),
    Mistake('no state', 1, 'other-result', 'return np.tanh(x @ W + b)',
            cause='The part of the state, h @ U, is missing: it carries what was read before.'),
    Mistake('no word', 1, 'other-result', 'return np.tanh(h @ U + b)',
            cause='The part of the word, x @ W, is missing.'),
    Mistake('no bias', 1, 'other-result', 'return np.tanh(x @ W + h @ U)',
            cause='The bias b is missing.'),
    Mistake('bias behind the tanh', 1, 'other-result', 'return np.tanh(x @ W + h @ U) + b',
            cause='The bias is added behind the tanh; it belongs inside.'),
    Mistake('state behind the tanh', 1, 'other-result', 'return np.tanh(x @ W + b) + h @ U',
            cause='The part of the state is added behind the tanh; it belongs inside.'),
    Mistake('state kept as it is', 1, 'other-result', 'return np.tanh(x @ W + b) + h',
            cause='The old state is added as it is; it must be multiplied by U, inside the tanh.'),
    Mistake('bias subtracted', 1, 'other-result', 'return np.tanh(x @ W + h @ U - b)',
            cause='The bias is subtracted; it is added.'),
    Mistake('recurrent kernel transposed', 1, 'other-result', 'return np.tanh(x @ W + h @ U.T + b)',
            cause='U is transposed: Keras multiplies h @ U.'),
    Mistake('a product element by element', 1, 'other-result', 'return np.tanh(x * W + h * U + b)',
            cause='* multiplies element by element; @ is the product of matrices.'),
    Mistake('tanh of each part', 1, 'other-result', 'return np.tanh(x @ W) + np.tanh(h @ U) + b',
            cause='tanh is taken of each part; it is taken of the sum.'),
    Mistake('tanh twice', 1, 'other-result', 'return np.tanh(np.tanh(x @ W + h @ U + b))',
            cause='tanh is applied twice.'),
    Mistake('nothing returned', 1, 'return-missing', 'result = np.tanh(x @ W + h @ U + b)'),
    Mistake('tanh for the gates', 2, 'other-result', LSTM.format(**CELL).replace("sigmoid(", "np.tanh("),
            cause='The gates are tanh, from −1 to 1; a gate is a sigmoid, from 0 to 1.'),
    Mistake('sigmoid for the candidates', 2, 'other-result', LSTM.format(**CELL | {'c': 'sigmoid(f) * c + sigmoid(i) * sigmoid(g)'}),
            cause='The candidates g are a sigmoid; they are a tanh.'),
    Mistake('candidates without tanh', 2, 'other-result', LSTM.format(**CELL | {'c': 'sigmoid(f) * c + sigmoid(i) * g'}),
            cause='The candidates g have no tanh.'),
    Mistake('gates in the order f, i', 2, 'other-result', LSTM.format(**CELL).replace("i, f, g, o", "f, i, g, o"),
            cause="The gates are read in the order f, i, g, o; Keras's order is i, f, g, o."),
    Mistake('gates in the order i, f, o, g', 2, 'other-result', LSTM.format(**CELL).replace("i, f, g, o", "i, f, o, g"),
            cause="The gates are read in the order i, f, o, g; Keras's order is i, f, g, o."),
    Mistake('gates in the order i, g, f, o', 2, 'other-result', LSTM.format(**CELL).replace("i, f, g, o", "i, g, f, o"),
            cause="The gates are read in the order i, g, f, o; Keras's order is i, f, g, o."),
    Mistake('gates in the order o, f, g, i', 2, 'other-result', LSTM.format(**CELL).replace("i, f, g, o", "o, f, g, i"),
            cause="The gates are read in the order o, f, g, i; Keras's order is i, f, g, o."),
    Mistake('gates in turns', 2, 'other-result', "i, f, g, o = (z[:, k::4] for k in range(4))".join(LSTM.format(**CELL).split("i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)")).replace("i, f, g, o = (", "z = x @ W + h @ U + b\ni, f, g, o = ("),
            cause='Every fourth column is taken; the columns of a gate stand side by side.'),
    Mistake('h of the old memory', 2, 'other-result', 'i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)\nreturn sigmoid(o) * np.tanh(c), sigmoid(f) * c + sigmoid(i) * np.tanh(g)',
            cause='h is made of the old c; compute the next c first, and h from it.'),
    Mistake('no tanh around the memory', 2, 'other-result', LSTM.format(**CELL | {'result': 'sigmoid(o) * c, c'}),
            cause='tanh around c is missing in h = o · tanh(c).'),
    Mistake('no gate in front of the output', 2, 'other-result', LSTM.format(**CELL | {'result': 'np.tanh(c), c'}),
            cause='The output gate o is missing in h = o · tanh(c).'),
    Mistake('sigmoid of the memory', 2, 'other-result', LSTM.format(**CELL | {'result': 'sigmoid(o) * sigmoid(c), c'}),
            cause='h is made with a sigmoid of c; it is a tanh.'),
    Mistake('no forget gate', 2, 'other-result', LSTM.format(**CELL | {'c': 'c + sigmoid(i) * np.tanh(g)'}),
            cause='The forget gate f is missing: c = f · c + i · g.'),
    Mistake('nothing let in', 2, 'other-result', LSTM.format(**CELL | {'c': 'sigmoid(f) * c + np.tanh(g)'}),
            cause='The input gate i is missing: c = f · c + i · g.'),
    Mistake('one gate for both', 2, 'other-result', LSTM.format(**CELL | {'c': 'sigmoid(f) * c + (1 - sigmoid(f)) * np.tanh(g)'}),
            cause='The new part is weighted by 1 − f, as in a GRU; an LSTM has the gate i for it.'),
    Mistake('old memory forgotten', 2, 'other-result', LSTM.format(**CELL | {'c': 'sigmoid(i) * np.tanh(g)'}),
            cause='The old c is missing: c = f · c + i · g.'),
    Mistake('old state in the memory', 2, 'other-result', LSTM.format(**CELL | {'c': 'sigmoid(f) * h + sigmoid(i) * np.tanh(g)'}),
            cause='The forget gate is multiplied by h; it is multiplied by c.'),
    Mistake('c before h', 2, 'other-result', LSTM.format(**CELL | {'result': 'c, sigmoid(o) * np.tanh(c)'}),
            cause='The pair is turned round: h comes first, then c.'),
    Mistake('no bias in the gates', 2, 'other-result', LSTM.format(**CELL).replace(" + b", ""),
            cause='The bias b is missing.'),
    Mistake('no state in the gates', 2, 'other-result', LSTM.format(**CELL).replace(" + h @ U", ""),
            cause='The part of the state, h @ U, is missing.'),
    Mistake('h alone', 2, 'not-a-pair', LSTM.format(**CELL | {'result': 'sigmoid(o) * np.tanh(c)'}),
            cause='Only h is returned; the pair (next h, next c) is asked for.'),
    Mistake('three values', 2, 'not-a-pair', LSTM.format(**CELL | {'result': 'sigmoid(o) * np.tanh(c), c, sigmoid(o)'}),
            cause='Three values are returned; the pair (next h, next c) is asked for.'),
    Mistake('split along the rows', 2, 'raises', LSTM.format(**CELL).replace("axis=-1", "axis=0")),
    Mistake('read from the end', 3, 'other-result', READ.format(**READS | {'steps': 'reversed(range(x.shape[1]))'}),
            cause='The words are read from the last to the first.'),
    Mistake('last word left out', 3, 'other-result', READ.format(**READS | {'steps': 'range(x.shape[1] - 1)'}),
            cause='The last word is left out.'),
    Mistake('first word left out', 3, 'other-result', READ.format(**READS | {'steps': 'range(1, x.shape[1])'}),
            cause='The first word is left out: the first step is 0.'),
    Mistake('every other word', 3, 'other-result', READ.format(**READS | {'steps': 'range(0, x.shape[1], 2)'}),
            cause='Every other word is left out.'),
    Mistake('the last word alone', 3, 'other-result', READ.format(**READS | {'steps': '[x.shape[1] - 1]'}),
            cause='Only the last word is read.'),
    Mistake('as many steps as reviews', 3, 'other-result', READ.format(**READS | {'steps': 'range(x.shape[0])'}),
            cause='x.shape[0] is the number of reviews; x.shape[1] is the number of words.'),
    Mistake('the first word each time', 3, 'other-result', READ.format(**READS | {'rnn': 'h = rnn_step(x[:, 0], h, W, U, b)', 'lstm': 'h, c = lstm_step(x[:, 0], h, c, W, U, b)'}),
            cause='The first word is read in each step: x[:, t] is the word of step t.'),
    Mistake('state not handed on', 3, 'other-result', READ.format(**READS | {'rnn': 'h = rnn_step(x[:, t], 0 * h, W, U, b)'}),
            cause='The simple cell gets a state of zeros in each step; it must get the state of the step before.'),
    Mistake('state of the LSTM not handed on', 3, 'other-result', READ.format(**READS | {'lstm': 'h, c = lstm_step(x[:, t], 0 * h, c, W, U, b)'}),
            cause='The LSTM gets a state h of zeros in each step; it must get that of the step before.'),
    Mistake('memory not handed on', 3, 'other-result', READ.format(**READS | {'lstm': 'h, _ = lstm_step(x[:, t], h, c, W, U, b)'}),
            cause='c is not replaced: the LSTM begins each step with a memory of zeros.'),
    Mistake('h and c exchanged', 3, 'other-result', READ.format(**READS | {'lstm': 'c, h = lstm_step(x[:, t], h, c, W, U, b)'}),
            cause='The pair is unpacked as c, h; lstm_step returns h first.'),
    Mistake('h and c handed over in turn', 3, 'other-result', READ.format(**READS | {'lstm': 'h, c = lstm_step(x[:, t], c, h, W, U, b)'}),
            cause='lstm_step is called with c and h exchanged.'),
    Mistake('states added up', 3, 'other-result', READ.format(**READS | {'rnn': 'h = h + rnn_step(x[:, t], h, W, U, b)'}),
            cause='The new state is added to the old one; it replaces it.'),
    Mistake('kinds exchanged', 3, 'raises', READ.format(**READS).replace('kind == "rnn"', 'kind != "rnn"')),
    Mistake('the LSTM not read', 3, 'other-result', READ.format(**READS | {'lstm': 'pass'}),
            cause='For the kind "lstm" nothing is read: call lstm_step.'),
    Mistake('the simple cell not read', 3, 'other-result', READ.format(**READS | {'rnn': 'pass'}),
            cause='For the kind "rnn" nothing is read: call rnn_step.'),
    Mistake('slope of tanh forgotten', 4, 'other-result', NORMS.format(**NORM | {'step': 'J @ U.T'}),
            cause='The derivative of tanh, diag(1 − h²), is missing.'),
    Mistake('slope without the square', 4, 'other-result', NORMS.format(**NORM | {'step': 'J @ (np.diag(1 - h) @ U.T)'}),
            cause='The derivative of tanh is 1 − h²; the square is missing.'),
    Mistake('derivative of a sigmoid', 4, 'other-result', NORMS.format(**NORM | {'step': 'J @ (np.diag(h * (1 - h)) @ U.T)'}),
            cause='h (1 − h) is the derivative of a sigmoid; that of tanh is 1 − h².'),
    Mistake('tanh once more', 4, 'other-result', NORMS.format(**NORM | {'step': 'J @ (np.diag(1 - np.tanh(h)**2) @ U.T)'}),
            cause='The states are tanh values already: the derivative is 1 − h², without another tanh.'),
    Mistake('from the first state on', 4, 'other-result', NORMS.format(**NORM | {'states': 'states[:-1]'}),
            cause='The states are taken from the first one on: go from the last state down to the second.'),
    Mistake('from the second state on', 4, 'other-result', NORMS.format(**NORM | {'states': 'states[1:]'}),
            cause='The states are taken in rising order: go from the last state down to the second.'),
    Mistake('the earlier state of each step', 4, 'other-result', NORMS.format(**NORM | {'states': 'states[-2::-1]'}),
            cause='The derivative is taken at the earlier state; h_t is the later state of the step.'),
    Mistake('earliest first', 4, 'other-result', NORMS.format(**NORM | {'result': 'norms[::-1]'}),
            cause='The list is turned round: it begins with the identity matrix at t = T.'),
    Mistake('one step too many', 4, 'wrong-number', NORMS.format(**NORM | {'states': 'states[::-1]'}),
            cause='There is one step too many: T states have T − 1 steps between them.'),
    Mistake('the identity left out', 4, 'wrong-number', NORMS.format(**NORM | {'result': 'norms[1:]'}),
            cause='The norm of the identity matrix is missing: the list begins with it.'),
    Mistake('the last norm alone', 4, 'wrong-number', NORMS.format(**NORM | {'result': 'norms[-1]'}),
            cause='Only the last norm is returned; the list of all is asked for.'),
    Mistake('kernel not transposed', 4, 'other-result', NORMS.format(**NORM | {'step': 'J @ (np.diag(1 - h**2) @ U)'}),
            cause='U is not transposed.'),
    Mistake('multiplied from the left', 4, 'other-result', NORMS.format(**NORM | {'step': 'np.diag(1 - h**2) @ U.T @ J'}),
            cause='The new factor is multiplied from the left; it is multiplied from the right.'),
    Mistake('factors in the other order', 4, 'other-result', NORMS.format(**NORM | {'step': 'J @ (U.T @ np.diag(1 - h**2))'}),
            cause='The two factors of a step are exchanged: diag(1 − h²) comes first, then Uᵀ.'),
    Mistake('element by element', 4, 'other-result', NORMS.format(**NORM | {'step': 'J * (np.diag(1 - h**2) @ U.T)'}),
            cause='* multiplies element by element; @ is the product of matrices.'),
    Mistake('not multiplied up', 4, 'other-result', NORMS.format(**NORM | {'step': 'np.diag(1 - h**2) @ U.T'}),
            cause='Each step is taken by itself; J is multiplied by all steps so far.'),
    Mistake('largest singular value', 4, 'other-result', NORMS.format(**NORM | {'norm': 'np.linalg.norm(J, 2)'}),
            cause='This is the spectral norm; the Frobenius norm is asked for.'),
    Mistake('squared norm', 4, 'other-result', NORMS.format(**NORM | {'norm': '(J**2).sum()'}),
            cause='The root is missing: this is the square of the norm.'),
    Mistake('largest entry', 4, 'other-result', NORMS.format(**NORM | {'norm': 'np.abs(J).max()'}),
            cause='This is the largest entry; the Frobenius norm is asked for.'),
    Mistake('determinant', 4, 'other-result', NORMS.format(**NORM | {'norm': 'np.linalg.det(J)'}),
            cause='This is the determinant; the norm is asked for.'),
    Mistake('mean of the absolute entries', 4, 'other-result', NORMS.format(**NORM | {'norm': 'np.abs(J).mean()'}),
            cause='This is the mean of the absolute entries; the Frobenius norm is asked for.'),
    Mistake('gaps read as words', 5, 'gaps-read', network(embedding='words, size')),
    Mistake('LSTM whatever is asked for', 5, 'other-parameters', network(cell='keras.layers.LSTM(units, dropout=0.2)'),
            cause='The cell is an LSTM whatever hp says: use CELLS[cell].'),
    Mistake('a state for each word', 5, 'wrong-output-shape', network(cell='CELLS[cell](units, dropout=0.2, return_sequences=True)')),
    Mistake('a state for each word, averaged', 5, 'other-outputs', network(cell='CELLS[cell](units, dropout=0.2, return_sequences=True), keras.layers.GlobalAveragePooling1D()'),
            cause='The mean of the states after all words is taken; the state after the last word is asked for.'),
    Mistake('the largest of all states', 5, 'other-outputs', network(cell='CELLS[cell](units, dropout=0.2, return_sequences=True), keras.layers.GlobalMaxPooling1D()'),
            cause='The largest of the states after all words is taken; the state after the last word is asked for.'),
    Mistake('read backwards', 5, 'other-outputs', network(cell='CELLS[cell](units, dropout=0.2, go_backwards=True)'),
            cause='go_backwards=True reads the review from its end.'),
    Mistake('both directions', 5, 'other-parameters', network(cell='keras.layers.Bidirectional(CELLS[cell](units, dropout=0.2))'),
            cause='A Bidirectional layer has two cells; one cell is asked for.'),
    Mistake('two cells', 5, 'other-parameters', network(cell='CELLS[cell](units, return_sequences=True), CELLS[cell](units, dropout=0.2)'),
            cause='There are two cells, one after the other; one is asked for.'),
    Mistake('a dense layer more', 5, 'other-parameters', network(cell='CELLS[cell](units, dropout=0.2), keras.layers.Dense(units, activation="relu")'),
            cause='The Dense layer between the cell and the output is not asked for.'),
    Mistake('spatial dropout left out', 5, 'other-in-training', network(spatial=''),
            cause='The layer `spatial` is missing.'),
    Mistake('plain dropout for spatial dropout', 5, 'other-in-training', network(spatial='keras.layers.Dropout(0.4), '),
            cause='Dropout takes out single numbers; the layer `spatial` takes out a dimension of all words.'),
    Mistake('spatial dropout in front', 5, 'other-in-training', network(spatial='', cell='CELLS[cell](units, dropout=0.2), keras.layers.Dropout(0.4)'),
            cause='Dropout is behind the cell; the layer `spatial` belongs in front of it.'),
    Mistake('no dropout', 5, 'other-in-training', network(cell='CELLS[cell](units)'),
            cause='dropout=0.2 of the cell is missing.'),
    Mistake('dropout of 0.5 in the cell', 5, 'other-in-training', network(cell='CELLS[cell](units, dropout=0.5)'),
            cause='The dropout of the cell is 0.2.'),
    Mistake('recurrent dropout', 5, 'other-in-training', network(cell='CELLS[cell](units, recurrent_dropout=0.2)'),
            cause='recurrent_dropout takes out numbers of the state; dropout=0.2 is asked for, which takes out numbers of the input.'),
    Mistake('dropout behind the output', 5, 'other-in-training', network(last='1, activation="sigmoid"), keras.layers.Dropout(0.2'),
            cause='Dropout behind the last layer sets predictions to 0 at random.'),
    Mistake('units written as a number', 5, 'other-parameters', network(cell='CELLS[cell](8, dropout=0.2)'),
            cause='The cell has 8 units whatever hp says: use the variable `units`.'),
    Mistake('size written as a number', 5, 'other-parameters', network(embedding='words, 8, mask_zero=True'),
            cause='The vectors have 8 dimensions whatever hp says: use the variable `size`.'),
    Mistake('words written as a number', 5, 'other-parameters', network(embedding='300, size, mask_zero=True'),
            cause='The embedding has 300 words whatever hp says: use the variable `words`.'),
    Mistake('one word more', 5, 'other-parameters', network(embedding='words + 1, size, mask_zero=True'),
            cause='`words` counts the padding already: no + 1.'),
    Mistake('size and units exchanged', 5, 'other-parameters', network(embedding='words, units, mask_zero=True', cell='CELLS[cell](size, dropout=0.2)'),
            cause='size and units are exchanged: the embedding has `size` dimensions, the cell `units` units.'),
    Mistake('relu in the cell', 5, 'other-outputs', network(cell='CELLS[cell](units, dropout=0.2, activation="relu")'),
            cause='The cell has another activation than its own one, tanh.'),
    Mistake('softmax over one unit', 5, 'constant-answer', network(last='1, activation="softmax"')),
    Mistake('two units and softmax', 5, 'wrong-output-shape', network(last='2, activation="softmax"')),
    Mistake('linear output', 5, 'output-not-sigmoid', network(last='1, kernel_initializer=keras.initializers.RandomNormal(stddev=50)'),
            cause='The last layer has no activation, so its output is any number: activation="sigmoid" makes a probability of it.'),
    Mistake('plain linear output', 5, 'other-outputs', network(last='1'),
            cause='The last layer has no activation: activation="sigmoid" makes a probability of its output.'),
    Mistake('tanh output', 5, 'output-not-sigmoid', network(last='1, activation="tanh"'),
            cause='tanh goes from −1 to 1: a probability needs sigmoid.'),
    Mistake('sigmoid twice', 5, 'other-outputs', network(last='1, activation="sigmoid"), keras.layers.Activation("sigmoid"'),
            cause='A second sigmoid maps probabilities to numbers between 0.5 and 0.73.'),
    Mistake('weight decay', 5, 'other-regularization', network(last='1, activation="sigmoid", kernel_regularizer="l2"'),
            cause='The regularizer of the last layer is not asked for.'),
    Mistake('from logits', 6, 'from-logits-with-sigmoid', COMPILE.format(**USUAL | {'loss': 'keras.losses.BinaryCrossentropy(from_logits=True)'}),
            cause='from_logits=True applies a sigmoid once more: the network ends in a sigmoid already.'),
    Mistake('squared error', 6, 'wrong-loss', COMPILE.format(**USUAL | {'loss': '"mse"'}),
            cause='The loss is the mean squared error; the binary cross-entropy is asked for.'),
    Mistake('categorical cross-entropy', 6, 'wrong-loss', COMPILE.format(**USUAL | {'loss': '"categorical_crossentropy"'}),
            cause='The categorical cross-entropy over one unit is always 0; the binary one is asked for.'),
    Mistake('focal loss', 6, 'wrong-loss', COMPILE.format(**USUAL | {'loss': '"binary_focal_crossentropy"'}),
            cause='The focal loss weights hard examples up; the binary cross-entropy is asked for.'),
    Mistake('smoothed labels', 6, 'wrong-loss', COMPILE.format(**USUAL | {'loss': 'keras.losses.BinaryCrossentropy(label_smoothing=0.1)'}),
            cause='label_smoothing is not asked for: it moves the labels away from 0 and 1.'),
    Mistake('hinge loss', 6, 'wrong-loss', COMPILE.format(**USUAL | {'loss': '"hinge"'}),
            cause='The hinge loss is for outputs from −1 to 1; the binary cross-entropy is asked for.'),
    Mistake('rate not handed on', 6, 'learning-rate-ignored', COMPILE.format(**USUAL | {'optimizer': '"adam"'}),
            cause='The name of an optimizer takes its default learning rate, 0.001: use the variable `rate`.'),
    Mistake('a rate written as a number', 6, 'learning-rate-ignored', COMPILE.format(**USUAL | {'optimizer': 'keras.optimizers.Adam(5e-4)'}),
            cause='The learning rate is a number whatever hp says: use the variable `rate`.'),
    Mistake('RMSprop', 6, 'wrong-optimizer', COMPILE.format(**USUAL | {'optimizer': 'keras.optimizers.RMSprop(rate)'})),
    Mistake('SGD', 6, 'wrong-optimizer', COMPILE.format(**USUAL | {'optimizer': 'keras.optimizers.SGD(rate)'})),
    Mistake('clipped gradients', 6, 'other-setting', COMPILE.format(**USUAL | {'optimizer': 'keras.optimizers.Adam(rate, clipnorm=1.0)'})),
    Mistake('no accuracy', 6, 'metric-missing', COMPILE.format(**USUAL | {'metric': '"mae"'}),
            cause='The metric "accuracy" is missing.'),
    Mistake('accuracy of equal numbers', 6, 'wrong-metric', COMPILE.format(**USUAL | {'metric': 'keras.metrics.Accuracy(name="accuracy")'}),
            cause='keras.metrics.Accuracy counts predictions that equal the label exactly; a probability never does: write "accuracy".'),
    Mistake('AUC under the name accuracy', 6, 'wrong-metric', COMPILE.format(**USUAL | {'metric': 'keras.metrics.AUC(name="accuracy")'}),
            cause='This is the area under the ROC curve under the name of the accuracy.'),
    Mistake('XLA left to Keras', 6, 'xla-ignored', COMPILE.format(**USUAL).replace(", jit_compile=xla", "")),
    Mistake('XLA always', 6, 'xla-ignored', COMPILE.format(**USUAL | {'xla': 'True'})),
    Mistake('metrics by position', 6, 'metrics-in-loss-weights', 'model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", ["accuracy"], jit_compile=xla)'),
    Mistake('test reviews watched', 7, 'test-data-in-fit', FIT.format(**GOOD | {'validation': ', validation_data=(data.test.x, data.test.y)'})),
    Mistake('training reviews watched', 7, 'wrong-validation', FIT.format(**GOOD | {'validation': ', validation_data=(data.train.x, data.train.y)'})),
    Mistake('a part of the training reviews watched', 7, 'no-validation', FIT.format(**GOOD | {'validation': ', validation_split=0.1'})),
    Mistake('nothing watched', 7, 'no-validation', FIT.format(**GOOD | {'validation': ''})),
    Mistake('validation labels torn off', 7, 'wrong-validation', FIT.format(**GOOD | {'validation': ', validation_data=(data.validation.x, data.validation.y[::-1])'}),
            cause='The validation labels are reordered and the reviews are not.'),
    Mistake('trained on the validation reviews', 7, 'wrong-split', FIT.format(**GOOD | {'x': 'data.validation.x', 'y': 'data.validation.y'})),
    Mistake('words of each review reversed', 7, 'other-values', FIT.format(**GOOD | {'x': 'data.train.x[:, ::-1]'}),
            cause='The words of each review are reversed: the cell must read them in their order.'),
    Mistake('words of each review sorted', 7, 'other-values', FIT.format(**GOOD | {'x': 'np.sort(data.train.x, axis=1)'}),
            cause='The word numbers of each review are sorted: their order is lost.'),
    Mistake('padding moved behind', 7, 'other-values', FIT.format(**GOOD | {'x': 'np.array([np.roll(row, -int((row == 0).sum())) for row in data.train.x])'}),
            cause='The padding is moved from the front of each review to its end.'),
    Mistake('reviews cut', 7, 'other-rows', FIT.format(**GOOD | {'x': 'np.where(np.arange(data.train.x.shape[1]) < 40, 0, data.train.x)'}),
            cause='The first 40 words of each review are replaced by padding.'),
    Mistake('word numbers divided', 7, 'other-values', FIT.format(**GOOD | {'x': 'data.train.x // 2'}),
            cause='The word numbers are divided: they name words and are no amounts.'),
    Mistake('reviews shuffled, labels not', 7, 'pairs-torn', FIT.format(**GOOD | {'x': 'np.random.permutation(data.train.x)'})),
    Mistake('labels sorted', 7, 'pairs-torn', FIT.format(**GOOD | {'y': 'np.sort(data.train.y)'})),
    Mistake('labels exchanged', 7, 'other-targets', FIT.format(**GOOD | {'y': '1 - data.train.y'}),
            cause='1 − y exchanges the two labels.'),
    Mistake('half of the reviews', 7, 'other-rows', FIT.format(**GOOD | {'x': 'data.train.x[::2]', 'y': 'data.train.y[::2]'}),
            cause='The model is trained on a part of the training reviews.'),
    Mistake('class weights', 7, 'other-weights', FIT.format(**GOOD | {'callbacks': ', callbacks=[*callbacks, falling()], class_weight={0: 1.0, 1: 2.0}'}),
            cause='class_weight is not asked for.'),
    Mistake('no callbacks', 7, 'callbacks-not-handed-on', FIT.format(**GOOD | {'callbacks': ''})),
    Mistake("the lesson's callback alone", 7, 'callbacks-not-handed-on', FIT.format(**GOOD | {'callbacks': ', callbacks=[falling()]'})),
    Mistake('rate that does not fall', 7, 'callback-missing', FIT.format(**GOOD | {'callbacks': ', callbacks=callbacks'})),
    Mistake('another schedule', 7, 'other-learning-rates', FIT.format(**GOOD | {'callbacks': ', callbacks=[*callbacks, keras.callbacks.LearningRateScheduler(lambda epoch: rate / (1 + epoch))]'}),
            cause='The rate falls as 1 / (1 + epoch); falling() lets it fall along half a cosine.'),
    Mistake('batch size left to Keras', 7, 'wrong-batch-size', FIT.format(**GOOD | {'size': '32'}),
            cause='batch_size is 32, the default of Keras: use preset.batch_size.'),
    Mistake('one epoch', 7, 'wrong-epochs', FIT.format(**GOOD | {'epochs': '1'}),
            cause='epochs is 1, the default of Keras: use preset.epochs.'),
    Mistake('one epoch more', 7, 'wrong-epochs', FIT.format(**GOOD | {'epochs': 'preset.epochs + 1'}),
            cause='There is one epoch too many: epochs=preset.epochs.'),
    Mistake('loss for accuracy', 8, 'wrong-accuracy', EVALUATE.format(**SCORES | {'metric': '"loss"'}),
            cause='This is the loss; the entry "accuracy" is asked for.'),
    Mistake('training reviews as validation', 8, 'wrong-accuracy', EVALUATE.format(**SCORES | {'validation': 'data.train'}),
            cause='This is the accuracy on the training reviews; val_accuracy is that of data.validation.'),
    Mistake('splits exchanged', 8, 'wrong-accuracy', EVALUATE.format(**SCORES | {'validation': 'data.test', 'test': 'data.validation'}),
            cause='The two splits are exchanged.'),
    Mistake('test reviews for both', 8, 'wrong-accuracy', EVALUATE.format(**SCORES | {'validation': 'data.test'}),
            cause='val_accuracy is measured on the test split.'),
    Mistake('validation reviews for both', 8, 'wrong-accuracy', EVALUATE.format(**SCORES | {'test': 'data.validation'}),
            cause='test_accuracy is measured on the validation split.'),
    Mistake('error for accuracy', 8, 'wrong-accuracy', EVALUATE.format(**SCORES).replace("return model", "return 1 - model"),
            cause='1 − accuracy is the share of wrong answers.'),
    Mistake('percent', 8, 'wrong-accuracy', EVALUATE.format(**SCORES).replace("return model", "return 100 * model"),
            cause='The accuracy is given in percent; it is a share from 0 to 1.'),
    Mistake('cell by hand left out', 8, 'metric-missing', EVALUATE.format(**SCORES | {'hand': ''})),
    Mistake('a difference of zero', 8, 'wrong-difference', EVALUATE.format(**SCORES | {'hand': ', "by_hand": 0.0'}),
            cause='by_hand must be what by_hand(model, whole) gives.'),
    Mistake('the function for its value', 8, 'not-a-dict', EVALUATE.format(**SCORES | {'hand': ', "by_hand": by_hand'})),
    Mistake('a list', 8, 'not-a-dict', 'return [model.evaluate(data.test.x, data.test.y, verbose=0)]'),
]  # fmt: skip

RIGHTS = [
    Right(
        "gates by slices, loops over pairs, the functional model",
        {
            1: "return np.tanh(np.dot(x, W) + np.dot(h, U) + b)",
            2: """
            z, n = x @ W + h @ U + b, h.shape[-1]
            let_in, keep, out = (sigmoid(z[:, k * n : (k + 1) * n]) for k in (0, 1, 3))
            new = keep * c + let_in * np.tanh(z[:, 2 * n : 3 * n])
            return out * np.tanh(new), new
            """,
            3: """
            for word in np.moveaxis(x, 1, 0):
                if kind == "lstm":
                    h, c = lstm_step(word, h, c, W, U, b)
                else:
                    h = rnn_step(word, h, W, U, b)
            """,
            4: """
            product, norms = np.identity(len(U)), []
            for t in range(len(states) - 1, -1, -1):
                norms.append(float(np.sqrt((product**2).sum())))
                product = product * (1 - states[t] ** 2) @ U.T
            return norms
            """,
            5: """
            numbers = keras.Input((data.train.x.shape[1],), dtype="int32")
            vectors = keras.layers.Embedding(words, size, mask_zero=True)(numbers)
            vectors = spatial(vectors)
            state = CELLS[cell](units, dropout=0.2)(vectors)
            return keras.Model(numbers, keras.layers.Dense(1, keras.activations.sigmoid)(state))
            """,
        },
    ),
    Right(
        "objects in place of names, tf.data, predictions counted",
        {
            6: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(),
                          metrics=[keras.metrics.BinaryAccuracy(name="accuracy")], jit_compile=xla)
            """,
            7: """
            size = preset.batch_size
            history = model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=data.validation.batches(size), callbacks=callbacks + [falling()])
            """,
            8: """
            def score(split):
                return float(np.mean((model.predict(split.x, verbose=0)[:, 0] > 0.5) == split.y))

            return {"val_accuracy": score(data.validation), "test_accuracy": score(data.test), "by_hand": by_hand(model, whole)}
            """,
        },
    ),
    Right(
        "a class of one's own, keras.ops, recursion, type hints",
        {
            1: """
            z = keras.ops.matmul(x, W) + keras.ops.matmul(h, U) + b
            return keras.ops.convert_to_numpy(keras.ops.tanh(z))
            """,
            2: """
            def gate(number: int) -> np.ndarray:
                units = U.shape[0]
                part = slice(number * units, (number + 1) * units)
                return x @ W[:, part] + h @ U[:, part] + b[part]

            kept: np.ndarray = sigmoid(gate(1)) * c
            memory = np.add(kept, sigmoid(gate(0)) * np.tanh(gate(2)))
            return [sigmoid(gate(3)) * np.tanh(memory), memory]
            """,
            3: """
            t = 0
            while t < x.shape[1]:
                word = x[:, t, :]
                (h, c) = (rnn_step(word, h, W, U, b), c) if kind == "rnn" else lstm_step(word, h, c, W, U, b)
                t += 1
            """,
            4: """
            gradient = np.eye(U.shape[0])
            lengths = [np.sqrt(np.trace(gradient.T @ gradient))]
            for t in reversed(range(1, len(states))):
                gradient = np.einsum("ij,j,kj->ik", gradient, 1 - np.square(states[t]), U)
                lengths.append(np.sqrt(np.sum(gradient * gradient)))
            return np.array(lengths)
            """,
            5: """
            class Reader(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.embedding = keras.layers.Embedding(words, size, mask_zero=True)
                    self.spatial = spatial
                    self.cell = CELLS[cell](units, dropout=0.2)
                    self.last = keras.layers.Dense(1, activation="sigmoid")

                def call(self, x, training=False):
                    vectors = self.spatial(self.embedding(x), training=training)
                    return self.last(self.cell(vectors, training=training))

            return Reader()
            """,
            6: """
            model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=False), metrics=["acc"], jit_compile=xla,
                          optimizer=keras.optimizers.Adam(learning_rate=rate))
            """,
            7: """
            order = np.random.default_rng(0).permutation(len(data.train.x))
            history = model.fit(data.train.x[order], data.train.y[order], validation_data=(data.validation.x, data.validation.y),
                                epochs=preset.epochs, batch_size=preset.batch_size, callbacks=[falling(), *callbacks], verbose=0)
            """,
            8: """
            result = {"by_hand": by_hand(model, whole)}
            for name, split in (("val", data.validation), ("test", data.test)):
                result[f"{name}_accuracy"] = model.evaluate(split.x, split.y, verbose=0)[1]
            return result
            """,
        },
    ),
    Right(
        "layers added one by one, a mask by hand",
        {
            3: """
            for t in range(x.shape[1]):
                if kind != "lstm":
                    h = rnn_step(x[:, t], h, W, U, b)
                    continue
                h, c = lstm_step(x[:, t], h, c, W, U, b)
            """,
            5: """
            model = keras.Sequential()
            model.add(keras.Input((data.train.x.shape[1],)))
            model.add(keras.layers.Embedding(input_dim=words, output_dim=size, mask_zero=True))
            model.add(spatial)
            model.add(CELLS[cell](units=units, dropout=0.2))
            model.add(keras.layers.Dense(1))
            model.add(keras.layers.Activation(keras.ops.sigmoid))
            return model
            """,
        },
    ),
]
