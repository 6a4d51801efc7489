"""Planted mistakes of exercise 23b, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

WINDOWS = """
places = range(0, {end}, {step})
return np.array([{box} for {outer} in places for {inner} in places])
"""
PLACED = {"end": "size - WINDOW + 1", "step": "STRIDE", "outer": "top", "inner": "left",
          "box": "[top, left, top + WINDOW, left + WINDOW]"}  # fmt: skip
BOTTOM = """
bottom = keras.Sequential([
    keras.Input(shape={shape}),
    keras.layers.Conv2D({first}, {window}, activation={relu}),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D({second}, 3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D({third}, 3, activation="relu"),
    {last}
])
"""
PARTS = {"shape": "(None, None, 3)", "first": "filters", "second": "2 * filters", "third": "4 * filters", "window": "3",
         "relu": '"relu"', "last": "keras.layers.MaxPooling2D(),"}  # fmt: skip
FIT = """
return model.fit({x}, {y}, batch_size={size}, epochs={epochs}, validation_data={validation}, callbacks={callbacks})
"""
GOOD = {"x": "data.train.x", "y": "data.train.y", "size": "preset.batch_size", "epochs": "preset.epochs",
        "validation": "(data.validation.x, data.validation.y)", "callbacks": "callbacks"}  # fmt: skip
MAP = """
height, width = features.shape[:2]
return np.stack([{window} for {loops}])
"""
CUT = {"window": "features[i : i + CELLS, j : j + CELLS]",
       "loops": "i in range(height - CELLS + 1) for j in range(width - CELLS + 1)"}  # fmt: skip
PASS = """
maps = {maps}
cut = {cut}
return {answer}
"""
ONE = {"maps": "bottom.predict_on_batch(scenes)", "cut": "np.concatenate([map_windows(one) for one in maps])",
       "answer": "top.predict_on_batch(cut).reshape(len(scenes), -1, NOTHING + 1)"}  # fmt: skip
OVERLAP = """
tall = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0]){edge}
wide = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1]){edge}
common = {common}
areas = (boxes[:, 2] - boxes[:, 0]{edge}) * (boxes[:, 3] - boxes[:, 1]{edge})
own = (box[2] - box[0]) * (box[3] - box[1])
return {result}
"""
SHARE = {"edge": "", "common": "np.maximum(tall, 0) * np.maximum(wide, 0)", "result": "common / (own + areas - common)"}
SUPPRESS = """
left, kept = {order}, []
while len(left):
    best, left = left[0], left[1:]
    kept.append(int(best))
    left = left[{stays}]
return kept
"""
DROPS = {"order": "np.argsort(-scores)", "stays": "overlap(boxes[best], boxes[left]) <= DROP"}
COUNT = """
taken = set()
for detection in found:
    shares = overlap(detection[2:], objects[:, 1:])
    free = [i for i in np.argsort(-shares) if {condition}]
    taken.update({add})
return {result}
"""
COUNTED = {"condition": "i not in taken and objects[i, 0] == detection[0] and shares[i] >= RIGHT", "add": "free[:1]",
           "result": "len(taken)"}  # fmt: skip

MISTAKES = [
    Mistake("last place forgotten", 1, "wrong-number", WINDOWS.format(**PLACED | {"end": "size - WINDOW"})),
    Mistake("beyond the edge", 1, "beyond-the-edge", WINDOWS.format(**PLACED | {"end": "size"})),
    Mistake("every window's width", 1, "wrong-number", WINDOWS.format(**PLACED | {"step": "WINDOW"})),
    Mistake("column after column", 1, "wrong-order", WINDOWS.format(**PLACED | {"outer": "left", "inner": "top"})),
    Mistake("last pixel for the first outside", 1, "wrong-end",
            WINDOWS.format(**PLACED | {"box": "[top, left, top + WINDOW - 1, left + WINDOW - 1]"})),
    Mistake("height and width for bottom and right", 1, "wrong-end", WINDOWS.format(**PLACED | {"box": "[top, left, WINDOW, WINDOW]"})),
    Mistake("corners alone", 1, "wrong-shape", WINDOWS.format(**PLACED | {"box": "[top, left]"})),
    Mistake("padded", 2, "input-shape", BOTTOM.format(**PARTS).replace('activation="relu"', 'activation="relu", padding="same"')),
    Mistake("as many filters in all", 2, "input-shape", BOTTOM.format(**PARTS | {"second": "filters", "third": "filters"})),
    Mistake("second as the first", 2, "wrong-filters", BOTTOM.format(**PARTS | {"second": "filters"})),
    Mistake("no relu", 2, "relu-missing", BOTTOM.format(**PARTS | {"relu": "None"})),
    Mistake("last pooling forgotten", 2, "input-shape", BOTTOM.format(**PARTS | {"last": ""})),
    Mistake("average pooling", 2, "wrong-layers", BOTTOM.format(**PARTS).replace("MaxPooling2D()", "AveragePooling2D(2)")),
    Mistake("test scenes watched", 3, "test-data-in-fit",
            FIT.format(**GOOD | {"validation": "(data.test.x[:, :46, :46], data.test.y[:, 0, 0])"})),
    Mistake("trained on the validation windows", 3, "wrong-split",
            FIT.format(**GOOD | {"x": "data.validation.x", "y": "data.validation.y"})),
    Mistake("one epoch", 3, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
    Mistake("batch size left to Keras", 3, "wrong-batch-size", FIT.format(**GOOD | {"size": "None"})),
    Mistake("callbacks dropped", 3, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": "None"})),
    Mistake("last cell forgotten", 4, "wrong-number",
            MAP.format(**CUT | {"loops": "i in range(height - CELLS) for j in range(width - CELLS)"})),
    Mistake("eight cells further", 4, "wrong-number",
            MAP.format(**CUT | {"loops": "i in range(0, height - CELLS + 1, STRIDE) for j in range(0, width - CELLS + 1, STRIDE)"})),
    Mistake("two cells", 4, "wrong-shape", MAP.format(**CUT | {"window": "features[i : i + 2, j : j + 2]"})),
    Mistake("column after column of cells", 4, "wrong-order",
            MAP.format(**CUT | {"loops": "j in range(width - CELLS + 1) for i in range(height - CELLS + 1)"})),
    Mistake("one channel", 4, "wrong-shape", MAP.format(**CUT | {"window": "features[i : i + CELLS, j : j + CELLS, 0]"})),
    Mistake("scaled once more", 5, "wrong-probabilities", PASS.format(**ONE | {"maps": "bottom.predict_on_batch(scenes / 255)"})),
    Mistake("scenes mixed", 5, "scenes-mixed",
            PASS.format(**ONE | {"answer": "top.predict_on_batch(cut).reshape(-1, len(scenes), NOTHING + 1).swapaxes(0, 1)"})),
    Mistake("first scene alone", 5, "wrong-shape", PASS.format(**ONE | {"cut": "map_windows(maps[0])",
            "answer": "top.predict_on_batch(cut)[None]"})),
    Mistake("scenes and windows in one row", 5, "wrong-shape", PASS.format(**ONE | {"answer": "top.predict_on_batch(cut)"})),
    Mistake("classes for probabilities", 5, "wrong-shape", PASS.format(**ONE | {
            "answer": "top.predict_on_batch(cut).argmax(axis=-1).reshape(len(scenes), -1)"})),
    Mistake("common area", 6, "area-for-share", OVERLAP.format(**SHARE | {"result": "common"})),
    Mistake("share of the first box", 6, "wrong-union", OVERLAP.format(**SHARE | {"result": "common / own"})),
    Mistake("common part counted twice", 6, "common-part-twice", OVERLAP.format(**SHARE | {"result": "common / (own + areas)"})),
    Mistake("negative sides multiplied", 6, "negative-sides", OVERLAP.format(**SHARE | {"common": "tall * wide"})),
    Mistake("bottom and right counted in", 6, "wrong-area", OVERLAP.format(**SHARE | {"edge": " + 1"})),
    Mistake("one number for all", 6, "wrong-shape", OVERLAP.format(**SHARE | {"result": "(common / (own + areas - common)).max()"})),
    Mistake("least sure first", 7, "least-sure-first", SUPPRESS.format(**DROPS | {"order": "np.argsort(scores)"})),
    Mistake("the surest alone", 7, "one-left", "return [int(np.argmax(scores))] if len(scores) else []"),
    Mistake("compared with itself", 7, "drops-itself", """
            return [i for i in np.argsort(-scores) if (overlap(boxes[i], boxes) <= DROP).all()]
            """),
    Mistake("keeps what overlaps", 7, "wrong-boxes", SUPPRESS.format(**DROPS | {"stays": "overlap(boxes[best], boxes[left]) > DROP"})),
    Mistake("none dropped", 7, "too-many-left", SUPPRESS.format(**DROPS | {"stays": ":"})),
    Mistake("dropped boxes drop others", 7, "wrong-boxes", """
            order = np.argsort(-scores)
            return [int(i) for n, i in enumerate(order) if (overlap(boxes[i], boxes[order[:n]]) <= DROP).all()]
            """),
    Mistake("in the order of places", 7, "wrong-order", SUPPRESS.format(**DROPS).replace("return kept", "return sorted(kept)")),
    Mistake("counted twice", 8, "counted-twice", COUNT.format(**COUNTED | {"result": """sum(
    bool(((overlap(one[2:], objects[:, 1:]) >= RIGHT) & (objects[:, 0] == one[0])).any()) for one in found)"""})),
    Mistake("class ignored", 8, "class-ignored", COUNT.format(**COUNTED | {"condition": "i not in taken and shares[i] >= RIGHT"})),
    Mistake("place ignored", 8, "place-ignored",
            COUNT.format(**COUNTED | {"condition": "i not in taken and objects[i, 0] == detection[0]"})),
    Mistake("first object alone", 8, "object-missed", COUNT.format(**COUNTED | {"condition":
            "i == 0 and i not in taken and objects[i, 0] == detection[0] and shares[i] >= RIGHT"})),
    Mistake("the nearest object even if it is taken", 8, "object-missed", """
            taken = set()
            for detection in found:
                shares = overlap(detection[2:], objects[:, 1:]) * (objects[:, 0] == detection[0])
                if shares.max() >= RIGHT:
                    taken.add(0 if shares[0] >= RIGHT else int(shares.argmax()))
            return len(taken)
            """),
]  # fmt: skip

RIGHTS = [
    Right(
        "loops and other tools",
        {
            1: """
            top, left = np.meshgrid(np.arange(0, size - WINDOW + 1, STRIDE), np.arange(0, size - WINDOW + 1, STRIDE), indexing="ij")
            corners = np.stack([top.ravel(), left.ravel()], axis=1)
            return np.hstack([corners, corners + WINDOW])
            """,
            2: """
            bottom = keras.Sequential([keras.Input((None, None, 3))])
            for factor in (1, 2, 4):
                bottom.add(keras.layers.Conv2D(factor * filters, (3, 3)))
                bottom.add(keras.layers.ReLU())
                bottom.add(keras.layers.MaxPooling2D((2, 2)))
            """,
            4: """
            parts = np.lib.stride_tricks.sliding_window_view(features, (CELLS, CELLS), axis=(0, 1))
            return np.moveaxis(parts, 2, -1).reshape(-1, CELLS, CELLS, features.shape[-1])
            """,
            6: """
            found = []
            for other in boxes:
                tall = min(box[2], other[2]) - max(box[0], other[0])
                wide = min(box[3], other[3]) - max(box[1], other[1])
                common = tall * wide if tall > 0 and wide > 0 else 0
                union = (box[2] - box[0]) * (box[3] - box[1]) + (other[2] - other[0]) * (other[3] - other[1]) - common
                found.append(common / union)
            return np.array(found)
            """,
            8: """
            right, free = 0, list(range(len(objects)))
            for kind, _, *box in found:
                matching = [i for i in free if objects[i, 0] == kind]
                if not matching:
                    continue
                shares = overlap(np.array(box), objects[matching][:, 1:])
                if shares.max() >= RIGHT:
                    free.remove(matching[int(shares.argmax())])
                    right += 1
            return right
            """,
        },
    ),
    Right(
        "functional, predict, tf.data",
        {
            2: """
            pictures = keras.Input((None, None, 3))
            x = pictures
            for factor in (1, 2, 4):
                x = keras.layers.Conv2D(factor * filters, 3, activation=keras.activations.relu)(x)
                x = keras.layers.MaxPooling2D()(x)
            bottom = keras.Model(pictures, x)
            """,
            3: """
            return model.fit(data.train.batches(preset.batch_size, shuffle=True), epochs=preset.epochs, callbacks=callbacks,
                             validation_data=data.validation.batches(preset.batch_size))
            """,
            5: """
            answers = []
            for scene in scenes:
                cut = map_windows(bottom.predict(scene[None], verbose=0)[0])
                answers.append(top.predict(cut, verbose=0))
            return np.array(answers)
            """,
            7: """
            waiting, kept = sorted(range(len(scores)), key=lambda place: scores[place], reverse=True), []
            for place in waiting:
                if not kept or overlap(boxes[place], boxes[kept]).max() <= DROP:
                    kept.append(place)
            return kept
            """,
        },
    ),
]
