"""Planted mistakes of exercise 2, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

MISTAKES = [
    Mistake("sign of the exponent", 1, "sign-of-the-exponent", "return 1 / (1 + np.exp(z))"),
    Mistake("tanh in its place", 1, "another-function", "return np.tanh(z)"),
    Mistake("brackets left out", 1, "wrong-sigmoid", "return 1 / 1 + np.exp(-z)"),
    Mistake("slope of the slope's argument", 2, "slope-of-z", "return sigmoid(a) * (1 - sigmoid(a))"),
    Mistake("only the output", 2, "wrong-slope", "return 1 - a"),
    Mistake("no sigmoid", 3, "sigmoid-missing", "outputs.append(outputs[-1] @ w + b)"),
    Mistake("no bias", 3, "bias-missing", "outputs.append(sigmoid(outputs[-1] @ w))"),
    Mistake("every layer fed with the input", 3, "raises", "outputs.append(sigmoid(outputs[0] @ w + b))"),
    Mistake(
        "∂L/∂a where ∂L/∂z belongs",
        4,
        "slope-missing",
        "a = outputs[-1]\ndelta = (a - np.reshape(y, (-1, 1))) / n",
    ),
    Mistake(
        "error the wrong way round",
        4,
        "wrong-sign",
        "a = outputs[-1]\ndelta = (np.reshape(y, (-1, 1)) - a) / n * sigmoid_slope(a)",
    ),
    Mistake(
        "mean forgotten", 4, "mean-missing", "a = outputs[-1]\ndelta = (a - np.reshape(y, (-1, 1))) * sigmoid_slope(a)"
    ),
    Mistake("labels as a row", 4, "wrong-delta", "a = outputs[-1]\ndelta = (a - y) / n * sigmoid_slope(a)"),
    Mistake("transpose forgotten", 5, "wrong-shape", "found.append((delta.T @ below, delta.sum(axis=0)))"),
    Mistake("mean taken twice", 5, "wrong-bias-slope", "found.append((below.T @ delta, delta.mean(axis=0)))"),
    Mistake(
        "summed over the units",
        5,
        "wrong-bias-slope",
        "found.append((below.T @ delta, delta.sum(axis=1)[: delta.shape[1]]))",
    ),
    Mistake("sigmoid skipped on the way back", 6, "hidden-slope-missing", "delta = delta @ self.weights[layer].T"),
    Mistake(
        "slope of the layer above",
        6,
        "wrong-chain",
        "delta = delta @ self.weights[layer].T * sigmoid_slope(outputs[layer + 1])",
    ),
    Mistake(
        "uphill",
        7,
        "wrong-direction",
        "self.weights[layer] = self.weights[layer] + rate * dw\nself.biases[layer] = self.biases[layer] + rate * db",
    ),
    Mistake("bias left where it is", 7, "not-moved", "self.weights[layer] = self.weights[layer] - rate * dw"),
    Mistake(
        "rate forgotten",
        7,
        "wrong-step",
        "self.weights[layer] = self.weights[layer] - dw\nself.biases[layer] = self.biases[layer] - db",
    ),
    Mistake(
        "divided by ε only",
        8,
        "wrong-difference",
        """
        kept = network.weights[layer][index]
        network.weights[layer][index] = kept + epsilon
        above = loss(network, x, y)
        network.weights[layer][index] = kept - epsilon
        below = loss(network, x, y)
        network.weights[layer][index] = kept
        return (above - below) / epsilon
        """,
    ),
    Mistake(
        "one side only",
        8,
        "one-sided-difference",
        """
        kept = network.weights[layer][index]
        below = loss(network, x, y)
        network.weights[layer][index] = kept + epsilon
        above = loss(network, x, y)
        network.weights[layer][index] = kept
        return (above - below) / epsilon
        """,
    ),
]

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
]
