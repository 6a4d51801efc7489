"""Planted mistakes of exercise 23b, and right answers written differently."""

from dataclasses import replace

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
    Mistake("last place forgotten", 1, "other-result", WINDOWS.format(**PLACED | {"end": "size - WINDOW"})),
    Mistake("beyond the edge", 1, "other-result", WINDOWS.format(**PLACED | {"end": "size"})),
    Mistake("every window's width", 1, "other-result", WINDOWS.format(**PLACED | {"step": "WINDOW"})),
    Mistake("column after column", 1, "other-result", WINDOWS.format(**PLACED | {"outer": "left", "inner": "top"})),
    Mistake("last pixel for the first outside", 1, "other-result",
            WINDOWS.format(**PLACED | {"box": "[top, left, top + WINDOW - 1, left + WINDOW - 1]"})),
    Mistake("height and width for bottom and right", 1, "other-result", WINDOWS.format(**PLACED | {"box": "[top, left, WINDOW, WINDOW]"})),
    Mistake("corners alone", 1, "other-result", WINDOWS.format(**PLACED | {"box": "[top, left]"})),
    Mistake("padded", 2, "input-shape", BOTTOM.format(**PARTS).replace('activation="relu"', 'activation="relu", padding="same"')),
    Mistake("as many filters in all", 2, "input-shape", BOTTOM.format(**PARTS | {"second": "filters", "third": "filters"})),
    Mistake("second as the first", 2, "other-parameters", BOTTOM.format(**PARTS | {"second": "filters"})),
    Mistake("no relu", 2, "other-outputs", BOTTOM.format(**PARTS | {"relu": "None"})),
    Mistake("last pooling forgotten", 2, "input-shape", BOTTOM.format(**PARTS | {"last": ""})),
    Mistake("average pooling", 2, "other-outputs", BOTTOM.format(**PARTS).replace("MaxPooling2D()", "AveragePooling2D(2)")),
    Mistake("test scenes watched", 3, "test-data-in-fit",
            FIT.format(**GOOD | {"validation": "(data.test.x[:, :46, :46], data.test.y[:, 0, 0])"})),
    Mistake("trained on the validation windows", 3, "wrong-split",
            FIT.format(**GOOD | {"x": "data.validation.x", "y": "data.validation.y"})),
    Mistake("one epoch", 3, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
    Mistake("batch size left to Keras", 3, "wrong-batch-size", FIT.format(**GOOD | {"size": "None"})),
    Mistake("callbacks dropped", 3, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": "None"})),
    Mistake("last cell forgotten", 4, "other-result",
            MAP.format(**CUT | {"loops": "i in range(height - CELLS) for j in range(width - CELLS)"})),
    Mistake("eight cells further", 4, "other-result",
            MAP.format(**CUT | {"loops": "i in range(0, height - CELLS + 1, STRIDE) for j in range(0, width - CELLS + 1, STRIDE)"})),
    Mistake("two cells", 4, "other-result", MAP.format(**CUT | {"window": "features[i : i + 2, j : j + 2]"})),
    Mistake("column after column of cells", 4, "other-result",
            MAP.format(**CUT | {"loops": "j in range(width - CELLS + 1) for i in range(height - CELLS + 1)"})),
    Mistake("one channel", 4, "other-result", MAP.format(**CUT | {"window": "features[i : i + CELLS, j : j + CELLS, 0]"})),
    Mistake("scaled once more", 5, "wrong-probabilities", PASS.format(**ONE | {"maps": "bottom.predict_on_batch(scenes / 255)"})),
    Mistake("scenes mixed", 5, "wrong-probabilities",
            PASS.format(**ONE | {"answer": "top.predict_on_batch(cut).reshape(-1, len(scenes), NOTHING + 1).swapaxes(0, 1)"})),
    Mistake("first scene alone", 5, "wrong-shape", PASS.format(**ONE | {"cut": "map_windows(maps[0])",
            "answer": "top.predict_on_batch(cut)[None]"})),
    Mistake("scenes and windows in one row", 5, "wrong-shape", PASS.format(**ONE | {"answer": "top.predict_on_batch(cut)"})),
    Mistake("classes for probabilities", 5, "wrong-shape", PASS.format(**ONE | {
            "answer": "top.predict_on_batch(cut).argmax(axis=-1).reshape(len(scenes), -1)"})),
    Mistake("common area", 6, "other-result", OVERLAP.format(**SHARE | {"result": "common"})),
    Mistake("share of the first box", 6, "other-result", OVERLAP.format(**SHARE | {"result": "common / own"})),
    Mistake("common part counted twice", 6, "other-result", OVERLAP.format(**SHARE | {"result": "common / (own + areas)"})),
    Mistake("negative sides multiplied", 6, "other-result", OVERLAP.format(**SHARE | {"common": "tall * wide"})),
    Mistake("bottom and right counted in", 6, "other-result", OVERLAP.format(**SHARE | {"edge": " + 1"})),
    Mistake("one number for all", 6, "other-result", OVERLAP.format(**SHARE | {"result": "(common / (own + areas - common)).max()"})),
    Mistake("least sure first", 7, "other-result", SUPPRESS.format(**DROPS | {"order": "np.argsort(scores)"})),
    Mistake("the surest alone", 7, "other-result", "return [int(np.argmax(scores))] if len(scores) else []"),
    Mistake("compared with itself", 7, "other-result", """
            return [i for i in np.argsort(-scores) if (overlap(boxes[i], boxes) <= DROP).all()]
            """),
    Mistake("keeps what overlaps", 7, "other-result", SUPPRESS.format(**DROPS | {"stays": "overlap(boxes[best], boxes[left]) > DROP"})),
    Mistake("none dropped", 7, "other-result", SUPPRESS.format(**DROPS | {"stays": ":"})),
    Mistake("dropped boxes drop others", 7, "other-result", """
            order = np.argsort(-scores)
            return [int(i) for n, i in enumerate(order) if (overlap(boxes[i], boxes[order[:n]]) <= DROP).all()]
            """),
    Mistake("in the order of places", 7, "other-result", SUPPRESS.format(**DROPS).replace("return kept", "return sorted(kept)")),
    Mistake("counted twice", 8, "other-result", COUNT.format(**COUNTED | {"result": """sum(
    bool(((overlap(one[2:], objects[:, 1:]) >= RIGHT) & (objects[:, 0] == one[0])).any()) for one in found)"""})),
    Mistake("class ignored", 8, "other-result", COUNT.format(**COUNTED | {"condition": "i not in taken and shares[i] >= RIGHT"})),
    Mistake("place ignored", 8, "other-result",
            COUNT.format(**COUNTED | {"condition": "i not in taken and objects[i, 0] == detection[0]"})),
    Mistake("first object alone", 8, "other-result", COUNT.format(**COUNTED | {"condition":
            "i == 0 and i not in taken and objects[i, 0] == detection[0] and shares[i] >= RIGHT"})),
    Mistake("the nearest object even if it is taken", 8, "other-result", """
            taken = set()
            for detection in found:
                shares = overlap(detection[2:], objects[:, 1:]) * (objects[:, 0] == detection[0])
                if shares.max() >= RIGHT:
                    taken.add(0 if shares[0] >= RIGHT else int(shares.argmax()))
            return len(taken)
            """),
    Mistake("left alone is stepped", 1, "other-result", """
            places = range(0, size - WINDOW + 1, STRIDE)
            return np.array([[top, left, top + WINDOW, left + WINDOW] for top in range(len(places)) for left in places])
            """),
    Mistake("left before top", 1, "other-result", WINDOWS.format(**PLACED | {"box": "[left, top, left + WINDOW, top + WINDOW]"})),
    Mistake("always seven places", 1, "other-result", WINDOWS.format(**PLACED | {"end": "7 * STRIDE"})),
    Mistake("width and height", 1, "other-result", WINDOWS.format(**PLACED | {"box": "[top, top + WINDOW, left, left + WINDOW]"})),
    Mistake("nothing returned", 1, "return-missing", WINDOWS.format(**PLACED).replace("return ", "found = ")),
    Mistake("windows of 5", 2, "input-shape", BOTTOM.format(**PARTS | {"window": "5"})),
    Mistake("sigmoid for relu", 2, "other-outputs", BOTTOM.format(**PARTS | {"relu": '"sigmoid"'})),
    Mistake("relu behind the pooling of scores below 0", 2, "other-outputs",
            BOTTOM.format(**PARTS | {"relu": '"leaky_relu"'})),
    Mistake("filters written as a number", 2, "other-parameters",
            BOTTOM.format(**PARTS | {"first": "4", "second": "8", "third": "4 * filters"})),
    Mistake("batch norm added", 2, "other-parameters",
            BOTTOM.format(**PARTS | {"last": "keras.layers.MaxPooling2D(), keras.layers.BatchNormalization(),"})),
    Mistake("dropout added", 2, "other-in-training",
            BOTTOM.format(**PARTS | {"last": "keras.layers.MaxPooling2D(), keras.layers.Dropout(0.25),"})),
    Mistake("regularizer added", 2, "other-regularization",
            BOTTOM.format(**PARTS).replace('3, activation="relu"', '3, activation="relu", kernel_regularizer="l2"')),
    Mistake("input of one size", 2, "fixed-size", BOTTOM.format(**PARTS | {"shape": "(WINDOW, WINDOW, 3)"})),
    Mistake("strides for pooling", 2, "other-outputs", """
            bottom = keras.Sequential([keras.Input(shape=(None, None, 3))])
            for factor in (1, 2, 4):
                bottom.add(keras.layers.Conv2D(factor * filters, 3, activation="relu"))
                bottom.add(keras.layers.MaxPooling2D(1, strides=2) if factor == 1 else keras.layers.MaxPooling2D())
            """),
    Mistake("pixels scaled once more", 3, "other-values", FIT.format(**GOOD | {"x": "data.train.x / 255"})),
    Mistake("windows shuffled alone", 3, "pairs-torn", FIT.format(**GOOD | {"x": "np.random.default_rng(0).permutation(data.train.x)"})),
    Mistake("training windows watched", 3, "wrong-validation", FIT.format(**GOOD | {"validation": "(data.train.x, data.train.y)"})),
    Mistake("classes instead of zeros around", 3, "other-weights",
            FIT.format(**GOOD | {"callbacks": "callbacks, class_weight={label: 1.0 + (label == 10) for label in range(11)}"})),
    Mistake("rows and columns of a square", 4, "other-result",
            MAP.format(**CUT | {"loops": "i in range(height - CELLS + 1) for j in range(height - CELLS + 1)"})),
    Mistake("windows turned", 4, "raises", MAP.format(**CUT | {"window": "features[j : j + CELLS, i : i + CELLS]"})),
    Mistake("a grid of windows", 4, "other-result", """
            height, width = features.shape[:2]
            return np.stack([[features[i : i + CELLS, j : j + CELLS] for j in range(width - CELLS + 1)] for i in range(height - CELLS + 1)])
            """),
    Mistake("no overlap of the windows", 4, "other-result",
            MAP.format(**CUT | {"loops": "i in range(0, height - CELLS + 1, CELLS) for j in range(0, width - CELLS + 1, CELLS)"})),
    Mistake("channels in front", 4, "other-result",
            MAP.format(**CUT | {"window": "features[i : i + CELLS, j : j + CELLS].transpose(2, 0, 1)"})),
    Mistake("reshaped to two scenes", 5, "raises",
            PASS.format(**ONE | {"answer": "top.predict_on_batch(cut).reshape(2, -1, NOTHING + 1)"})),
    Mistake("windows in reverse", 5, "wrong-probabilities",
            PASS.format(**ONE | {"answer": "top.predict_on_batch(cut).reshape(len(scenes), -1, NOTHING + 1)[:, ::-1]"})),
    Mistake("the first scene for all", 5, "wrong-probabilities",
            PASS.format(**ONE | {"cut": "np.concatenate([map_windows(maps[0]) for one in maps])"})),
    Mistake("softmax once more", 5, "wrong-probabilities",
            PASS.format(**ONE | {"answer": "np.asarray(keras.ops.softmax(top.predict_on_batch(cut))).reshape(len(scenes), -1, NOTHING + 1)"})),
    Mistake("top in training mode", 5, "wrong-probabilities",
            PASS.format(**ONE | {"answer": "np.asarray(top(cut, training=True)).reshape(len(scenes), -1, NOTHING + 1)"})),
    Mistake("share of the other box", 6, "other-result", OVERLAP.format(**SHARE | {"result": "common / areas"})),
    Mistake("share of the smaller box", 6, "other-result", OVERLAP.format(**SHARE | {"result": "common / np.minimum(own, areas)"})),
    Mistake("height not cut off", 6, "other-result", OVERLAP.format(**SHARE | {"common": "tall * np.maximum(wide, 0)"})),
    Mistake("rows and columns exchanged", 6, "other-result",
            OVERLAP.format(**SHARE).replace("box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0]", "box[3], boxes[:, 2]) - np.maximum(box[1], boxes[:, 0]")),
    Mistake("distance for overlap", 6, "other-result", OVERLAP.format(**SHARE | {"result": "1 - common / (own + areas - common)"})),
    Mistake("product cut off", 6, "other-result", OVERLAP.format(**SHARE | {"common": "np.maximum(tall * wide, 0)"})),
    Mistake("drops an overlap of DROP exactly", 7, "other-result",
            SUPPRESS.format(**DROPS | {"stays": "overlap(boxes[best], boxes[left]) < DROP"})),
    Mistake("another threshold", 7, "other-result", SUPPRESS.format(**DROPS | {"stays": "overlap(boxes[best], boxes[left]) <= SURE"})),
    Mistake("only neighbors in the order compared", 7, "other-result", """
            order = [int(i) for i in np.argsort(-scores)]
            return [one for n, one in enumerate(order)
                    if n == 0 or overlap(boxes[one], boxes[[order[n - 1]]])[0] <= DROP]
            """),
    Mistake("fails on no boxes", 7, "raises", """
            left, kept = list(np.argsort(-scores)), [int(np.argmax(scores))]
            while left:
                best = left.pop(0)
                if overlap(boxes[best], boxes[kept]).max() <= DROP:
                    kept.append(int(best))
            return kept
            """),
    Mistake("boxes for indices", 7, "other-result", SUPPRESS.format(**DROPS).replace("kept.append(int(best))", "kept.append(boxes[best])")),
    Mistake("more than RIGHT alone", 8, "other-result",
            COUNT.format(**COUNTED | {"condition": "i not in taken and objects[i, 0] == detection[0] and shares[i] > RIGHT"})),
    Mistake("detections without an object counted", 8, "other-result", COUNT.format(**COUNTED | {"result": "len(found) - len(taken)"})),
    Mistake("a share for a number", 8, "other-result", COUNT.format(**COUNTED | {"result": "len(taken) / max(len(found), 1)"})),
    Mistake("all objects taken at once", 8, "other-result", COUNT.format(**COUNTED | {"add": "free"})),
    Mistake("class read from the score", 8, "other-result", COUNT.format(**COUNTED | {
            "condition": "i not in taken and objects[i, 0] == round(detection[1]) and shares[i] >= RIGHT"})),
    Mistake("none found stops the search", 8, "other-result", """
            taken = set()
            for detection in found:
                shares = overlap(detection[2:], objects[:, 1:])
                free = [i for i in np.argsort(-shares) if i not in taken and objects[i, 0] == detection[0] and shares[i] >= RIGHT]
                if not free:
                    break
                taken.update(free[:1])
            return len(taken)
            """),
]  # fmt: skip
CAUSES = {
    "last place forgotten": "The last window is missing: range leaves out its end, so the end is size - WINDOW + 1.",
    "beyond the edge": "Windows are placed up to the edge of the image: the last one begins WINDOW pixels before it.",
    "every window's width": "The step is WINDOW, so that windows do not overlap; it must be STRIDE.",
    "column after column": "The windows come column after column: the inner loop must be over left.",
    "last pixel for the first outside": "bottom and right are the last pixels inside; they must be the first ones outside, top + WINDOW.",
    "height and width for bottom and right": "The last two numbers are height and width; they must be bottom and right, top + WINDOW.",
    "corners alone": "There are only the corners top and left: bottom and right are missing.",
    "left alone is stepped": "top counts windows, 0, 1, 2: it must be counted in pixels.",
    "left before top": "left stands before top: a box is top, left, bottom, right.",
    "always seven places": "The number of places is fixed: it must follow from size.",
    "width and height": "The order is top, bottom, left, right: a box is top, left, bottom, right.",
    "padded": 'padding="same" pads the image, so that the map of a window is larger than 4 × 4.',
    "second as the first": "The second convolution has `filters` filters; it needs twice as many.",
    "no relu": "The first convolution has no relu.",
    "average pooling": "The pooling takes means; it must take maxima.",
    "sigmoid for relu": "The activation is sigmoid; it must be relu.",
    "relu behind the pooling of scores below 0": "The activation is leaky_relu, which lets numbers below 0 through; it must be relu.",
    "filters written as a number": "Numbers of filters are written as numbers: use the variable `filters`.",
    "batch norm added": "There is a batch-norm layer; none was asked for.",
    "dropout added": "There is dropout in `bottom`; none was asked for.",
    "regularizer added": "The convolutions have a regularizer; none was asked for.",
    "strides for pooling": "One pooling takes every second place alone; it must take the maximum of 2 × 2 places.",
    "one epoch": "epochs is 1; it must be preset.epochs.",
    "batch size left to Keras": "batch_size is left out, so Keras takes 32: hand on preset.batch_size.",
    "pixels scaled once more": "The pixels are divided by 255 once more: load has scaled them already.",
    "classes instead of zeros around": "The fit has class weights; none were asked for.",
    "last cell forgotten": "The last window of each row and column is missing: n cells have n - CELLS + 1 places.",
    "eight cells further": "The windows are STRIDE cells apart. STRIDE counts pixels of the image; one step of the map is one cell.",
    "two cells": "The windows have 2 × 2 cells; they must have CELLS × CELLS.",
    "column after column of cells": "The windows come column after column: the inner loop must be over the columns.",
    "one channel": "Only the first channel is kept: a window has all channels.",
    "rows and columns of a square": "The map is taken for a square: rows and columns need a loop of their own length.",
    "windows turned": "Rows and columns are exchanged in the slice: the first axis is that of the rows.",
    "a grid of windows": "The windows form a grid with two axes; they must form one row after another along a single axis.",
    "no overlap of the windows": "The windows are CELLS cells apart; the next one begins one cell further.",
    "channels in front": "The channels are the first axis of a window; they must stay the last one.",
    "scaled once more": "The scenes are divided by 255 once more: load has scaled them already.",
    "scenes mixed": "reshape mixes the windows of different scenes: the windows of the first scene come first.",
    "first scene alone": "Only the map of the first scene is cut into windows.",
    "scenes and windows in one row": "The probabilities have no axis for the scenes: reshape them to (scenes, k, classes).",
    "classes for probabilities": "argmax gives classes; the probabilities of all classes are asked for.",
    "reshaped to two scenes": "The number of scenes is written as 2: use len(scenes).",
    "windows in reverse": "The windows are in reverse order.",
    "the first scene for all": "The map of the first scene is used for all scenes.",
    "softmax once more": "softmax is applied once more: the top gives probabilities already.",
    "common area": "This is the area of the common part; divide it by the area of the union.",
    "share of the first box": "The common part is divided by the area of the first box; it must be the area of the union.",
    "common part counted twice": "The union is the sum of both areas, in which the common part is counted twice: subtract it once.",
    "negative sides multiplied": "Height and width of the common part are negative for boxes that lie apart, and their product is not 0: cut both off at 0.",
    "bottom and right counted in": "1 is added to heights and widths; bottom and right lie outside of the box already.",
    "one number for all": "This is the largest IoU alone; one number for each box is asked for.",
    "share of the other box": "The common part is divided by the area of the other box; it must be the area of the union.",
    "share of the smaller box": "The common part is divided by the smaller area; it must be the area of the union.",
    "height not cut off": "The height of the common part is not cut off at 0.",
    "rows and columns exchanged": "Rows and columns are mixed: the height is bottom - top, at the places 2 and 0.",
    "distance for overlap": "This is 1 - IoU.",
    "product cut off": "The product of height and width is cut off at 0, but two negative sides have a positive product: cut off each of them.",
    "least sure first": "The box with the lowest score is taken first: argsort sorts upwards, so sort -scores.",
    "the surest alone": "Only the box with the highest score is kept; go on with those that do not overlap it.",
    "compared with itself": "A box is compared with itself, and its IoU with itself is 1: compare it with the others alone.",
    "keeps what overlaps": "The boxes that overlap are kept, and the others are dropped.",
    "none dropped": "No box is dropped.",
    "dropped boxes drop others": "A box that was dropped still drops others: compare only with boxes that were kept.",
    "in the order of places": "The indices are sorted; the highest score must come first.",
    "drops an overlap of DROP exactly": "A box whose IoU is exactly DROP is dropped; only more than DROP is too much.",
    "another threshold": "The threshold is SURE; it must be DROP.",
    "only neighbors in the order compared": "Each box is compared with the one before it alone; it must be compared with all that were kept.",
    "boxes for indices": "The boxes themselves are returned; their indices are asked for.",
    "counted twice": "An object that two detections find is counted twice.",
    "class ignored": "The class is not compared: a detection must have the class of the object.",
    "place ignored": "The IoU is not compared: it must be RIGHT or more.",
    "first object alone": "Only the first object is looked at.",
    "the nearest object even if it is taken": "A second detection gets the object that was found before; it must look at those that are left.",
    "more than RIGHT alone": "An IoU of exactly RIGHT is refused; RIGHT or more is right.",
    "detections without an object counted": "These are the detections that are wrong; the right ones are asked for.",
    "a share for a number": "This is a share of the detections; their number is asked for.",
    "all objects taken at once": "One detection takes all objects that it overlaps; it finds one object.",
    "class read from the score": "The class is read from the column of the score: it is in column 0.",
    "none found stops the search": "The search stops at the first detection that finds nothing; the next ones must still be looked at.",
}
MISTAKES = [replace(one, cause=CAUSES.get(one.name, "")) for one in MISTAKES]

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
    Right(
        "a class of one's own, keras.ops, a mask",
        {
            1: """
            found, top = [], 0
            while top + WINDOW <= size:
                left = 0
                while left + WINDOW <= size:
                    found.append((top, left, top + WINDOW, left + WINDOW))
                    left += STRIDE
                top += STRIDE
            return np.asarray(found)
            """,
            2: """
            class Bottom(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.parts = [keras.layers.Conv2D(filters * factor, 3) for factor in (1, 2, 4)]
                    self.pool = keras.layers.MaxPooling2D(2)

                def call(self, x):
                    for part in self.parts:
                        x = self.pool(keras.ops.relu(part(x)))
                    return x

                def compute_output_shape(self, shape):
                    for part in self.parts:
                        shape = self.pool.compute_output_shape(part.compute_output_shape(shape))
                    return shape

            bottom = Bottom()
            bottom.build((None, None, None, 3))
            """,
            4: """
            height, width, channels = features.shape
            found = np.empty(((height - CELLS + 1) * (width - CELLS + 1), CELLS, CELLS, channels), features.dtype)
            for place in range(len(found)):
                i, j = divmod(place, width - CELLS + 1)
                found[place] = features[i : i + CELLS, j : j + CELLS]
            return found
            """,
            6: """
            lower, upper = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
            common = np.prod(np.clip(upper - lower, 0, None), axis=1)
            return common / (np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - common)
            """,
            7: """
            alive, kept = np.ones(len(scores), dtype=bool), []
            while alive.any():
                best = int(np.argmax(np.where(alive, scores, -np.inf)))
                kept.append(best)
                alive[best] = False
                alive &= overlap(boxes[best], boxes) <= DROP
            return kept
            """,
            8: """
            open_objects = [list(one) for one in objects]
            right = 0
            for kind, score, *box in found:
                best, most = None, RIGHT
                for one in open_objects:
                    share = overlap(np.array(box), np.array([one[1:]]))[0]
                    if one[0] == kind and share >= most:
                        best, most = one, share
                if best is not None:
                    open_objects.remove(best)
                    right += 1
            return right
            """,
        },
    ),
    Right(
        "all scenes at once, a stream, pooling by window",
        {
            2: """
            bottom = keras.Sequential([keras.layers.Input((None, None, 3)),
                keras.layers.Conv2D(filters, (3, 3), padding="valid", activation="relu"), keras.layers.MaxPool2D(2, strides=2),
                keras.layers.Conv2D(filters * 2, 3), keras.layers.Activation("relu"), keras.layers.MaxPool2D(2),
                keras.layers.Conv2D(filters * 4, 3), keras.layers.MaxPool2D(2), keras.layers.ReLU()])
            """,
            3: """
            history = model.fit(x=data.train.x, y=data.train.y, validation_data=(data.validation.x, data.validation.y),
                                callbacks=list(callbacks), epochs=preset.epochs, batch_size=preset.batch_size, shuffle=True)
            return history
            """,
            5: """
            maps = np.asarray(bottom(scenes, training=False))
            windows = np.stack([map_windows(one) for one in maps])
            count, places = windows.shape[:2]
            answers = np.asarray(top(windows.reshape(-1, *windows.shape[2:]), training=False))
            return answers.reshape(count, places, answers.shape[-1])
            """,
        },
    ),
]
