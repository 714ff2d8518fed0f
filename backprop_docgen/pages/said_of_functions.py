"""What each function of a template is for, in a sentence or two: the reference on the site is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SAID: Final[Mapping[str, str]] = {
    "q": "A quantity by its name, also one of another worksheet, of another example or after updates.",
    "d": "The derivative of a quantity by another one, ∂of/∂by.",
    "situations": (
        "Situations by name, each with its condition, in the order in which they are tried; the last one "
        "is always true."
    ),
    "one_or_several": "The situations `one` and `several`, by how many items a list has.",
    "mistake": "A common mistake with its wrong number; none where this network gives no such number.",
    "few": "So many items of a list, the last one among them; with all of them where the network is small.",
    "eq": "The equation of a quantity: symbols, numbers and result. It is numbered where a page refers to it.",
    "formula": "The formula of a quantity in symbols.",
    "activation_rule": "The rule of an activation as a formula of its own; without a name, that of the outputs.",
    "slope_rule": "The rule of an activation's derivative as a formula of its own.",
    "loss_rule": "The rule of the network's loss as a formula of its own.",
    "inline_rule": "A rule in running text or in a table: activation, slope, loss or loss_slope.",
    "eqref": "A link to an equation, by its quantity or by its label.",
    "figure": (
        "A figure with its caption. `at`: the step where a circuit begins; `of`: a worksheet with a "
        "network of its own, or a list of them; `weight`: the weight that is followed; `label`: what it "
        "is referred to by, if it stands elsewhere already; `number=false`: without a number."
    ),
    "figref": "A link to a figure, by its kind or by its label.",
    "count": "A count as a word, in digits where it is large; with its noun, if you give singular and plural.",
    "listing": "A list in running text, with commas and a word before the last item; a long one is abridged.",
    "invite": "An invitation to try another number: a link that sets it, and sets it back.",
    "ask": "A question where a step ends: a number, its sign, an order, a choice, or the wrong line.",
    "left_out": "A note that tells how many items of a list are left out; nothing where none are.",
    "table": "A table of quantities, a row each; a long one is abridged.",
    "all_values": "Every value of the network in tables, with links to where it is worked out.",
    "download": "A link to a file to take away: the values as `csv`, `json` or `xlsx`, or the notebook (`ipynb`).",
    "published": "A number as others published it, with the quantity that explains it.",
    "meaning": "What a quantity is, in a few words.",
    "reference": "A section of this reference.",
}
"""The functions that are made for each page; the others have docstrings of their own."""

VALUES: Final[Mapping[str, str]] = {
    "network": "The whole network: its layers, neurons, weights, examples.",
    "model": "The weights that are worked out in full, and what they touch.",
    "milestones": "The counts of updates at which pages look at the training; none where nothing is trained.",
    "lang": "The code of the page's language.",
    "config": "Settings of the site: its name, its address, and all of `extra`, in the page's language.",
    "page": "The page itself: its title, its front matter, its file.",
}
"""What templates may name beside functions."""
