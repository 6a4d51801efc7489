"""Checks of exercise 22."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import accuracy_beside_the_loss, adam_at_the_rate
from whitepaper.checking.shared.training import fit_follows_the_preset

EPOCHS, BATCH = 2, 10
PICTURES = 40


@check(blank=1, step="load")
def masks_keep_their_classes(student):
    """A smaller mask holds one of the pixels of each block, and no mean of several."""
    numbers = np.random.default_rng(0)
    # In each block of 4 × 4 only pet (0) and border (2): whoever finds background (1) has mixed them.
    blocks = np.where(numbers.random((3, 32, 32)) < 0.5, 0, 2)
    one = np.kron(numbers.integers(0, 3, (3, 8, 8)), np.ones((4, 4), int))
    found = student.call("thinned", np.concatenate([blocks, one]).astype("uint8"), 4, step="load")
    if np.shape(found) != (6, 8, 8):
        raise Wrong("wrong-shape", "masks of (6, 8, 8) from (6, 32, 32) and step 4", f"{np.shape(found)}",
                    "One pixel of each block of step × step, and no further axis.", "1. Load")  # fmt: skip
    mixed = np.setdiff1d(np.unique(found[:3]), [0, 2])
    if mixed.size:
        raise Wrong("invented-class", "only the classes 0 and 2 of this mask", f"also {', '.join(f'{value:g}' for value in mixed[:4])}",
                    "A mean of class numbers is another class: take one of the pixels (nearest).", "1. Load")  # fmt: skip
    if not arrays_close(found[3:], one[:, ::4, ::4], 0):
        raise Wrong("wrong-places", "each pixel from its own block", "pixels of other blocks",
                    "Every step-th row and every step-th column, beginning inside the first block.", "1. Load")  # fmt: skip
    if found.dtype.kind not in "iu":
        raise Wrong(
            "float-masks",
            "integers",
            f"{found.dtype}",
            "Class numbers are counted with later: .astype('uint8').",
            "1. Load",
        )


@check(blank=2, step="define")
def block_of_the_way_up(student):
    """Twice the rows and columns, `filters` channels that are nowhere below 0, and the skip beside them."""
    numbers = np.random.default_rng(1)
    maps, skip = (numbers.normal(size=size).astype("float32") for size in ((2, 4, 4, 5), (2, 8, 8, 6)))
    found = student.call("up", maps, skip, 7, step="define")
    shape = np.shape(found)
    if shape == (2, 8, 8, 6):
        raise Wrong(
            "skip-added",
            "7 + 6 channels",
            "6",
            "The skip is put beside the enlarged maps, not added to them.",
            "The idea",
        )
    if shape == (2, 8, 8, 7):
        raise Wrong("skip-missing", "7 + 6 channels", "7", "Concatenate the enlarged maps with `skip`.", "The idea")
    if len(shape) != 4 or shape[1:3] != (8, 8):
        raise Wrong(
            "not-doubled",
            "maps of (2, 8, 8, 7 + 6)",
            f"{shape}",
            "strides=2 and padding='same' make 8 of 4.",
            "2. Define",
        )
    if shape[-1] != 13:
        raise Wrong(
            "wrong-filters",
            "7 + 6 channels",
            f"{shape[-1]}",
            "`filters` filters, and the channels of `skip`.",
            "2. Define",
        )
    large = next((part for part, beside in ((found[..., :7], found[..., 7:]), (found[..., 6:], found[..., :6]))
                  if arrays_close(beside, skip)), None)  # fmt: skip
    if large is None:
        raise Wrong("skip-changed", "the skip as it came", "other numbers in its channels",
                    "Batch norm and relu come before the skip is joined.", "2. Define")  # fmt: skip
    if large.min() < 0:
        raise Wrong("relu-missing", "enlarged maps without numbers below 0", f"the least {large.min():.2g}",
                    "relu behind the batch norm.", "2. Define")  # fmt: skip
    if sum("Normalization" in layer["class"] for layer in student.model(head="unet").layers) <= sum(
        "Normalization" in layer["class"] for layer in student.course.model(head="fcn").layers
    ):
        raise Wrong(
            "not-normalized", "batch norm between the convolution and relu", "no normalization", "", "2. Define"
        )


@check(blank=3, step="define")
def dense_layers_at_every_place(student):
    """Two convolutions that see one place each: relu behind the first, scores behind the second."""
    numbers = np.random.default_rng(2)
    base, other = numbers.normal(size=(2, 1, 4, 5, 6)).astype("float32")
    moved = base.copy()
    moved[0, 1, 2] += 1
    turned = base[:, ::-1, ::-1]
    found = student.call("judged_places", np.concatenate([base, moved, turned, other, base + other]), 8, step="define")
    shape = np.shape(found)
    if shape != (5, 4, 5, 3):
        cause = "No Flatten and no pooling: every place keeps its own scores."
        if shape == (5, 4, 5, 8):
            cause = "Behind the hidden convolution comes another one, of CLASSES filters."
        raise Wrong("wrong-shape", "scores of (5, 4, 5, 3) for maps of (5, 4, 5, 6)", f"{shape}", cause, "2. Define")
    first, changed, mirrored, second, both = found
    # Numbers of a probe with new weights: probabilities add up to one, scores do so by no chance.
    if arrays_close(first.sum(axis=-1), np.ones((4, 5)), 1e-3):
        raise Wrong(
            "softmax-inside", "scores as they come", "probabilities", "The loss applies the softmax.", "3. Compile"
        )
    differs = np.abs(changed - first).max(axis=-1) > 1e-6
    if differs.sum() > 1:
        raise Wrong("sees-neighbors", "one place's scores changed by one place's numbers", f"those of {differs.sum()} places",
                    "A dense layer sees one place: the window is 1 × 1.", "The idea")  # fmt: skip
    if not arrays_close(mirrored[::-1, ::-1], first, 1e-4):
        raise Wrong(
            "sees-neighbors", "the same weights at every place", "scores that depend on where it is", "", "The idea"
        )
    if arrays_close(first + second, both, 1e-4):
        raise Wrong("relu-missing", "relu behind the first convolution", "scores that only add up",
                    "Without relu two layers in a row are one.", "2. Define")  # fmt: skip


@check(blank=4, step="compile")
def loss_knows_that_these_are_scores(student):
    """Adam at the rate of hp, cross-entropy of integer masks from scores, accuracy beside it."""
    if student.compiled().config.get("loss_weights"):
        raise Wrong("metrics-in-loss-weights", "metrics=[…]", "loss_weights=[…]",
                    "The third positional argument of compile is loss_weights: name your arguments.", "3. Compile")  # fmt: skip
    numbers = np.random.default_rng(3)
    # Rows that add up to one could be scores or probabilities: the loss tells which it takes them for.
    scores = numbers.dirichlet(np.ones(3), size=(2, 4, 4)).astype("float32")
    y = numbers.integers(0, 3, (2, 4, 4))
    own = np.take_along_axis(scores, y[..., None], axis=-1)[..., 0]
    right = float(np.mean(np.log(np.exp(scores).sum(axis=-1)) - own))
    loss, name = student.loss(y, scores), student.compiled().loss
    if "error" in loss and "categorical" in name:
        raise Wrong("loss-label-mismatch", "a loss that takes masks of class numbers", loss.error,
                    "The sparse_ sister of categorical_crossentropy does.", "3. Compile")  # fmt: skip
    if "error" not in loss and abs(loss.value - float(-np.log(own).mean())) < 1e-3:
        raise Wrong("from-logits-missing", f"cross-entropy of scores, {right:.4f}", f"{loss.value:.4f}, as of probabilities",
                    "The model has no softmax, so the loss needs from_logits=True.", "Common mistakes")  # fmt: skip
    if "error" in loss or abs(loss.value - right) > 1e-3:
        received = loss.get("error") or f"{loss.value:.4f} from {name}"
        raise Wrong(
            "wrong-loss",
            f"cross-entropy of scores, {right:.4f}",
            received,
            "Another loss than cross-entropy.",
            "3. Compile",
        )
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)


@check(blank=5, step="fit")
def pictures_and_masks_turn_together(student):
    """About half of the pictures are mirrored left to right, each mask with its picture."""
    numbers = np.random.default_rng(4)
    y = numbers.integers(0, 3, (PICTURES, 6, 6)).astype("uint8")
    x = np.stack([10 * y, y + 1, 255 - y], axis=-1).astype("uint8")  # the mask can be read off the picture
    found = student.call("flip", x, y, step="fit")
    if not isinstance(found, list) or len(found) != 2 or np.shape(found[0]) != x.shape or np.shape(found[1]) != y.shape:
        shapes = [np.shape(part) for part in found] if isinstance(found, list) else type(found).__name__
        raise Wrong("wrong-shape", f"pictures {x.shape} and masks {y.shape}", f"{shapes}", "return x, y", "4. Fit")

    def ways(parts, originals):
        """For each picture or mask: as it was, mirrored, upside down, or another one."""
        made = (originals, originals[:, :, ::-1], originals[:, ::-1])
        return [next((way for way, one in enumerate(made) if arrays_close(part, one[row], 0)), None)
                for row, part in enumerate(parts)]  # fmt: skip

    pictures, masks = ways(found[0], x), ways(found[1], y)
    if 2 in pictures or 2 in masks:
        raise Wrong(
            "upside-down",
            "left and right changed",
            "top and bottom changed",
            "Columns are axis 2: x[:, :, ::-1].",
            "4. Fit",
        )
    if None in pictures or None in masks:
        raise Wrong("pictures-changed", "each picture as it was, or mirrored", "other numbers", "", "4. Fit")
    if not any(masks) and any(pictures):
        raise Wrong("mask-not-flipped", "each mask mirrored with its picture", "masks that stay as they were",
                    "The mask then says that the pet is where it is not.", "Common mistakes")  # fmt: skip
    if any(masks) and not any(pictures):
        raise Wrong(
            "picture-not-flipped",
            "each picture mirrored with its mask",
            "pictures that stay as they were",
            "",
            "4. Fit",
        )
    if pictures != masks:
        raise Wrong("flipped-apart", "one coin for picture and mask", "a picture mirrored where its mask is not",
                    "Throw the coins once, and use them for both.", "4. Fit")  # fmt: skip
    if sum(pictures) in (0, PICTURES):
        received = "none" if not sum(pictures) else "all of them"
        raise Wrong(
            "all-or-none",
            f"about half of {PICTURES} pictures mirrored",
            received,
            "A coin for each picture of the batch.",
            "4. Fit",
        )
    if not 0.2 < sum(pictures) / PICTURES < 0.8:
        raise Wrong("wrong-share", f"about half of {PICTURES} pictures mirrored", f"{sum(pictures)}", "", "4. Fit")


@check(blank=6, step="fit", after=(5,))
def learns_from_flipped_batches(student):
    """The network learns from the training batches and watches the validation batches, as long as the preset says."""
    fit_follows_the_preset(student)


@check(blank=7, step="evaluate")
def counts_of_pixels(student):
    """Rows are true classes, columns predicted ones, and every pixel is counted once."""
    numbers = np.random.default_rng(5)
    true, predicted = (numbers.choice(3, (4, 6, 5), p=share).astype("uint8") for share in ((0.5, 0.4, 0.1), (0.2, 0.6, 0.2)))  # fmt: skip
    right = np.zeros((3, 3), int)
    np.add.at(right, (true.ravel(), predicted.ravel()), 1)
    found = student.call("confusion", true, predicted, step="evaluate")
    if np.shape(found) != (3, 3):
        raise Wrong(
            "wrong-shape",
            "counts of (3, 3)",
            f"{np.shape(found)}",
            "minlength=CLASSES**2, then reshape.",
            "5. Evaluate",
        )
    if not arrays_close(found, right, 0):
        received = f"{np.asarray(found).tolist()}"
        if arrays_close(found, right.T, 0):
            raise Wrong("turned-around", f"{right.tolist()}", received, "Rows are the true classes.", "The idea")
        if arrays_close(np.asarray(found, dtype=float) * right.sum(), right, 1e-4) or arrays_close(
            found, right / right.sum(axis=1, keepdims=True), 1e-4
        ):
            raise Wrong(
                "shares-for-counts",
                f"{right.tolist()}",
                received,
                "Counts can be added up over batches, shares cannot.",
                "The idea",
            )
        raise Wrong("wrong-counts", f"{right.tolist()}", received, "", "The idea")
    few = student.call("confusion", np.zeros((2, 3), "uint8"), np.zeros((2, 3), "uint8"), step="evaluate")
    if not arrays_close(few, np.diag([6, 0, 0]), 0):
        raise Wrong("classes-missing", "counts of (3, 3), also where only class 0 is there", f"{np.shape(few)}",
                    "minlength=CLASSES**2 keeps the classes that did not come.", "5. Evaluate")  # fmt: skip


@check(blank=8, step="evaluate")
def measures_from_the_counts(student):
    """Pixel accuracy, the IoU of every class and their mean, from one table of counts."""
    counts = np.array([[50, 6, 4], [9, 100, 1], [10, 12, 8]])
    shared, rows, columns = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    union = rows + columns - shared
    right = {"pixel_accuracy": shared.sum() / counts.sum(), "iou": shared / union, "mean_iou": np.mean(shared / union)}
    found = student.call("measures", counts, step="evaluate")
    if not isinstance(found, dict) or (missing := [name for name in right if name not in found]):
        lacking = f"no {', '.join(missing)}" if isinstance(found, dict) else type(found).__name__
        raise Wrong("metric-missing", ", ".join(right), lacking, "", "5. Evaluate")
    iou = found["iou"]
    received = f"{np.round(np.asarray(iou, dtype=float), 3).tolist()}"
    expected = f"{np.round(right['iou'], 3).tolist()}"
    known = {
        "union-counts-twice": (shared / (rows + columns), "What truth and answer share is in both sums: take it off once."),
        "dice-for-iou": (2 * shared / (rows + columns), "2 · shared / both sums is the Dice coefficient."),
        "recall-for-iou": (shared / rows, "Pixels taken for the class by mistake count too: that was recall."),
        "precision-for-iou": (shared / columns, "Pixels of the class that were missed count too: that was precision."),
    }  # fmt: skip
    for diagnosis, (values, cause) in known.items():
        if arrays_close(iou, values, 1e-4):
            raise Wrong(diagnosis, f"IoU {expected}", received, cause, "The idea")
    if not arrays_close(iou, right["iou"], 1e-4):
        raise Wrong("wrong-iou", f"IoU {expected}", received, "", "The idea")
    if not arrays_close(found["pixel_accuracy"], right["pixel_accuracy"], 1e-4):
        value = f"{found['pixel_accuracy']!r:.40}"
        if arrays_close(found["pixel_accuracy"], np.mean(shared / rows), 1e-4):
            raise Wrong("mean-of-recalls", f"pixel accuracy {right['pixel_accuracy']:.4f}", value,
                        "Every pixel counts alike, whatever its class.", "The idea")  # fmt: skip
        raise Wrong("wrong-accuracy", f"pixel accuracy {right['pixel_accuracy']:.4f}", value, "", "The idea")
    if not arrays_close(found["mean_iou"], right["mean_iou"], 1e-4):
        value = f"{found['mean_iou']!r:.40}"
        if arrays_close(found["mean_iou"], (right["iou"] * rows).sum() / rows.sum(), 1e-4):
            raise Wrong("weighted-mean", f"mean IoU {right['mean_iou']:.4f}", value,
                        "Every class counts alike, however few pixels it has.", "The idea")  # fmt: skip
        raise Wrong("wrong-mean", f"mean IoU {right['mean_iou']:.4f}", value, "", "The idea")
    lacking = student.call("measures", np.array([[6, 2, 0], [1, 3, 0], [0, 0, 0]]), step="evaluate")
    if not arrays_close(lacking["mean_iou"], (6 / 9 + 3 / 6) / 2, 1e-4):
        raise Wrong("class-that-is-not-there", "a mean over the two classes that are there, 0.5833", f"{lacking['mean_iou']!r:.40}",
                    "0 / 0 is nan; np.nanmean leaves it out.", "Common mistakes")  # fmt: skip
