"""Planted mistakes of exercise 2, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

DELTA = "a = outputs[-1]\ndelta = {error}{mean} * {slope}"
RIGHT = {"error": "(a - np.reshape(y, (-1, 1)))", "mean": " / n", "slope": "sigmoid_slope(a)"}


def delta(**changed: str) -> str:
    """The answer to blank 4 with other parts."""
    return DELTA.format(**RIGHT | changed)


def pair(dw: str = "below.T @ delta", db: str = "delta.sum(axis=0)") -> str:
    """The answer to blank 5 with other parts."""
    return f"found.append(({dw}, {db}))"


def step(weight: str = "- rate * dw", bias: str = "- rate * db") -> str:
    """The answer to blank 7 with other parts."""
    return f"self.weights[layer] = self.weights[layer] {weight}\nself.biases[layer] = self.biases[layer] {bias}"


def differences(above: str = "+ epsilon", below: str = "- epsilon", back: str = "weights[index] = kept",
                result: str = "(above - below) / (2 * epsilon)") -> str:  # fmt: skip
    """The answer to blank 8 with other parts."""
    return f"""
    weights = network.weights[layer]
    kept = weights[index]
    weights[index] = kept {above}
    above = loss(network, x, y)
    weights[index] = kept {below}
    below = loss(network, x, y)
    {back}
    return {result}
    """


MISTAKES = [
    Mistake("sign of the exponent", 1, "other-result", "return 1 / (1 + np.exp(z))",
            "The exponent has the wrong sign: with e^(z) in the denominator a large z gives 0 instead of 1. Write −z."),
    Mistake("tanh in its place", 1, "other-result", "return np.tanh(z)",
            "This is tanh, which goes from −1 to 1 and is 0 at z = 0. The sigmoid goes from 0 to 1 and is ½ there."),
    Mistake("brackets left out", 1, "other-result", "return 1 / 1 + np.exp(-z)",
            "Python divides before it adds: 1 / 1 + e^(−z) is 1 + e^(−z). Put the whole denominator in brackets."),
    Mistake("1 left out of the denominator", 1, "other-result", "return 1 / np.exp(-z)",
            "The denominator is e^(−z) alone: that is e^z, which grows without bound. Add 1 in the denominator."),
    Mistake("base 10 or 2 for e", 1, "other-result", "return 1 / (1 + 2.0 ** (-z))",
            "The base of the power is 2 instead of e. Use np.exp."),
    Mistake("minus for plus in the denominator", 1, "other-result", "return 1 / (1 - np.exp(-z))",
            "The denominator is 1 − e^(−z), which is 0 at z = 0. It has a plus: 1 + e^(−z)."),
    Mistake("relu", 1, "other-result", "return np.maximum(z, 0)",
            "This is the ReLU, max(z, 0). The sigmoid is 1 / (1 + e^(−z))."),
    Mistake("softmax over the units", 1, "other-result",
            "e = np.exp(z - np.max(z, axis=-1, keepdims=True)) if np.ndim(z) else np.exp(z)\n"
            "return e / (np.sum(e, axis=-1, keepdims=True) if np.ndim(z) else e)",
            "This is a softmax: it makes the outputs of a row add up to 1. The sigmoid takes each number by itself."),
    Mistake("math.exp of an array", 1, "raises", "import math\n\nreturn 1 / (1 + math.exp(-z))",
            "math.exp takes one number only. np.exp works on arrays of any shape."),
    Mistake("rounded to a class", 1, "other-result", "return (z > 0).astype(float)",
            "This is a step from 0 to 1, as in the perceptron. The sigmoid rises smoothly."),
    Mistake("cut at both ends", 1, "other-result", "return np.clip(1 / (1 + np.exp(-z)), 0.1, 0.9)",
            "The outputs are cut at both ends. Return σ(z) as it is."),
    Mistake("z changed", 1, "argument-changed", "np.negative(z, out=z)\nreturn 1 / (1 + np.exp(z))"),
    Mistake("absolute value of z", 1, "other-result", "return 1 / (1 + np.exp(-np.abs(z)))",
            "The sign of z is lost: for negative z the sigmoid is below ½."),
    Mistake("sigmoid applied again", 2, "other-result", "return sigmoid(a) * (1 - sigmoid(a))",
            "The sigmoid was applied to a again, but a is already the output σ(z): the derivative is a (1 − a)."),
    Mistake("brackets left out", 2, "other-result", "return a * 1 - a",
            "Python multiplies before it subtracts: a * 1 - a is 0. Put 1 − a in brackets."),
    Mistake("one factor only", 2, "other-result", "return 1 - a",
            "Only the factor 1 − a is there. The derivative is a (1 − a)."),
    Mistake("the derivative of tanh", 2, "other-result", "return 1 - a**2",
            "1 − a² is the derivative of tanh. For the sigmoid it is a (1 − a)."),
    Mistake("sign of the derivative", 2, "other-result", "return a * (a - 1)",
            "The sign is wrong: the sigmoid rises everywhere, so its derivative a (1 − a) is positive."),
    Mistake("plus for minus", 2, "other-result", "return a * (1 + a)",
            "The second factor is 1 + a. It must be 1 − a, which is 0 where the output is 1."),
    Mistake("the output itself", 2, "other-result", "return a",
            "The function returns a itself. Multiply it by 1 − a."),
    Mistake("the derivative of relu", 2, "other-result", "return (a > 0).astype(float)",
            "This is the derivative of the ReLU. For the sigmoid it is a (1 − a)."),
    Mistake("squared", 2, "other-result", "return (a * (1 - a)) ** 2",
            "The product a (1 − a) is squared. The derivative is the product itself."),
    Mistake("matrix product", 2, "raises", "return a @ (1 - a)",
            "@ is the matrix product. The derivative is taken of each number: use *."),
    Mistake("a changed", 2, "argument-changed", "a -= a**2\nreturn a"),
    Mistake("no sigmoid", 3, "other-outputs", "outputs.append(outputs[-1] @ w + b)",
            "The sum x W + b is appended without the sigmoid. Apply sigmoid to it."),
    Mistake("last output replaced", 3, "wrong-number-of-outputs", "outputs[-1] = sigmoid(outputs[-1] @ w + b)",
            "The last entry of outputs is replaced. Append the new output: the gradients need all of them."),
    Mistake("derivative for the sigmoid", 3, "other-outputs", "outputs.append(sigmoid_slope(sigmoid(outputs[-1] @ w + b)))",
            "The derivative of the sigmoid is appended. The output is σ(x W + b) itself."),
    Mistake("transposed", 3, "other-outputs", "outputs.append(sigmoid(w.T @ outputs[-1].T + b[:, None]))",
            "The output is transposed: points are rows and units are columns, as in x @ w."),
    Mistake("no bias", 3, "other-outputs", "outputs.append(sigmoid(outputs[-1] @ w))",
            "The bias is missing: the sigmoid must be applied to x W + b."),
    Mistake("bias outside of the sigmoid", 3, "other-outputs", "outputs.append(sigmoid(outputs[-1] @ w) + b)",
            "The bias is added behind the sigmoid. It belongs inside: σ(x W + b)."),
    Mistake("bias subtracted", 3, "other-outputs", "outputs.append(sigmoid(outputs[-1] @ w - b))",
            "The bias is subtracted. The sum is x W + b."),
    Mistake("sigmoid twice", 3, "other-outputs", "outputs.append(sigmoid(sigmoid(outputs[-1] @ w + b)))",
            "The sigmoid is applied twice. Apply it once to x W + b."),
    Mistake("sum of all inputs", 3, "other-outputs",
            "outputs.append(sigmoid(np.tile(outputs[-1].sum(axis=1, keepdims=True), w.shape[1]) + b))",
            "The inputs are added up without their weights. Use outputs[-1] @ w."),
    Mistake("last layer left linear", 3, "other-outputs",
            "z = outputs[-1] @ w + b\noutputs.append(z if w.shape[1] == 1 else sigmoid(z))",
            "The last layer has no sigmoid. Every layer of this network has one."),
    Mistake("every layer fed with the input", 3, "raises", "outputs.append(sigmoid(outputs[0] @ w + b))",
            "Every layer takes outputs[0], the network's input. It must take outputs[-1], the output of the layer before."),
    Mistake("product of single numbers", 3, "raises", "outputs.append(sigmoid(outputs[-1] * w + b))",
            "* multiplies number by number. A layer needs the matrix product @."),
    Mistake("nothing appended", 3, "wrong-number-of-outputs", "sigmoid(outputs[-1] @ w + b)",
            "The output is computed and not appended to the list outputs."),
    Mistake("biases changed", 3, "parameters-changed", "b += 0.0 * b + 1e-3\noutputs.append(sigmoid(outputs[-1] @ w + b - 1e-3))"),
    Mistake("derivative forgotten", 4, "wrong-delta", "a = outputs[-1]\ndelta = (a - np.reshape(y, (-1, 1))) / n",
            "δ is only ∂L/∂a. The weights and the bias are inside the sigmoid, so the factor σ'(z) is missing."),
    Mistake("derivative and mean forgotten", 4, "wrong-delta", "delta = outputs[-1] - np.reshape(y, (-1, 1))",
            "δ is only the error a − y: the factor σ'(z) and the division by n are missing."),
    Mistake("errors averaged", 4, "wrong-delta", delta(error="np.mean(a - np.reshape(y, (-1, 1)))", mean=""),
            "The errors are averaged before the multiplication. Each point keeps its own error, divided by n."),
    Mistake("error the wrong way round", 4, "wrong-delta", delta(error="(np.reshape(y, (-1, 1)) - a)"),
            "The error is y − a, which has the wrong sign: gradient descent would climb. It is a − y."),
    Mistake("mean forgotten", 4, "wrong-delta", delta(mean=""),
            "The division by n is missing: the loss is a mean over n points."),
    Mistake("factor 2 left in", 4, "wrong-delta", delta(mean=" * 2 / n"),
            "The gradient is twice as large: the loss has the factor ½, which cancels the 2 of the derivative of the square."),
    Mistake("half left in", 4, "wrong-delta", delta(mean=" / (2 * n)"),
            "The gradient is half as large: the 2 of the derivative of the square cancels the ½ of the loss."),
    Mistake("derivative at the sum's place", 4, "wrong-delta", delta(slope="sigmoid_slope(sigmoid(a))"),
            "sigmoid_slope was called with σ(a). It takes the output a itself."),
    Mistake("the loss in place of its derivative", 4, "wrong-delta", delta(error="(a - np.reshape(y, (-1, 1))) ** 2 / 2"),
            "The squared error is used. Its derivative with respect to a is a − y."),
    Mistake("sign of the error only", 4, "wrong-delta", delta(error="np.sign(a - np.reshape(y, (-1, 1)))"),
            "Only the sign of the error is used. ∂L/∂a needs its size too: a − y."),
    Mistake("targets left out", 4, "wrong-delta", delta(error="a"),
            "The targets y are missing: the error is a − y."),
    Mistake("cross-entropy's delta, by sigmoid of the target", 4, "wrong-delta", delta(error="(a - sigmoid(np.reshape(y, (-1, 1))))"),
            "The sigmoid was applied to the targets. The error is a − y with y as it is."),
    Mistake("labels as a row", 4, "wrong-delta", delta(error="(a - y)"),
            "a has the shape (n, 1) and y the shape (n,): NumPy makes a table (n, n) of their difference. Reshape y to (n, 1)."),
    Mistake("averaged over the points", 4, "wrong-delta", delta() + "\ndelta = np.full_like(delta, delta.mean())",
            "δ is averaged over the points. Each point keeps its own δ; the sum is taken later."),
    Mistake("transpose forgotten", 5, "wrong-shape", pair("delta.T @ below"),
            "∂L/∂W is transposed: δᵀ x in place of xᵀ δ."),
    Mistake("mean for sum in the bias", 5, "wrong-gradient", pair(db="delta.mean(axis=0)"),
            "The bias gradient is the mean of δ over the points. The division by n is already in δ: take the sum."),
    Mistake("mean for sum in both", 5, "wrong-gradient", pair("below.T @ delta / n", "delta.mean(axis=0)"),
            "Both gradients are divided by n once more. The division by n is already in δ."),
    Mistake("bias gradient twice as large", 5, "wrong-gradient", pair(db="2 * delta.sum(axis=0)"),
            "The bias gradient is twice the sum of δ. It is the sum itself."),
    Mistake("divided by n again", 5, "wrong-gradient", pair("below.T @ delta / n"),
            "∂L/∂W is divided by n once more. The division by n is already in δ."),
    Mistake("bias gradient forgotten", 5, "wrong-gradient", pair(db="np.zeros(delta.shape[1])"),
            "The bias gradient is 0: the bias would never learn. It is the sum of δ over the points."),
    Mistake("bias gradient of the first point", 5, "wrong-gradient", pair(db="delta[0]"),
            "The bias gradient is δ of the first point alone. It is the sum of δ over all points."),
    Mistake("kept axis", 5, "wrong-shape", pair(db="delta.sum(axis=0, keepdims=True)"),
            "keepdims=True keeps the axis of the points. The bias has the shape (units,), so its gradient has it too."),
    Mistake("summed over the units", 5, "wrong-shape", pair(db="delta.sum(axis=1)"),
            "δ is summed over the units (axis=1). The points are the rows: sum over axis=0."),
    Mistake("summed over everything", 5, "wrong-shape", pair(db="delta.sum()"),
            "δ is summed over points and units to one number. Each unit has a bias of its own: sum over axis=0."),
    Mistake("sign of the weight gradient", 5, "wrong-gradient", pair("-below.T @ delta"),
            "∂L/∂W has the wrong sign. The minus belongs to the step of gradient descent."),
    Mistake("network's input for the layer's", 5, "wrong-shape", pair("outputs[0].T @ delta"),
            "The network's input is used in every layer. Use `below`, the layer's own input."),
    Mistake("layer's output for its input", 5, "wrong-shape", pair("outputs[layer + 1].T @ delta"),
            "The layer's output is used. ∂L/∂W needs its input, `below`."),
    Mistake("pair swapped", 5, "wrong-shape", pair("delta.sum(axis=0)", "below.T @ delta"),
            "The pair is in the wrong order: first ∂L/∂W, then ∂L/∂b."),
    Mistake("put in front", 5, "wrong-shape", "found.insert(0, (below.T @ delta, delta.sum(axis=0)))",
            "The pairs are inserted at the front, and the lesson turns the list around afterwards. Append them."),
    Mistake("pair nested no more", 5, "not-pairs", "found.append(below.T @ delta)"),
    Mistake("sigmoid skipped on the way back", 6, "wrong-chain", "delta = delta @ self.weights[layer].T",
            "The derivative of the sigmoid below is missing: multiply by sigmoid_slope(below)."),
    Mistake("a name of its own", 6, "wrong-chain", "below_delta = delta @ self.weights[layer].T * sigmoid_slope(below)",
            "The result has another name, so delta stays the one of the layer above. Assign it to delta."),
    Mistake("plus in the derivative", 6, "wrong-chain", "delta = delta @ self.weights[layer].T * below * (1 + below)",
            "The derivative has 1 + a in place of 1 − a. Call sigmoid_slope(below)."),
    Mistake("weights skipped on the way back", 6, "wrong-chain",
            "delta = delta.sum(axis=1, keepdims=True) * sigmoid_slope(below)",
            "The weights are missing: δ must be multiplied by the transposed weights."),
    Mistake("derivative at the sum's place", 6, "wrong-chain",
            "delta = delta @ self.weights[layer].T * sigmoid_slope(sigmoid(below))",
            "sigmoid_slope was called with σ(below). `below` is already an output."),
    Mistake("output itself for its derivative", 6, "wrong-chain", "delta = delta @ self.weights[layer].T * below",
            "δ is multiplied by the output `below`. It must be multiplied by its derivative, sigmoid_slope(below)."),
    Mistake("divided by n again", 6, "wrong-chain", "delta = delta @ self.weights[layer].T * sigmoid_slope(below) / n",
            "δ is divided by n once more. The division by n is already in δ of the last layer."),
    Mistake("sign", 6, "wrong-chain", "delta = -(delta @ self.weights[layer].T) * sigmoid_slope(below)",
            "The sign is turned. The chain rule has no minus here."),
    Mistake("absolute weights", 6, "wrong-chain", "delta = delta @ np.abs(self.weights[layer]).T * sigmoid_slope(below)",
            "The signs of the weights are lost. Use the weights as they are."),
    Mistake("derivative of the layer above", 6, "wrong-chain",
            "delta = delta @ self.weights[layer].T * sigmoid_slope(outputs[layer + 1])",
            "The derivative is that of the layer's own output. Use `below`, the output of the layer below."),
    Mistake("added to the old one", 6, "wrong-chain",
            "delta = delta + delta @ self.weights[layer].T * sigmoid_slope(below)",
            "The old δ is added. The new δ replaces it."),
    Mistake("transpose forgotten", 6, "raises", "delta = delta @ self.weights[layer] * sigmoid_slope(below)",
            "The weights are not transposed: (n, units) @ (units, inputs) needs self.weights[layer].T."),
    Mistake("weights of the layer below", 6, "raises",
            "delta = delta @ self.weights[layer - 1].T * sigmoid_slope(below)",
            "The weights of the layer below are used. δ goes back through self.weights[layer]."),
    Mistake("uphill", 7, "wrong-step", step("+ rate * dw", "+ rate * db"),
            "The parameters move along the gradient, which climbs. Gradient descent subtracts it."),
    Mistake("bias uphill", 7, "wrong-step", step(bias="+ rate * db"),
            "The bias moves along its gradient, which climbs. Subtract it, as for the weights."),
    Mistake("bias left where it is", 7, "wrong-step", "self.weights[layer] = self.weights[layer] - rate * dw",
            "The biases do not move. They need the same step as the weights, with db."),
    Mistake("weights left where they are", 7, "wrong-step", "self.biases[layer] = self.biases[layer] - rate * db",
            "The weights do not move. They need the same step as the biases, with dw."),
    Mistake("rate forgotten", 7, "wrong-step", step("- dw", "- db"),
            "The learning rate is missing: subtract rate · gradient."),
    Mistake("rate forgotten in the bias", 7, "wrong-step", step(bias="- db"),
            "The learning rate is missing in the step of the bias."),
    Mistake("divided by the rate", 7, "wrong-step", step("- dw / rate", "- db / rate"),
            "The gradient is divided by the learning rate. Multiply it."),
    Mistake("divided by the number of points", 7, "wrong-step", step("- rate * dw / len(x)", "- rate * db / len(x)"),
            "The step is divided by n once more. The mean is already in the gradient."),
    Mistake("replaced, not moved", 7, "wrong-step",
            "self.weights[layer] = -rate * dw\nself.biases[layer] = -rate * db",
            "The parameters are replaced by the step. Subtract the step from the old ones."),
    Mistake("sign of the gradient only", 7, "wrong-step", step("- rate * np.sign(dw)", "- rate * np.sign(db)"),
            "Only the sign of the gradient is used. The step is rate · gradient."),
    Mistake("names of their own", 7, "wrong-step",
            "weights, biases = self.weights[layer], self.biases[layer]\n"
            "weights = weights - rate * dw\nbiases = biases - rate * db",
            "The results are in local names and are lost. Assign them to self.weights[layer] and self.biases[layer]."),
    Mistake("divided by epsilon only", 8, "wrong-difference", differences(result="(above - below) / epsilon"),
            "The difference is divided by epsilon. The two points are 2 · epsilon apart."),
    Mistake("half a step", 8, "wrong-difference", differences("+ epsilon / 2", "- epsilon / 2"),
            "The weight moves by epsilon / 2 on each side, but the difference is divided by 2 · epsilon."),
    Mistake("divided by two only", 8, "wrong-difference", differences(result="(above - below) / 2"),
            "The difference is divided by 2 alone. The two points are 2 · epsilon apart."),
    Mistake("brackets of the denominator left out", 8, "wrong-difference", differences(result="(above - below) / 2 * epsilon"),
            "(…) / 2 * epsilon multiplies by epsilon. Put the denominator in brackets: / (2 * epsilon)."),
    Mistake("forward difference", 8, "wrong-difference", differences(below="", result="(above - below) / epsilon"),
            "This is a one-sided difference, (L(w + epsilon) − L(w)) / epsilon. Its error is about epsilon, not epsilon²."),
    Mistake("backward difference", 8, "wrong-difference", differences(above="", result="(above - below) / epsilon"),
            "This is a one-sided difference, (L(w) − L(w − epsilon)) / epsilon. Its error is about epsilon, not epsilon²."),
    Mistake("moved from the moved place", 8, "wrong-difference",
            differences().replace("kept - epsilon", "weights[index] - epsilon"),
            "The second step starts where the first one ended, so w − epsilon is never reached. Start from the kept weight."),
    Mistake("sign", 8, "wrong-difference", differences(result="(below - above) / (2 * epsilon)"),
            "The losses are subtracted in the wrong order: L(w + epsilon) comes first."),
    Mistake("step of its own", 8, "wrong-difference", "epsilon = 1e-4\n" + differences().strip().replace("\n    ", "\n"),
            "The function uses a step of its own. Use the argument epsilon."),
    Mistake("multiplied weight", 8, "wrong-difference",
            differences().replace("kept + epsilon", "kept * (1 + epsilon)").replace("kept - epsilon", "kept * (1 - epsilon)"),
            "The weight is changed by a share of itself. Add and subtract epsilon."),
    Mistake("chain rule in place of an experiment", 8, "wrong-difference",
            "return network.gradients(x, y)[layer][0][index]",
            "This is the gradient by the chain rule, which the experiment must test. Use the two losses."),
    Mistake("bias moved", 8, "wrong-difference", """
            biases = network.biases[layer]
            kept = biases[index[1]]
            biases[index[1]] = kept + epsilon
            above = loss(network, x, y)
            biases[index[1]] = kept - epsilon
            below = loss(network, x, y)
            biases[index[1]] = kept
            return (above - below) / (2 * epsilon)
            """, "The bias of the unit is moved. Move the weight network.weights[layer][index]."),
    Mistake("weights moved all at once", 8, "wrong-difference", """
            network.weights[layer] += epsilon
            above = loss(network, x, y)
            network.weights[layer] -= 2 * epsilon
            below = loss(network, x, y)
            network.weights[layer] += epsilon
            return (above - below) / (2 * epsilon)
            """, "All weights of the layer are moved at once. Move only the one at `index`."),
    Mistake("weight not put back", 8, "not-put-back", differences(back="pass")),
    Mistake("copy by reference", 8, "not-put-back", """
            kept = network.weights[layer]
            network.weights[layer][index] += epsilon
            above = loss(network, x, y)
            network.weights[layer][index] -= 2 * epsilon
            below = loss(network, x, y)
            network.weights[layer] = kept
            return (above - below) / (2 * epsilon)
            """),
]  # fmt: skip

RIGHTS = [
    Right(
        "sigmoid by tanh, sums by einsum, updates in place",
        {
            1: "return 0.5 * (1 + np.tanh(z / 2))",
            2: "return a - a**2",
            3: "z = np.einsum('ni,iu->nu', outputs[-1], w) + b[None, :]\noutputs.append(sigmoid(z))",
            4: "delta = (outputs[-1] - np.array(y)[:, None]) * outputs[-1] * (1 - outputs[-1]) / n",
            5: "found.append((np.einsum('ni,nu->iu', below, delta), np.ones(n) @ delta))",
            6: "delta = np.multiply(np.dot(delta, np.transpose(self.weights[layer])), below * (1 - below))",
            7: "self.weights[layer] -= rate * dw\nself.biases[layer] -= rate * db",
        },
    ),
    Right(
        "differences on copies of the network",
        {
            8: """
            import copy

            def moved(by):
                other = copy.deepcopy(network)
                other.weights[layer][index] += by
                return loss(other, x, y)

            return (moved(epsilon) - moved(-epsilon)) / 2 / epsilon
            """,
        },
    ),
    Right(
        "loops over points and units",
        {
            1: "flat = [1 / (1 + np.exp(-value)) for value in np.ravel(z)]\nreturn np.reshape(np.array(flat, dtype=float), np.shape(z))",
            3: """
            layer = np.zeros((len(x), w.shape[1]))
            for point in range(len(x)):
                for unit in range(w.shape[1]):
                    total = b[unit]
                    for place, value in enumerate(outputs[-1][point]):
                        total = total + value * w[place, unit]
                    layer[point, unit] = sigmoid(total)
            outputs += [layer]
            """,
            4: """
            delta = np.array([[(output - target) / n * sigmoid_slope(output)] for (output,), target in zip(outputs[-1], y)])
            """,
            5: """
            dw = np.zeros_like(self.weights[layer])
            db = np.zeros(dw.shape[1])
            for row, error in zip(below, delta):
                dw += np.outer(row, error)
                db += error
            found.append([dw, db])
            """,
            6: "back = (self.weights[layer] @ delta.T).T\ndelta = back * (below - below * below)",
            7: """
            self.weights = [w - rate * dw if k == layer else w for k, w in enumerate(self.weights)]
            self.biases = [b - rate * db if k == layer else b for k, b in enumerate(self.biases)]
            """,
        },
    ),
    Right(
        "e^z above and below, helper functions, a loop over both signs",
        {
            1: "e: np.ndarray = np.exp(z)\nreturn e / (e + 1)",
            2: "return np.multiply(a, np.subtract(1, a))",
            4: """
            def error(a: np.ndarray) -> np.ndarray:
                return (a[:, 0] - y) / n

            delta = (error(outputs[-1]) * sigmoid_slope(outputs[-1][:, 0]))[:, np.newaxis]
            """,
            5: "dw = np.dot(np.transpose(below), delta)\nfound += [(dw, np.sum(delta, 0))]",
            8: """
            total = 0.0
            original = network.weights[layer].copy()
            for sign in (1, -1):
                network.weights[layer] = original.copy()
                network.weights[layer][index] += sign * epsilon
                total += sign * loss(network, x, y)
            network.weights[layer] = original
            return total / (2 * epsilon)
            """,
        },
    ),
]
