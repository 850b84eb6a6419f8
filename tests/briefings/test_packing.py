"""A packed PDF is the same document: the same objects under the same numbers, in half the bytes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import pypdf
import pytest

from analysis.briefings import packing, paper
from analysis.briefings.normalise import normalise

from . import sample


@pytest.fixture(scope="module")
def loose():
    return paper._compiled(normalise(sample.assembled()), format="pdf", pdf_standards=paper.ARCHIVAL)


@pytest.fixture(scope="module")
def packed(loose):
    return packing.packed(loose)


def objects(data: bytes) -> list:
    """Every object by its number, with the bytes of its stream; object streams and the table itself left out."""
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    found = []
    for number in range(1, reader.trailer["/Size"]):
        held = reader.get_object(number)
        if isinstance(held, dict) and held.get("/Type") in ("/ObjStm", "/XRef"):
            continue
        said = re.sub(r", \d+\)", ")", repr(held))  # pypdf tells which reader it is
        found.append((number, said, getattr(held, "_data", b"")))
    return found


def test_holds_the_same_objects(loose, packed):
    assert objects(packed) == objects(loose)


def test_says_the_same_of_the_whole(loose, packed):
    before, after = (pypdf.PdfReader(io.BytesIO(data), strict=True) for data in (loose, packed))
    assert before.trailer.raw_get("/Root").idnum == after.trailer.raw_get("/Root").idnum
    assert before.trailer["/ID"] == after.trailer["/ID"]
    assert before.metadata == after.metadata


def test_is_much_smaller(loose, packed):
    assert len(packed) < 0.65 * len(loose)


def test_is_the_same_twice(loose, packed):
    assert packing.packed(loose) == packed


@pytest.mark.parametrize("per_stream", [1, 7, 10_000])
def test_holds_the_same_whatever_the_size_of_a_stream(monkeypatch, loose, per_stream):
    monkeypatch.setattr(packing, "PER_STREAM", per_stream)
    assert objects(packing.packed(loose)) == objects(loose)


def test_another_reader_draws_the_same(loose, packed, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext; enable with: apt-get install chromium poppler-utils")
    said = []
    for name, data in (("loose", loose), ("packed", packed)):
        (tmp_path / name).write_bytes(data)
        out = subprocess.run(["pdftotext", "-layout", tmp_path / name, "-"], capture_output=True, check=True)
        said.append(out.stdout)
    assert said[0] == said[1] and len(said[0]) > 5_000
