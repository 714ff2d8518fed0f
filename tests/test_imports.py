"""The flow of modules: one way, exactly as the table says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "backprop_docgen"

# module: the modules of the package that it imports; each stands above the modules that use it
MAY_IMPORT = {
    "accessible": "",
    "assets": "",
    "branches": "",
    "errors": "",
    "network": "",
    "plain_tex": "",
    "publish": "",
    "svg": "",
    "toml_lines": "",
    "engine": "network",
    "expression": "errors",
    "katex_files": "errors",
    "qr_files": "errors",
    "site_language": "errors",
    "topology": "network",
    "bilingual": "errors site_language",
    "functions": "expression",
    "katex": "assets errors katex_files plain_tex",
    "quantity": "errors expression",
    "rounding": "expression",
    "agreement": "engine errors network quantity topology",
    "backpropagation": "expression functions network quantity topology",
    "interval": "expression rounding",
    "language": "errors rounding",
    "network_schema": "errors functions",
    "site_files": "bilingual site_language",
    "course": "agreement backpropagation engine errors expression network quantity topology",
    "describe": "language quantity",
    "equation": "expression interval language quantity rounding",
    "figure_scene": "expression language network quantity rounding svg topology",
    "network_rules": "functions network_schema toml_lines",
    "figure_curve": "figure_scene quantity svg",
    "figure_layout": "figure_scene svg topology",
    "figure_steps": "figure_scene rounding svg",
    "network_file": "errors network network_rules network_schema toml_lines",
    "reference": "equation errors expression language quantity rounding",
    "variants": "backpropagation course expression functions network quantity rounding topology",
    "cache": "engine network network_file",
    "cell": "agreement errors reference rounding",
    "figure_network": "figure_layout figure_scene svg",
    "figure_paths": "errors expression figure_layout figure_scene svg",
    "literal": "cell",
    "matrix": "reference",
    "example": "expression reference topology",
    "roles": "course errors expression literal matrix network quantity reference topology",
    "state": "course errors language quantity reference",
    "views": "example literal reference roles variants",
    "abridge": "expression reference roles state views",
    "worksheet_file": "course errors expression network_file variants",
    "figure_circuit": "expression figure_paths figure_scene functions svg topology",
    "table": "abridge describe errors expression quantity reference roles state",
    "template": "cell errors reference state",
    "figure": "errors figure_circuit figure_curve figure_network figure_paths figure_scene figure_steps",
    "authoring": "abridge course describe equation errors expression figure functions "
    "language matrix quantity reference roles state table template topology variants views",
    "page": "authoring branches cell course errors language roles state template",
    "project": "cache course errors language network network_file page variants worksheet_file",
    "publication": "course describe equation expression language network network_file page plain_tex quantity "
    "topology variants",
    "plugin": "accessible assets bilingual branches errors katex katex_files project publication publish qr_files "
    "site_files",
    "render": "assets errors katex_files project publication site_language",
    "new": "errors language network_schema project",
    "claims": "equation errors expression language plain_tex project reference state",
    "cli": "claims course describe equation errors language network_file new project publication render variants",
    "__main__": "cli",
}

MODULES = {path.stem: path for path in PACKAGE.glob("*.py") if path.stem != "__init__"} | {
    path.parent.name: path for path in PACKAGE.glob("*/__init__.py")
}


def imports(module: str) -> set[str]:
    """The package's own modules that one of them imports, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("backprop_docgen")):
            inside = (node.module or "").removeprefix("backprop_docgen").removeprefix(".")
            found |= {inside.split(".")[0]} if inside else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("backprop_docgen.")}
    return found & MODULES.keys()


def test_the_table_lists_every_module() -> None:
    assert MAY_IMPORT.keys() == MODULES.keys()


@pytest.mark.parametrize("module", MAY_IMPORT)
def test_a_module_imports_exactly_what_the_table_says(module: str) -> None:
    assert imports(module) == set(MAY_IMPORT[module].split())


def test_the_flow_is_one_way() -> None:
    above: set[str] = set()
    for module, used in MAY_IMPORT.items():
        assert set(used.split()) <= above, module
        above.add(module)
