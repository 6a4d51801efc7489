"""Planted mistakes of exercise 3, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

ROWS = "chosen = y != 2\n"
EVALUATE = """
wrong = np.flatnonzero(model.errors)
return {{
    "accuracy": np.mean(model.predict(data.{split}.x) == data.{split}.y),
    "errors_after_epoch_6": sum(model.errors[{first}:]),
    "last_epoch_with_errors": {last},
}}
"""

MISTAKES = [
    Mistake("labels 0 and 1", 1, "wrong-labels", ROWS + "return x[chosen][:, [0, 2]], y[chosen]"),
    Mistake(
        "labels swapped", 1, "labels-swapped", ROWS + "return x[chosen][:, [0, 2]], np.where(y[chosen] == 0, 1, -1)"
    ),
    Mistake(
        "widths in place of lengths",
        1,
        "wrong-columns",
        ROWS + "return x[chosen][:, [1, 3]], np.where(y[chosen] == 0, -1, 1)",
    ),
    Mistake("all four columns", 1, "wrong-columns", ROWS + "return x[chosen], np.where(y[chosen] == 0, -1, 1)"),
    Mistake("all three species", 1, "wrong-species", "return x[:, [0, 2]], np.where(y == 0, -1, 1)"),
    Mistake("bias forgotten", 2, "bias-missing", "return x @ self.w"),
    Mistake("product without sum", 2, "wrong-net-input", "return x * self.w + self.b"),
    Mistake("np.sign, which answers 0 on the border", 3, "border", "return np.sign(self.net_input(x))"),
    Mistake("answers 0 and 1", 3, "wrong-labels", "return (self.net_input(x) >= 0).astype(int)"),
    Mistake(
        "correction the wrong way round",
        4,
        "wrong-sign",
        "change = self.rate * (self.predict(row) - label)\nself.w = self.w + change * row\nself.b = self.b + change",
    ),
    Mistake(
        "net input in place of the answer",
        4,
        "corrects-right-answers",
        "change = self.rate * (label - self.net_input(row))\nself.w = self.w + change * row\nself.b = self.b + change",
    ),
    Mistake(
        "bias never moved",
        4,
        "bias-not-moved",
        "change = self.rate * (label - self.predict(row))\nself.w = self.w + change * row",
    ),
    Mistake(
        "rate forgotten",
        4,
        "wrong-update",
        "change = label - self.predict(row)\nself.w = self.w + change * row\nself.b = self.b + change",
    ),
    Mistake(
        "one epoch",
        5,
        "wrong-epochs",
        'model.errors.append(model.epoch(data.train.x, data.train.y))\nreturn {"errors": model.errors}',
    ),
    Mistake(
        "trained on the test flowers too",
        5,
        "test-data-in-fit",
        """
        for _ in range(preset.epochs):
            model.errors.append(model.epoch(data.train.x, data.train.y) + model.epoch(data.test.x, data.test.y))
        return {"errors": model.errors}
        """,
    ),
    Mistake(
        "history not returned",
        5,
        "return-missing",
        "for _ in range(preset.epochs):\n    model.errors.append(model.epoch(data.train.x, data.train.y))",
    ),
    Mistake(
        "errors kept to itself",
        5,
        "errors-not-kept",
        'return {"errors": [model.epoch(data.train.x, data.train.y) for _ in range(preset.epochs)]}',
    ),
    Mistake(
        "training accuracy reported",
        6,
        "not-the-test-split",
        EVALUATE.format(split="train", first=6, last="wrong[-1] + 1 if len(wrong) else 0"),
    ),
    Mistake(
        "counted from 0",
        6,
        "wrong-value",
        EVALUATE.format(split="test", first=6, last="wrong[-1] if len(wrong) else 0"),
    ),
    Mistake(
        "from the first epoch on",
        6,
        "wrong-value",
        EVALUATE.format(split="test", first=0, last="wrong[-1] + 1 if len(wrong) else 0"),
    ),
]

RIGHTS = [
    Right(
        "masks by isin, dot products, loops",
        {
            1: "rows = np.isin(y, (SETOSA, VERSICOLOR))\nreturn np.stack([x[rows, 0], x[rows, 2]], axis=1), 2 * y[rows] - 1",
            2: "return np.dot(x, self.w) + self.b",
            3: "z = np.asarray(self.net_input(x))\nreturn 2 * (z >= 0).astype(int) - 1",
            4: """
            change = 0
            if self.predict(row) != label:
                change = 2 * self.rate * label
                self.w += change * row
                self.b += change
            """,
            5: """
            model.errors = [model.epoch(data.train.x, data.train.y) for _ in range(preset.epochs)]
            return {"errors": list(model.errors)}
            """,
        },
    ),
    Right(
        "accuracy from the product of signs",
        {
            6: """
            epochs = [number for number, count in enumerate(model.errors, 1) if count]
            return {"accuracy": float((model.predict(data.test.x) * data.test.y > 0).mean()),
                    "errors_after_epoch_6": float(np.sum(model.errors[6:])), "last_epoch_with_errors": max(epochs, default=0)}
            """,
        },
    ),
]
