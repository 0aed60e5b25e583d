"""The page's text: well-formed, self-contained, safe, the same every time, and its sums are the JSON's."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from adls.profile.export_json import export_json
from adls.profile.processors import profile_of
from adls.render.adjoint import primal_lines
from adls.render.page import page_data, render_page, script_safe
from tests.profile.recordings import EVERY, evaluation, node, recording
from tests.profile.recordings import LOSS as LOSS_3
from tests.render.digits import LOSS, PREDICT, PROGRAM, SOURCES, digits

VOID = {"meta", "link", "input"}
every_recording = pytest.mark.parametrize("given", EVERY.values(), ids=EVERY.keys())


class Strict(HTMLParser):
    """Fails where elements don't nest; collects what a browser would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.scripts: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.loads += [
            value or "" for name, value in attributes if name in ("src", "href", "action", "srcset")
        ]
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, text: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += text


def parse(page: str) -> Strict:
    parser = Strict()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def embedded(page: str) -> Any:
    return json.loads(parse(page).scripts[0])


@every_recording
def test_the_page_is_well_formed_and_loads_nothing(given: Any) -> None:
    page = render_page(profile_of(given), {})
    assert parse(page).loads == ["data:,"]
    assert not re.search(
        r"https?:|//[a-z]|@import|url\(|fetch\(|XMLHttpRequest|import\(", without_comments(page)
    )
    assert "default-src 'none'" in page


def without_comments(page: str) -> str:
    return re.sub(r"^\s*//.*$", "", page, flags=re.M)


@every_recording
def test_equal_profiles_give_the_same_page(given: Any) -> None:
    assert render_page(profile_of(given), {}) == render_page(profile_of(given), {})


def test_the_blocks_of_the_page_add_up_to_the_json() -> None:
    profile = profile_of(digits())
    page, (written,) = embedded(render_page(profile, SOURCES)), json.loads(export_json(profile))["gradients"]
    (shown,) = page["gradients"]
    passes = {b["direction"]: b["value"] for b in shown["time"] if b["kind"] == "pass"}
    assert passes == {"forward": written["forward_ns"], "backward": written["backward_ns"]}
    assert shown["space"][0]["value"] == written["bytes_stored"]
    for blocks in (shown["time"], shown["space"]):
        sums = [block["self_value"] for block in blocks]
        for block in blocks[1:]:
            sums[block["parent"]] += block["value"]
        assert sums == [block["value"] for block in blocks]


def test_source_cannot_leave_the_data() -> None:
    hostile = "</script><script>alert(1)</script><!-- <script> {{script}} \u2028"
    sources = {**SOURCES, PROGRAM: SOURCES[PROGRAM].replace("x = images", f"x = images  # {hostile}")}
    page = render_page(profile_of(digits()), sources)
    assert len(parse(page).scripts) == 2
    assert embedded(page)["sources"][PROGRAM]["8"] == f"    x = images  # {hostile}"
    assert "<" not in script_safe("</script>")


def test_a_name_cannot_leave_the_title() -> None:
    several = EVERY["several"]
    nameless = replace(several, units=tuple(replace(unit, qualname="<lambda>") for unit in several.units))
    page = render_page(profile_of(nameless), {})
    assert "<title>gradient of &lt;lambda&gt; · adls</title>" in page


def test_only_functions_that_ran_are_embedded() -> None:
    data = page_data(profile_of(digits()), SOURCES)
    assert "accuracy" not in json.dumps(data["sources"])
    assert list(data["sources"][PROGRAM])[0] == "16"


def test_an_interrupted_run_and_a_changed_file_are_announced() -> None:
    data = page_data(profile_of(digits(complete=False)), {PROGRAM: SOURCES[PROGRAM]})
    interrupted = "Interrupted by Ctrl-C after 5 evaluations."
    changed = "Changed since it ran, or unreadable, so not shown: work/layers.py."
    assert data["notice"] == f"{interrupted} {changed}"
    assert data["gradients"][0]["quality"].startswith("5 evaluations, none finished")


def test_a_line_that_rarely_ran_is_not_shown_as_free() -> None:
    common = evaluation(LOSS_3, node(LOSS_3, "forward", (100, 0, 0)))
    rare = evaluation(LOSS_3, node(LOSS_3, "forward", (100, 0, 900)))
    data = page_data(profile_of(recording((LOSS_3,), common, common, rare)), {})
    lines = data["gradients"][0]["lines"]["program.py"]
    assert (lines["13"]["rare"], lines["11"]["rare"]) == ("in 1 of 3", "")


def test_each_statement_of_a_listing_belongs_to_the_line_that_heads_it() -> None:
    source = SOURCES[PROGRAM].split("\n")
    rows = list(zip(LOSS.listing.split("\n"), primal_lines(LOSS, source), strict=False))
    assert [line for text, line in rows if "np.add.at" in text or "np.full" in text] == [20, 19]
    assert [line for text, line in rows if text.startswith("def ")] == [0, 0]
    rows = list(zip(PREDICT.listing.split("\n"), primal_lines(PREDICT, source), strict=False))
    assert [line for text, line in rows if "reversed(kept)" in text] == [9]


def test_a_signature_belongs_to_no_line_of_the_function_before() -> None:
    listing = (
        "def picked__back():\n    # 20: return -np.mean(picked)\n    return 1\n\n\n"
        "# loss__back(\n#     d_value: f64,\n# ) -> None\ndef loss__back(d_value):\n    return None\n"
    )
    unit = replace(LOSS, listing=listing)
    assert primal_lines(unit, SOURCES[PROGRAM].split("\n")) == [0, 20, 20, 0, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("heading", ["# 20: {}", "# line 20: {}", "# digits.py:20: {}", "# {}", "#  20 | {}"])
def test_a_heading_is_known_by_its_number_or_its_text(heading: str) -> None:
    listing = f"def loss__back():\n    {heading.format('return -np.mean(picked)')}\n    d = 1\n"
    unit = replace(LOSS, listing=listing)
    assert primal_lines(unit, SOURCES[PROGRAM].split("\n")) == [0, 20, 20]
