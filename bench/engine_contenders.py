"""The trainings that ``bench/engine.py`` compares, each run by itself: ``engine_contenders.py NAME ROUNDS EXAMPLES``.

It reads a network of logistic neurons and squared errors as JSON from stdin and prints as JSON how long that many
rounds on that many examples took (seconds), and the mean loss before the last of them. Full-batch gradient descent,
written as users of each library would. All do the same work: loss of every round, gradients, update.
"""
# ruff: noqa: B905 (a strict zip would cost the loops time)

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

Case: TypeAlias = dict[str, Any]
Measured: TypeAlias = tuple[float, float]
"""Seconds, and the mean loss before the last update."""


def ours(case: Case, rounds: int) -> Measured:
    """This project's engine, from the network to the history of losses."""
    from decimal import Decimal

    from backprop_docgen.engine.engine import Engine, train
    from backprop_docgen.network.network import Example, Layer, Network, Training

    def decimals(row: list[float]) -> tuple[Decimal, ...]:
        return tuple(map(Decimal, map(str, row)))

    layers = tuple(
        Layer("logistic", tuple(map(decimals, weights)), decimals(biases), len(biases) != len(weights))
        for weights, biases in zip(case["weights"], case["biases"], strict=True)
    )
    examples = tuple(Example(decimals(x), decimals(t)) for x, t in zip(case["inputs"], case["targets"], strict=True))
    training = Training(rounds - 1, update_biases=case["train_biases"])
    engine = Engine(Network(examples, layers, Decimal(str(case["rate"])), training=training))
    return timed(lambda: float(train(engine, rounds - 1).losses[-1]))


def loops(case: Case, rounds: int) -> Measured:
    """Lists and loops, one example after the other."""
    all_weights, all_biases = case["weights"], own_biases(case)
    examples, count = list(zip(case["inputs"], case["targets"], strict=True)), len(case["inputs"])
    exp = math.exp

    def run() -> float:
        for _ in range(rounds):
            loss = 0.0
            slopes = [[[0.0] * len(row) for row in weights] for weights in all_weights]
            bias_slopes = [[0.0] * len(biases) for biases in all_biases]
            for inputs, targets in examples:
                outs = [inputs]
                for weights, biases in zip(all_weights, all_biases):
                    signal = outs[-1]
                    layer = []
                    for row, bias in zip(weights, biases):
                        net = bias
                        for w, x in zip(row, signal):
                            net += w * x
                        layer.append(1.0 / (1.0 + exp(-net)))
                    outs.append(layer)
                loss += sum(0.5 * (o - t) ** 2 for o, t in zip(outs[-1], targets))
                deltas = [(o - t) * o * (1.0 - o) for o, t in zip(outs[-1], targets)]
                for at in range(len(all_weights) - 1, -1, -1):
                    for row, delta in zip(slopes[at], deltas):
                        for i, x in enumerate(outs[at]):
                            row[i] += delta * x
                    for i, delta in enumerate(deltas):
                        bias_slopes[at][i] += delta
                    if at:
                        sums = [0.0] * len(outs[at])
                        for row, delta in zip(all_weights[at], deltas):
                            for i, w in enumerate(row):
                                sums[i] += delta * w
                        deltas = [s * o * (1.0 - o) for s, o in zip(sums, outs[at])]
            rate = case["rate"] / count
            for weights, gradients in zip(all_weights, slopes):
                for row, gradient in zip(weights, gradients):
                    for i, slope in enumerate(gradient):
                        row[i] -= rate * slope
            if case["train_biases"]:
                for biases, bias_gradient in zip(all_biases, bias_slopes):
                    for i, slope in enumerate(bias_gradient):
                        biases[i] -= rate * slope
        return loss / count

    return timed(run)


def micrograd(case: Case, rounds: int) -> Measured:
    """micrograd; it has no exponential of its own, so the logistic neuron is one node, like its relu."""
    from micrograd.engine import Value

    def logistic(net: Any) -> Any:
        out = Value(1.0 / (1.0 + math.exp(-net.data)), (net,), "logistic")

        def backward() -> None:
            net.grad += out.grad * out.data * (1.0 - out.data)

        out._backward = backward
        return out

    all_weights = [[[Value(w) for w in row] for row in weights] for weights in case["weights"]]
    all_biases = [[Value(b) for b in biases] for biases in own_biases(case)]
    parameters = [w for weights in all_weights for row in weights for w in row]
    biases_too = [b for biases in all_biases for b in biases] if case["train_biases"] else []
    count = len(case["inputs"])

    def run() -> float:
        for _ in range(rounds):
            total = 0.0
            for value in parameters + biases_too:
                value.grad = 0
            for inputs, targets in zip(case["inputs"], case["targets"], strict=True):  # else the graph fills the memory
                signal = inputs
                for weights, biases in zip(all_weights, all_biases):
                    signal = [
                        logistic(sum((w * x for w, x in zip(row, signal)), bias)) for row, bias in zip(weights, biases)
                    ]
                loss = sum(((o - t) ** 2 for o, t in zip(signal, targets)), Value(0.0)) * (0.5 / count)
                loss.backward()
                total += loss.data
            for value in parameters + biases_too:
                value.data -= case["rate"] * value.grad
        return total

    return timed(run)


def torch_autograd(case: Case, rounds: int, precision: str = "float64") -> Measured:
    """PyTorch as its tutorials have it: modules, autograd, an optimiser."""
    import torch

    torch.set_num_threads(case["threads"])
    dtype = getattr(torch, precision)
    modules: list[Any] = []
    for weights, biases in zip(case["weights"], own_biases(case), strict=True):
        linear = torch.nn.Linear(len(weights[0]), len(weights), dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weights, dtype=dtype))
            linear.bias.copy_(torch.tensor(biases, dtype=dtype))
        linear.bias.requires_grad_(case["train_biases"])
        modules += [linear, torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*modules)
    optimiser = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=case["rate"])
    inputs, targets = (torch.tensor(case[key], dtype=dtype) for key in ("inputs", "targets"))

    def run() -> float:
        for _ in range(rounds):
            optimiser.zero_grad()
            loss = 0.5 * ((model(inputs) - targets) ** 2).sum() / len(inputs)
            loss.backward()
            optimiser.step()
        return float(loss)

    return timed(run)


def torch_by_hand(case: Case, rounds: int, precision: str = "float64") -> Measured:
    """PyTorch without autograd: the gradients written out, fused operations, updates in place."""
    import torch

    torch.set_num_threads(case["threads"])
    dtype = getattr(torch, precision)
    all_weights = [torch.tensor(weights, dtype=dtype) for weights in case["weights"]]
    all_biases = [torch.tensor(biases, dtype=dtype) for biases in own_biases(case)]
    inputs, targets = (torch.tensor(case[key], dtype=dtype) for key in ("inputs", "targets"))
    step = -case["rate"] / len(inputs)

    def run() -> float:
        for _ in range(rounds):
            outs = [inputs]
            for weights, biases in zip(all_weights, all_biases):
                outs.append(torch.addmm(biases, outs[-1], weights.t()).sigmoid_())
            delta = outs[-1] - targets
            loss = 0.5 * float((delta * delta).sum()) / len(inputs)
            for layer in range(len(all_weights) - 1, -1, -1):
                delta = torch.ops.aten.sigmoid_backward(delta, outs[layer + 1])
                below = delta @ all_weights[layer] if layer else delta
                all_weights[layer].addmm_(delta.t(), outs[layer], alpha=step)
                if case["train_biases"]:
                    all_biases[layer].add_(delta.sum(0), alpha=step)
                delta = below
        return loss

    with torch.inference_mode():
        return timed(run)


def own_biases(case: Case) -> list[list[float]]:
    """One bias a neuron, also where a layer shares one (which is then not trained)."""
    pairs = zip(case["weights"], case["biases"], strict=True)
    return [biases * (len(weights) // len(biases)) for weights, biases in pairs]


def timed(run: Callable[[], float]) -> Measured:
    """Run with the clock on; what was prepared before does not count."""
    since = time.perf_counter()
    loss = run()
    return time.perf_counter() - since, loss


CONTENDERS: Final[dict[str, Callable[[Case, int], Measured]]] = {
    "ours": ours,
    "loops": loops,
    "micrograd": micrograd,
    "torch": torch_autograd,
    "torch by hand": torch_by_hand,
    "torch float32": lambda case, rounds: torch_autograd(case, rounds, "float32"),
    "torch by hand float32": lambda case, rounds: torch_by_hand(case, rounds, "float32"),
}


def main() -> None:
    """One measurement."""
    name, rounds, examples = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    case = json.load(sys.stdin)
    case |= {key: case[key][:examples] for key in ("inputs", "targets")}
    if "torch" in name:  # its first call makes threads and picks kernels
        CONTENDERS[name](case, 3)
    seconds, loss = CONTENDERS[name](case, rounds)
    print(json.dumps({"seconds": seconds, "loss": loss}))


if __name__ == "__main__":
    main()
