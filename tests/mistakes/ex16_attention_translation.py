"""Planted mistakes of exercise 16, and right answers written differently."""

from dataclasses import replace

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
    Mistake("ended beginnings go on", 8, "ended-goes-on", BEAM.format(**BEAMED | {"added": "ops.log_softmax(logits, axis=-1)"})),
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
    Mistake("exclamation marks lost", 1, "marks-not-apart", CLEAN.format(**CLEANED | {"signs": "a-z?.,¿"})),
    Mistake("every mark an end", 1, "other-result", CLEAN.format(**CLEANED).replace('r"([?.!,¿])"', 'r"([?.!,¿]+)"')),
    Mistake("nothing returned", 1, "return-missing", CLEAN.format(**CLEANED).replace("return ", "found = ")),
    Mistake("tanh of the keys alone", 2, "wrong-score", ATTEND.format(**ATTENDED).replace("ops.tanh(keys + query[:, None])",
            "(ops.tanh(keys) + query[:, None])")),
    Mistake("product of query and key", 2, "wrong-score", ATTEND.format(**ATTENDED).replace("keys + query", "keys * query")),
    Mistake("mean of the values", 2, "wrong-context",
            ATTEND.format(**ATTENDED | {"context": "ops.mean(weights[:, :, None] * values, axis=1)"})),
    Mistake("gaps attended to alone", 2, "gaps-looked-at", ATTEND.format(**ATTENDED).replace("ops.where(there, ", "ops.where(ops.logical_not(there), ")),
    Mistake("gaps score 0", 2, "gaps-looked-at", ATTEND.format(**ATTENDED).replace("-1e9", "0.0")),
    Mistake("the source numbers for what is looked at", 3, "source-not-set", DECODE.format(**DECODED | {"look": "model.cell.source = source"})),
    Mistake("output layer on the vectors", 3, "wrong-shape", DECODE.format(**DECODED | {"result": "model.output_words(vectors)"})),
    Mistake("output layer twice", 3, "wrong-logits", DECODE.format(**DECODED | {"result": "model.output_words(model.output_words(states))"})),
    Mistake("sign turned", 4, "wrong-loss", LOSS.format(logits=True, result="-ops.sum(losses * there) / ops.sum(there)")),
    Mistake("divided by the sentences", 4, "wrong-loss", LOSS.format(logits=True, result="ops.sum(losses * there) / len(y)")),
    Mistake("logarithm to the base 2", 4, "wrong-loss",
            LOSS.format(logits=True, result="ops.sum(losses * there) / ops.sum(there) / math.log(2)")),
    Mistake("the first word lost", 5, "wrong-columns", "return target[:, 1:-1], target[:, 2:]"),
    Mistake("two ahead", 5, "wrong-columns", "return target[:, :-2], target[:, 2:]"),
    Mistake("targets of the next sentence", 6, "pairs-torn", FIT.format(**GOOD | {"y": "np.roll(y, 1, axis=0)"})),
    Mistake("words reversed", 6, "other-values", FIT.format(**GOOD | {"x": "{**x, 'source': x['source'][:, ::-1]}"})),
    Mistake("training pairs watched", 6, "wrong-validation", FIT.format(**GOOD | {"validation": ", validation_data=(x, y)"})),
    Mistake("likeliest of the sentences that ended", 7, "done-turned-round",
            'return ops.where(ops.logical_not(done), GAP, ops.cast(ops.argmax(logits, axis=-1), "int32"))'),
    Mistake("gap never chosen", 7, "wrong-word",
            'return ops.where(done, GAP, ops.cast(ops.argmax(logits[:, 1:], axis=-1), "int32") + 1)'),
    Mistake("scores for words", 7, "wrong-word", "return ops.where(done, 0.0, ops.max(logits, axis=-1))"),
    Mistake("worst kept", 8, "worst-kept", BEAM.format(**BEAMED).replace("ops.top_k(ops.reshape(scores", "ops.top_k(-ops.reshape(scores")),
    Mistake("lengths multiplied", 8, "wrong-beams", BEAM.format(**BEAMED | {"scores": 'totals * ops.cast(lengths, "float32")[:, :, None]'})),
    Mistake("divided by the number of beams", 8, "wrong-beams", BEAM.format(**BEAMED | {"parents": "places // width", "next": "places % width"})),
    Mistake("words before parents", 8, "wrong-beams", BEAM.format(**BEAMED).replace("return totals, places // words, places % words",
            "return totals, places % words, places // words")),
]  # fmt: skip
CAUSES = {
    "capitals left": "Capital letters stay: text.lower() makes them small.",
    "marks stay with their word": "The marks stay with their words: put a space on both sides of each.",
    "digits stay": "Digits stay; only a-z and the marks do.",
    "exclamation marks lost": "The exclamation mark is taken out; it is one of the marks that stay.",
    "every mark an end": "Several marks in a row stay together; each mark is a word of its own.",
    "padding attended to": "Padding is not masked: give it the score -1e9 before the softmax.",
    "softmax over the batch": "The softmax goes over the sentences of the batch; it must go over the source words, axis -1.",
    "gaps set to 0 behind the softmax": "The padding is set to 0 after the softmax, so that the weights of the words do not add up to 1.",
    "no tanh": "The tanh is missing in the score.",
    "tanh of the keys alone": "The tanh is taken of the keys alone; it must be taken of key + query.",
    "product of query and key": "Keys and query are multiplied; they must be added.",
    "context of keys": "The weights are applied to the keys; they belong to the values.",
    "mean of the values": "The weighted values are averaged; they must be summed.",
    "gaps attended to alone": "The mask is turned round: there is True for words.",
    "gaps score 0": "Padding gets the score 0, which still has a weight; it needs -1e9.",
    "the last state alone": "Only the last state is used; every target word needs its logits.",
    "the source numbers for what is looked at": "model.cell.source gets the word numbers; it must get what model.encode returns first.",
    "output layer twice": "model.output_words is applied twice.",
    "scores taken for probabilities": "from_logits is False, but the logits are no probabilities: no softmax has been applied.",
    "sign turned": "The sign is wrong: the loss is the mean of -log p.",
    "divided by the sentences": "The sum is divided by the number of sentences; it must be the number of words.",
    "logarithm to the base 2": "The logarithm has the base 2; the natural logarithm is asked for.",
    "whole sentences": "Both have the whole length; each must be one column shorter.",
    "rows for columns": "The first axis is cut, that of the sentences; the words are on the second axis.",
    "the first word lost": "The start is left out of what the decoder is given.",
    "two ahead": "The wanted words are two steps ahead; they must be one step ahead.",
    "one epoch": "epochs is 1; it must be preset.epochs.",
    "batches of 32": "The batch size is written as 32: hand on preset.batch_size.",
    "words reversed": "The words of the source sentences are in reverse order.",
    "gap never chosen": "The padding number is left out of the argmax; the likeliest of all words is asked for.",
    "scores for words": "The highest score is returned; the number of its word is asked for.",
    "lengths multiplied": "The totals are multiplied by the lengths; divide them.",
    "divided by the number of beams": "The place is divided by the width; in rows of `words` places, place // words is the parent.",
    "parents and words exchanged": "Parents and words are exchanged: place // words is the parent, place % words the word.",
    "words before parents": "Words are returned before parents.",
}
MISTAKES = [replace(one, cause=CAUSES.get(one.name, "")) for one in MISTAKES]

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
    Right(
        "loops over letters and steps",
        {
            1: """
            words = ""
            for letter in unicodedata.normalize("NFD", text).lower():
                if unicodedata.category(letter) == "Mn":
                    continue
                words += f" {letter} " if letter in "?.!,¿" else letter if "a" <= letter <= "z" else " "
            return " ".join([START] + words.split() + [END])
            """,
            2: """
            scores = ops.einsum("bsu,u->bs", ops.tanh(keys + ops.expand_dims(query, axis=1)), v)
            weights = keras.activations.softmax(ops.where(there, scores, -1e9))
            context = ops.einsum("bs,bsu->bu", weights, values)
            return context, weights
            """,
            4: """
            losses = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")(y, logits)
            words = ops.cast(ops.cast(y, "int32") != GAP, losses.dtype)
            return ops.sum(losses * words) / ops.maximum(ops.sum(words), 1)
            """,
            7: """
            best = ops.argmax(logits, axis=1)
            return ops.cast(ops.where(done, ops.zeros_like(best), best), "int32")
            """,
        },
    ),
    Right(
        "names of arguments, slices",
        {
            3: """
            encoded = model.encode(source)
            model.cell.source = encoded[0]
            return model.output_words(model.decoder(vectors, initial_state=[encoded[1]]))
            """,
            5: """
            given = target[:, : target.shape[1] - 1]
            wanted = target[:, 1 : target.shape[1]]
            return given, wanted
            """,
        },
    ),
]
