"""What a further language adds to files that people write: put in as text, so that all else stays as it was written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from textwrap import indent
from typing import Any

import yaml
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load
from yaml import Node, ScalarNode, SequenceNode
from yaml.nodes import CollectionNode, MappingNode

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.site.mkdocs_yml import PLUGIN, plugin_options
from backprop_docgen.site.numbered import titles_of
from backprop_docgen.site.untranslated import SETTING

_CONFIG = "mkdocs.yml"


def with_language(config: str, code: str, name: str, source: str) -> str:
    """``mkdocs.yml`` with a language at the end of the plugin's option ``languages``; as it is, if that has it.

    Its words are those of the language ``source``, or of the site, each under a mark that a build reports. Raises
    SiteError, with what to add by hand, where the place is not found.
    """
    try:
        data = yaml_load(config)
        root = yaml.compose(config, yaml.SafeLoader)
    except (yaml.YAMLError, ConfigurationError) as error:
        raise SiteError(Problem(str(error), _CONFIG)) from None
    if any(each.get("code") == code for each in _languages(data)):
        return config
    entry = _entry(data, code, name, source)
    listed = _option(root, "languages")
    if not isinstance(listed, SequenceNode) or listed.flow_style or not listed.value:
        raise _by_hand(entry)
    lines = config.splitlines(keepends=True)
    at = _last_line(listed) + 1
    if not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    first = lines[listed.value[0].start_mark.line]
    changed = "".join([*lines[:at], indent(entry, " " * (len(first) - len(first.lstrip()))), *lines[at:]])
    with suppress(yaml.YAMLError, ConfigurationError):
        if _languages(yaml_load(changed)) == [*_languages(data), *yaml.safe_load(entry)]:
            return changed
    raise _by_hand(entry)


def _by_hand(entry: str) -> SiteError:
    advice = f"Add it to the option 'languages' of the plugin {PLUGIN} by hand:\n{indent(entry, ' ' * 8)}"
    return SiteError(Problem("the place for another language is not found", _CONFIG, advice=advice.rstrip()))


def _languages(data: Any) -> list[dict[str, Any]]:
    options = plugin_options(data) if isinstance(data, dict) else None
    found = options.get("languages") if isinstance(options, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _entry(data: Any, code: str, name: str, source: str) -> str:
    """The item for a list, its words marked; a language that has none of its own takes those of the site."""
    theirs = next((each for each in _languages(data) if each.get("code") == source), {})
    lines = [f"- code: {code}", f"  name: {_scalar(name)}", f"  prefix: {code}/"]
    for key in ("site_name", "site_description"):
        if text := theirs.get(key, data.get(key)):
            lines.append(f"  {key}: {_scalar(text)}  {SETTING}")
    titles = theirs.get("titles") or {}
    told = [(title, titles.get(title, title)) for title, _ in titles_of(data.get("nav") or [])]
    if told:
        lines.append("  titles:")
        lines += [f"    {_scalar(title)}: {_scalar(text)}  {SETTING}" for title, text in dict(told).items()]
    return "\n".join(lines) + "\n"


def _scalar(text: object) -> str:
    """A text as YAML writes it on one line."""
    return yaml.safe_dump(text, allow_unicode=True, width=10**6).removesuffix("...\n").rstrip("\n")


def _option(root: Node | None, name: str) -> Node | None:
    """An option of the plugin, where it stands in the settings."""
    plugins = _value(root, "plugins")
    listed = plugins.value if isinstance(plugins, SequenceNode) else [plugins]
    found = (_value(each, PLUGIN) for each in listed)
    return next((_value(each, name) for each in found if each is not None), None)


def _value(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for each, value in node.value if each.value == key), None)


def _last_line(node: Node) -> int:
    """The line, from 0, on which a node's text ends: a block's own mark is that of what comes next."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.line
    return end - 1 if isinstance(node, ScalarNode) and node.end_mark.column == 0 else end


def with_decimal_mark(text: str, file: str, code: str, mark: str) -> tuple[str, list[Problem]]:
    """A network file with a language's decimal mark, unless it has one; what has to be done by hand, if anything."""
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return text, []  # every build says so
    display = before.get("display", {})
    marks = display.get("decimal_mark", {})
    if code in marks:
        return text, []
    wanted = before | {"display": display | {"decimal_mark": marks | {code: mark}}}
    for changed in _with_mark(text, code, mark):
        with suppress(tomllib.TOMLDecodeError):
            if tomllib.loads(changed) == wanted:
                return changed, []
    advice = f'Add it by hand, to decimal_mark in [display]: {code} = "{mark}".'
    return text, [Problem("the place for the decimal mark is not found", file, advice=advice)]


def _with_mark(text: str, code: str, mark: str) -> Iterator[str]:
    """The ways in which the mark may be put in; the one that fits gives the table that is wanted."""
    inline = r"(?m)^([ \t]*decimal_mark[ \t]*=[ \t]*\{[^}\n]*?)(?=[ \t]*\})"
    yield re.sub(inline, rf'\1, {code} = "{mark}"', text, count=1)
    yield re.sub(r"(?m)^\[display\].*\n", rf'\g<0>decimal_mark = {{ {code} = "{mark}" }}\n', text, count=1)
    yield f'{text.rstrip()}\n\n[display]\ndecimal_mark = {{ {code} = "{mark}" }}\n'
