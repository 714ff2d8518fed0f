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
    "arithmetic": "",
    "branches": "",
    "errors": "",
    "listening": "",
    "network": "",
    "number_words": "",
    "options": "",
    "parallel": "",
    "plain_tex": "",
    "progress": "",
    "publish": "",
    "store": "",
    "straight": "",
    "svg": "",
    "toml_lines": "",
    "array_functions": "straight",
    "bytecode": "store",
    "engine": "array_functions network progress straight",
    "pages_ahead": "listening parallel",
    "placeholders": "plain_tex",
    "search_ahead": "branches",
    "expression": "errors",
    "katex_files": "errors",
    "qr_files": "errors",
    "style_sheet": "assets katex_files",
    "validation": "errors toml_lines",
    "site_language": "errors validation",
    "topology": "network",
    "bilingual": "accessible errors site_language",
    "functions": "expression",
    "katex": "assets errors katex_files plain_tex",
    "formula_shape": "katex",
    "quantity": "errors expression",
    "rounding": "expression",
    "agreement": "array_functions engine errors network quantity topology",
    "backpropagation": "expression functions network quantity topology",
    "interval": "expression rounding",
    "language": "errors number_words rounding",
    "network_schema": "functions validation",
    "site_files": "bilingual language site_language",
    "course": "agreement backpropagation engine errors expression network quantity topology",
    "describe": "language quantity",
    "equation": "expression interval language quantity rounding",
    "figure_scene": "expression language network quantity rounding svg topology",
    "network_rules": "functions network_schema toml_lines validation",
    "figure_curve": "figure_scene quantity svg",
    "figure_layout": "figure_scene svg topology",
    "figure_steps": "figure_scene rounding svg",
    "network_file": "errors network network_rules network_schema toml_lines validation",
    "reference": "equation errors expression language quantity rounding",
    "variants": "backpropagation course expression functions network quantity rounding topology",
    "cache": "engine network network_file store",
    "cell": "agreement errors expression reference rounding",
    "figure_network": "figure_layout figure_scene svg",
    "figure_paths": "errors expression figure_layout figure_scene svg",
    "literal": "cell",
    "matrix": "reference",
    "example": "expression reference topology",
    "roles": "course errors expression literal matrix network quantity reference topology",
    "state": "course errors language quantity reference",
    "views": "example literal reference roles variants",
    "abridge": "expression reference roles state views",
    "worksheet_file": "course errors expression network_file validation variants",
    "figure_circuit": "expression figure_paths figure_scene functions svg topology",
    "table": "abridge describe errors expression quantity reference roles state",
    "template": "cell errors reference state",
    "figure": "errors figure_circuit figure_curve figure_network figure_paths figure_scene figure_steps",
    "difference": "",
    "finding": "",
    "check_report": "finding",
    "mathml": "expression interval rounding",
    "check_equation": "interval mathml rounding",
    "numerals": "number_words rounding",
    "allowance": "errors numerals validation",
    "built_page": "finding numerals plain_tex",
    "page_reader": "built_page errors finding numerals",
    "page_list": "built_page errors expression page_reader store",
    "check_frame": "built_page finding numerals page_list",
    "check_parity": "built_page finding page_list",
    "check_reference": "built_page finding language page_list",
    "recount": "course errors expression language quantity reference",
    "check_figure": "built_page course difference errors figure finding language recount variants",
    "check_numbers": "allowance built_page cell describe difference errors expression finding numerals page_list "
    "recount",
    "rule": "equation expression functions language",
    "authoring": "abridge course equation errors figure language matrix quantity reference roles rule state table "
    "template topology variants views",
    "leftover": "errors",
    "draft": "errors language state",
    "drawing": "authoring cell course draft errors leftover roles state template",
    "drafts": "course draft drawing parallel store",
    "page": "branches course draft drawing errors language state",
    "project": "allowance bytecode cache course draft drafts errors language network network_file page store "
    "variants worksheet_file",
    "new": "allowance errors language network_schema project",
    "claims": "equation errors expression language plain_tex project reference state",
    "check_math": "allowance built_page check_equation difference equation errors finding katex numerals quantity "
    "recount rule topology",
    "site_copy": "allowance errors finding",
    "check_choices": "built_page check_numbers errors finding page_list recount site_copy",
    "check_search": "built_page check_choices difference errors finding page_list plain_tex site_copy",
    "site_course": "course errors expression network network_file quantity variants",
    "publication": "arithmetic course describe equation expression language network network_file page plain_tex "
    "quantity topology variants",
    "conversion": "branches listening parallel placeholders search_ahead store",
    "typesetting": "errors formula_shape katex katex_files parallel placeholders store",
    "site_build": "allowance assets bilingual branches bytecode conversion draft errors katex katex_files leftover "
    "options page_list pages_ahead project publication publish qr_files site_files store style_sheet "
    "typesetting",
    "plugin": "bilingual errors katex options publish site_build store typesetting",
    "mkdocs_yml": "allowance errors options project site_language validation",
    "render": "assets katex_files mkdocs_yml project publication",
    "check_files": "course difference finding language publication site_copy",
    "check_freshness": "finding network publication site_copy",
    "check": "allowance arithmetic built_page check_choices check_figure check_files check_frame check_freshness "
    "check_math check_numbers check_parity check_reference check_search course engine errors finding "
    "katex katex_files language leftover network page_list page_reader publication recount site_copy "
    "site_course",
    "template_text": "numerals",
    "source_parity": "allowance finding language template_text",
    "check_sources": "allowance course draft errors finding language leftover numerals project rounding source_parity "
    "template_text",
    "check_run": "cache check check_sources course errors finding mkdocs_yml network_file page project store",
    "cli": "check_report check_run claims course describe equation errors language mkdocs_yml network_file new "
    "project publication render variants",
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
