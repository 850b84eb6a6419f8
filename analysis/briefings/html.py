"""The HTML of a briefing, for `jupyter nbconvert`; a build, which has the document, asks page.py for it."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import default

from analysis.briefings import page
from analysis.briefings.normalise import normalise


class BriefingHTMLExporter(TemplateExporter):
    """`jupyter nbconvert --to briefing-html executed.ipynb`, for an assembled notebook or any executed one."""

    export_from_notebook = "Briefing (HTML)"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "briefing"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(page.TEMPLATES)]

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        return True

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of an executed notebook; a BriefingError says what in it cannot be printed."""
        html, resources = super().from_notebook_node(nb, resources, **kw)
        page.check(html)
        return html, resources

    def _preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        nb, resources = super()._preprocess(nb, resources)
        resources["page"] = page.page(normalise(nb))
        return nb, resources

    def _create_environment(self) -> Environment:
        return page.prepared(super()._create_environment())
