"""The PDF of a briefing, for `jupyter nbconvert`; a build, which has the document, asks paper.py for it."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from traitlets import default

from analysis.briefings import paper
from analysis.briefings.normalise import normalise


class BriefingPDFExporter(Exporter):
    """`jupyter nbconvert --to briefing-pdf executed.ipynb`, for an assembled notebook or any executed one."""

    export_from_notebook = "Briefing (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        return True

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF and nbconvert's resources; a BriefingError says what cannot be printed."""
        copy, out = super().from_notebook_node(nb, resources, **kw)
        out["output_extension"] = self.file_extension
        return paper.pdf(normalise(copy)), out
