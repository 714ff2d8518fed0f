"""The plugin's options, as MkDocs takes them; how the command line does is told in ``test_check_sources``."""

from __future__ import annotations

import pytest

from backprop_docgen.site.options import BackpropConfig


def validated(given: dict[str, object]) -> tuple[BackpropConfig, list[tuple[str, str]]]:
    config = BackpropConfig()
    config.load_dict(given)
    wrong, warnings = config.validate()
    assert warnings == []
    return config, [(key, str(error)) for key, error in wrong]


@pytest.mark.parametrize("given", [{}, {"network": None, "worksheets": None, "speed": None}])
def test_what_is_not_given_has_a_default(given: dict[str, object]) -> None:
    config, wrong = validated(given)
    assert wrong == []
    assert (config.network, config.worksheets, config.speed) == ("network.toml", None, True)
    assert config.languages == [{"code": "es", "name": "Español"}]


def test_what_is_given_is_taken() -> None:
    config, wrong = validated({"network": "other.toml", "worksheets": "sheets.toml", "speed": False})
    assert wrong == []
    assert (config.network, config.worksheets, config.speed) == ("other.toml", "sheets.toml", False)


def test_every_mistake_is_told_at_once() -> None:
    _, wrong = validated({"netwrok": "other.toml", "worksheets": 3, "speed": "no"})
    told = dict(wrong)
    assert told.keys() == {"netwrok", "worksheets", "speed"}
    assert told["netwrok"].startswith("unknown key among the plugin's options; expected one of network, worksheets")
    assert "Did you mean network" in told["netwrok"]
    assert told["worksheets"] == "3 is no text; expected a text"
    assert told["speed"] == 'the text "no" is neither true nor false; expected true or false'
