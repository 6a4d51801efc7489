"""Planted mistakes of exercise 16, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

CLEAN = """
parted = unicodedata.normalize("NFD", {lowered})
plain = "".join(letter for letter in parted if {kept})
text = re.sub(r"([?.!,¿])", {marks}, plain)
text = re.sub(r"[^{signs}]+", " ", text)
return {result}
"""
CLEANED = {"lowered": "text.lower()", "kept": 'unicodedata.category(letter) != "Mn"', "marks": 'r" \\1 "',
           "signs": "a-z?.!,¿", "result": "f\"{START} {' '.join(text.split())} {END}\""}  # fmt: skip
ATTEND = """
scores = {scores}
weights = {weights}
context = {context}
return {result}
"""
ATTENDED = {
    "scores": "ops.where(there, ops.sum(v * ops.tanh(keys + query[:, None]), axis=-1), -1e9)",
    "weights": "ops.softmax(scores, axis=-1)",
    "context": "ops.sum(weights[:, :, None] * values, axis=1)",
    "result": "context, weights",
}
DECODE = """
looked_at, state = model.encode(source)
{look}
states = model.decoder(vectors{start})
return {result}
"""
DECODED = {
    "look": "model.cell.source = looked_at",
    "start": ", initial_state=[state]",
    "result": "model.output_words(states)",
}
LOSS = """
losses = keras.losses.sparse_categorical_crossentropy(y, logits, from_logits={logits})
there = ops.cast(ops.not_equal(y, GAP), "float32")
return {result}
"""
FIT = """
history = model.fit({x}, {y}, batch_size={size}, epochs={epochs}{validation}{callbacks})
"""
GOOD = {
    "x": "x",
    "y": "y",
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "validation": ", validation_data=validation",
    "callbacks": ", callbacks=[*callbacks, falling]",
}
BEAM = """
width, words = logits.shape[1:]
free = ops.where(ops.equal(ops.arange(words), GAP), 0.0, -1e9)
added = {added}
totals = totals[:, :, None] + added
scores = {scores}
best, places = ops.top_k(ops.reshape(scores, (-1, width * words)), width)
places = ops.cast(places, "int32")
totals = ops.take_along_axis(ops.reshape({kept}, (-1, width * words)), places, axis=1)
return totals, {parents}, {next}
"""
BEAMED = {
    "added": "ops.where(done[:, :, None], free, ops.log_softmax(logits, axis=-1))",
    "scores": 'totals / ops.cast(lengths, "float32")[:, :, None]',
    "kept": "totals",
    "parents": "places // words",
    "next": "places % words",
}

MISTAKES = [
    Mistake("accents left", 1, "letters-lost", CLEAN.format(**CLEANED | {"lowered": 'unicodedata.normalize("NFC", text.lower())',
            "kept": "True"}).replace('"NFD"', '"NFC"')),
    Mistake("accents kept as letters", 1, "accents-left",
            CLEAN.format(**CLEANED | {"signs": "\\w?.!,¿"}).replace('"NFD"', '"NFC"')),
    Mistake("capitals left", 1, "capitals-left", CLEAN.format(**CLEANED | {"lowered": "text", "signs": "A-Za-z?.!,¿"})),
    Mistake("markers cleaned away", 1, "markers-missing", CLEAN.format(**CLEANED | {"lowered": 'f"{START} {text.lower()} {END}"',
            "result": '" ".join(text.split())'})),
    Mistake("marks stay with their word", 1, "marks-not-apart", CLEAN.format(**CLEANED | {"marks": 'r"\\1"'})),
    Mistake("digits stay", 1, "other-signs-left", CLEAN.format(**CLEANED | {"signs": "a-z0-9?.!,¿"})),
    Mistake("padding attended to", 2, "gaps-looked-at",
            ATTEND.format(**ATTENDED | {"scores": "ops.sum(v * ops.tanh(keys + query[:, None]), axis=-1)"})),
    Mistake("softmax over the batch", 2, "wrong-axis", ATTEND.format(**ATTENDED | {"weights": "ops.softmax(scores, axis=0)"})),
    Mistake("gaps set to 0 behind the softmax", 2, "do-not-add-up", ATTEND.format(**ATTENDED | {
            "scores": "ops.sum(v * ops.tanh(keys + query[:, None]), axis=-1)",
            "weights": "ops.where(there, ops.softmax(scores, axis=-1), 0.0)"})),
    Mistake("no tanh", 2, "wrong-score",
            ATTEND.format(**ATTENDED | {"scores": "ops.where(there, ops.sum(v * (keys + query[:, None]), axis=-1), -1e9)"})),
    Mistake("context of keys", 2, "wrong-context",
            ATTEND.format(**ATTENDED | {"context": "ops.sum(weights[:, :, None] * keys, axis=1)"})),
    Mistake("context without the sum", 2, "wrong-shape",
            ATTEND.format(**ATTENDED | {"context": "weights[:, :, None] * values"})),
    Mistake("weights first", 2, "turned-round", ATTEND.format(**ATTENDED | {"result": "weights, context"})),
    Mistake("state not passed on", 3, "state-not-passed-on", DECODE.format(**DECODED | {"start": ""})),
    Mistake("nothing to look at", 3, "source-not-set", DECODE.format(**DECODED | {"look": ""})),
    Mistake("no output layer", 3, "no-output-layer", DECODE.format(**DECODED | {"result": "states"})),
    Mistake("the last state alone", 3, "wrong-shape", DECODE.format(**DECODED | {"result": "model.output_words(states[:, -1])"})),
    Mistake("loss over padding", 4, "gaps-counted", LOSS.format(logits=True, result="ops.mean(losses)")),
    Mistake("mean over all places", 4, "gaps-in-the-mean", LOSS.format(logits=True, result="ops.mean(losses * there)")),
    Mistake("sum", 4, "sum-for-mean", LOSS.format(logits=True, result="ops.sum(losses * there)")),
    Mistake("mean of the sentences' means", 4, "mean-of-means",
            LOSS.format(logits=True, result="ops.mean(ops.sum(losses * there, axis=1) / ops.sum(there, axis=1))")),
    Mistake("scores taken for probabilities", 4, "wrong-loss",
            LOSS.format(logits=False, result="ops.sum(losses * there) / ops.sum(there)")),
    Mistake("a loss for each place", 4, "not-one-number", LOSS.format(logits=True, result="losses * there")),
    Mistake("decoder input not shifted", 5, "not-shifted", "return target[:, 1:], target[:, 1:]"),
    Mistake("turned round", 5, "turned-round", "return target[:, 1:], target[:, :-1]"),
    Mistake("whole sentences", 5, "wrong-columns", "return target, np.roll(target, -1, axis=1)"),
    Mistake("rows for columns", 5, "wrong-columns", "return target[:-1], target[1:]"),
    Mistake("no validation", 6, "no-validation", FIT.format(**GOOD | {"validation": ""})),
    Mistake("test pairs watched", 6, "test-data-in-fit",
            FIT.format(**GOOD | {"validation": ", validation_data=pairs(model, data.test)"})),
    Mistake("one epoch", 6, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
    Mistake("batches of 32", 6, "wrong-batch-size", FIT.format(**GOOD | {"size": "32"})),
    Mistake("callbacks dropped", 6, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": ", callbacks=[falling]"})),
    Mistake("rate stays", 6, "callback-missing", FIT.format(**GOOD | {"callbacks": ", callbacks=callbacks"})),
    Mistake("ended sentences go on", 7, "goes-on-after-the-end", 'return ops.cast(ops.argmax(logits, axis=-1), "int32")'),
    Mistake("least likely", 7, "least-likely", 'return ops.where(done, GAP, ops.cast(ops.argmin(logits, axis=-1), "int32"))'),
    Mistake("gap where not done", 7, "done-turned-round",
            'return ops.where(done, ops.cast(ops.argmax(logits, axis=-1), "int32"), GAP)'),
    Mistake("over the batch", 7, "wrong-shape", 'return ops.cast(ops.argmax(logits, axis=0), "int32")'),
    Mistake("no length normalization", 8, "short-wins", BEAM.format(**BEAMED | {"scores": "totals"})),
    Mistake("probabilities added", 8, "probabilities-added",
            BEAM.format(**BEAMED | {"added": "ops.where(done[:, :, None], free, ops.softmax(logits, axis=-1))"})),
    Mistake("scores added", 8, "scores-added", BEAM.format(**BEAMED | {"added": "ops.where(done[:, :, None], free, logits)"})),
    Mistake("ended sentences go on", 8, "ended-goes-on", BEAM.format(**BEAMED | {"added": "ops.log_softmax(logits, axis=-1)"})),
    Mistake("each beginning for itself", 8, "each-for-itself", """
            width, words = logits.shape[1:]
            free = ops.where(ops.equal(ops.arange(words), GAP), 0.0, -1e9)
            totals = totals[:, :, None] + ops.where(done[:, :, None], free, ops.log_softmax(logits, axis=-1))
            best = ops.cast(ops.argmax(totals, axis=-1), "int32")
            return ops.max(totals, axis=-1), ops.zeros_like(best) + ops.arange(width), best
            """),
    Mistake("divided for good", 8, "divided-for-good", BEAM.format(**BEAMED | {"kept": "scores"})),
    Mistake("parents and words exchanged", 8, "wrong-beams",
            BEAM.format(**BEAMED | {"parents": "places % words", "next": "places // words"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "other operations",
        {
            1: """
            text = unicodedata.normalize("NFKD", text.casefold())
            words = re.findall(r"[a-z]+|[?.!,¿]", "".join(c for c in text if not unicodedata.combining(c)))
            return " ".join([START, *words, END])
            """,
            2: """
            hidden = ops.tanh(ops.expand_dims(query, 1) + keys)
            scores = ops.squeeze(ops.matmul(hidden, ops.reshape(v, (-1, 1))), -1)
            scores = scores + (1.0 - ops.cast(there, scores.dtype)) * -1e9
            grown = ops.exp(scores - ops.max(scores, axis=1, keepdims=True))
            weights = grown / ops.sum(grown, axis=1, keepdims=True)
            return ops.squeeze(ops.matmul(weights[:, None], values), 1), weights
            """,
            4: """
            log_p = ops.log_softmax(logits, axis=-1)
            right = ops.sum(ops.one_hot(ops.cast(y, "int32"), logits.shape[-1]) * log_p, axis=-1)
            there = ops.cast(y > 0, "float32")
            return -ops.sum(right * there) / ops.sum(there)
            """,
            7: """
            going = ops.cast(ops.logical_not(done), "int32")
            return ops.cast(ops.argmax(ops.softmax(logits), axis=1), "int32") * going
            """,
        },
    ),
    Right(
        "other order",
        {
            3: """
            model.cell.source, last = model.encode(source)
            return model.output_words(model.decoder(vectors, initial_state=last))
            """,
            5: """
            length = target.shape[1]
            return np.delete(target, length - 1, axis=1), np.delete(target, 0, axis=1)
            """,
            6: """
            history = model.fit(x=x, y=y, validation_data=validation, callbacks=list(callbacks) + [falling],
                                epochs=preset.epochs, batch_size=preset.batch_size, shuffle=True)
            """,
            8: """
            batch, width, words = logits.shape
            log_p = logits - ops.logsumexp(logits, axis=-1, keepdims=True)
            gap = ops.cast(ops.arange(words) == GAP, "float32")
            log_p = ops.where(ops.expand_dims(done, -1), (1.0 - gap) * -1e9, log_p)
            flat = ops.reshape(ops.expand_dims(totals, -1) + log_p, (-1, width * words))
            divided = flat / ops.repeat(ops.cast(lengths, "float32"), words, axis=1)
            places = ops.cast(ops.argsort(-divided, axis=1), "int32")[:, :width]
            return ops.take_along_axis(flat, places, axis=1), ops.floor_divide(places, words), ops.mod(places, words)
            """,
        },
    ),
]
