"""The canopy page in a real browser: what it draws, what a click does, and that it asks for nothing."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adls.profile.export_json import export_json
from adls.profile.processors import profile_of
from adls.render.figures import duration, size
from adls.render.page import render_page
from tests.profile.recordings import recording, recursion, two_callers
from tests.render import chromium
from tests.render.digits import LAYERS, PROGRAM, SOURCES, digits

if TYPE_CHECKING:
    from pathlib import Path

    from adls.profile.recording import Recording
    from tests.render.chromium import Element

pytestmark = pytest.mark.page

# The page runs in a frame of the same origin, so that real events can be dispatched to it.
HARNESS = """<!doctype html><meta charset="utf-8"><title>harness</title>
<iframe id="page" style="width:1300px;height:900px" srcdoc="{page}"></iframe>
<ol id="messages"></ol><pre id="seen"></pre>
<script>
addEventListener("message", (event) => {{
  const row = document.createElement("li");
  row.textContent = JSON.stringify(event.data);
  document.getElementById("messages").append(row);
}});
document.getElementById("page").addEventListener("load", () => {{
  const inside = document.getElementById("page").contentDocument;
  const block = (id) => inside.querySelector(`[data-id="${{id}}"]`);
  const key = (target, name) => target.dispatchEvent(
    new inside.defaultView.KeyboardEvent("keydown", {{ key: name, bubbles: true, cancelable: true }}));
  const seen = {{}};
  {actions}
  document.getElementById("seen").textContent = JSON.stringify(seen);
}});
</script>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return write(tmp_path, digits())


def write(folder: Path, recording: Recording, sources: dict[str, str] = SOURCES) -> Path:
    path = folder / "canopy.html"
    path.write_text(render_page(profile_of(recording), sources), encoding="utf-8")
    return path


def act(page: Path, actions: str) -> tuple[dict[str, object], list[dict[str, object]]]:
    """What `actions` noted in `seen`, and the messages that the page posted."""
    harness = page.with_name("harness.html")
    text = HARNESS.format(page=html.escape(page.read_text("utf-8")), actions=actions)
    harness.write_text(text, encoding="utf-8")
    dom = chromium.dom(harness)
    (seen,), (messages,) = dom.find(id="seen"), dom.find(id="messages")
    return json.loads(seen.text), [json.loads(row.text) for row in messages.children]


def totals() -> tuple[int, int, int]:
    (shown,) = json.loads(export_json(profile_of(digits())))["gradients"]
    return shown["forward_ns"], shown["backward_ns"], shown["bytes_stored"]


def block_id(dom: Element, *, starts: str, chart: str) -> str:
    (holder,) = dom.find(id=chart)
    return next(b.attributes["data-id"] for b in holder.find(class_="block") if b.text.startswith(starts))


def test_both_charts_are_drawn_and_show_the_totals_of_the_json(page: Path) -> None:
    dom = chromium.dom(page)
    forward, backward, kept = totals()
    shown = f"Forward{duration(forward)}Backward{duration(backward)}Bytes kept{size(kept)}"
    assert dom.find(id="totals")[0].text == shown
    assert dom.find(id="title")[0].text == "Gradient of loss"
    for chart in ("time", "space"):
        blocks = dom.find(id=chart)[0].find(class_="block")
        assert len(blocks) > 5
        assert [b.attributes["aria-selected"] for b in blocks].count("true") == 1


def test_the_width_of_a_block_is_its_share(page: Path) -> None:
    dom = chromium.dom(page)
    forward, backward = dom.find(id="time")[0].find(class_="pass")
    widths = [float(b.attributes["style"].split("width: ")[1].split("%")[0]) for b in (forward, backward)]
    times = totals()[:2]
    assert widths == pytest.approx([100 * time / sum(times) for time in times], abs=0.001)


def test_a_fragment_opens_a_block_with_its_source_and_adjoint(page: Path) -> None:
    wanted = block_id(chromium.dom(page), starts="10  x = np.tanh", chart="time")
    dom = chromium.dom(page, f"#select={wanted}")
    (selected,) = (b for b in dom.find(id="time")[0].find(class_="selected"))
    assert selected.attributes["data-id"] == wanted
    (row,) = dom.find(id="source")[0].find(class_="current")
    assert row.text == '574 µs1.03 ms393 kB10        x = np.tanh(dense(x, hidden["W"], hidden["b"]))'
    marked = [span.text.strip() for span in dom.find(id="adjoint")[0].find(class_="current")]
    assert "x = np.tanh(z)                                      # f64[256, 128]" in marked
    assert "d_z = d_x * (1.0 - x * x)" in marked
    assert "tanh's formula" in dom.find(id="keeps")[0].text


@pytest.mark.parametrize(
    ("chosen", "first"), [("", "def loss__forward"), ("forward", "def loss__forward"), ("backward", "def loss__back")]
)
def test_a_function_is_shown_where_it_begins(tmp_path: Path, chosen: str, first: str) -> None:
    given = digits()
    before = "".join(f"def helper{n}__fwd():\n    return {n}\n\n\n" for n in range(60))
    units = tuple(replace(unit, listing=before + unit.listing) for unit in given.units)
    seen, _ = act(
        write(tmp_path, replace(given, units=units)),
        f"""const loss = [...inside.querySelectorAll(".block.function")].filter(
          (one) => one.getAttribute("aria-label").startsWith("loss, {chosen}"));
        if ("{chosen}") loss[0].click();
        const box = inside.querySelector("#adjoint").closest(".scroll").getBoundingClientRect();
        const lines = [...inside.querySelectorAll("#adjoint span")];
        const begin = lines.find((one) => one.textContent.startsWith("{first}")).getBoundingClientRect();
        seen.inView = box.top <= begin.top && begin.bottom <= box.bottom;""",
    )
    assert seen["inView"]


def test_a_click_zooms_and_tells_the_embedding_page_the_line(page: Path) -> None:
    wanted = block_id(chromium.dom(page), starts="5  return x @ W + b", chart="time")
    seen, messages = act(
        page,
        f"""
        seen.before = block("{wanted}").style.width;
        block("{wanted}").click();
        seen.after = block("{wanted}").style.width;
        block("{wanted}").click();
        seen.again = block("{wanted}").style.width;
        seen.source = inside.querySelector("#source .current .code").textContent;
        """,
    )
    assert messages == [{"type": "adls.goto", "file": LAYERS, "line": 5}] * 2
    assert seen["source"] == "    return x @ W + b"
    # Its function's only line: the first click already gives it the whole width.
    assert (float(str(seen["before"]).rstrip("%")) < 50, seen["again"]) == (True, "100%")


def test_a_click_on_source_or_adjoint_selects_the_line(page: Path) -> None:
    seen, messages = act(
        page,
        """
        const selected = () => inside.querySelector("#time .selected").getAttribute("aria-label");
        inside.querySelector("#source tr:nth-child(5)").click();
        seen.first = selected();
        inside.querySelector('#adjoint [data-line="20"]').click();
        seen.second = selected();
        """,
    )
    assert [message["line"] for message in messages] == [19, 20]
    assert {message["file"] for message in messages} == {PROGRAM}
    assert seen == {
        "first": "loss:19, backward, 31.8 µs, 1.6 %",
        "second": "loss:20, forward, 8.41 µs, 0.4 %",
    }


def test_the_keyboard_moves_zooms_and_returns(page: Path) -> None:
    seen, messages = act(
        page,
        """
        const time = inside.getElementById("time");
        const selected = () => time.querySelector(".selected").getAttribute("aria-label").split(",")[0];
        seen.path = [];
        for (const name of ["ArrowDown", "ArrowLeft", "ArrowDown", "ArrowDown", "ArrowUp", "Enter"]) {
          key(time.querySelector(".selected"), name);
          seen.path.push(selected());
        }
        seen.zoomed = time.querySelector(".selected").style.width;
        key(inside.body, "Escape");
        seen.whole = time.querySelector(".gradient").classList.contains("above");
        """,
    )
    assert seen["path"] == ["backward", "forward", "loss", "loss:18", "loss", "loss"]
    assert (seen["zoomed"], seen["whole"]) == ("100%", False)
    assert messages == [{"type": "adls.goto", "file": PROGRAM, "line": 16}]


def test_the_search_finds_functions_and_source(page: Path) -> None:
    seen, _ = act(
        page,
        """
        const box = inside.getElementById("search");
        box.value = "np.exp";
        box.dispatchEvent(new inside.defaultView.Event("input"));
        seen.count = inside.getElementById("found").textContent;
        seen.lit = inside.querySelectorAll("#time .found").length;
        key(box, "Enter");
        seen.line = inside.querySelector("#source .current .number").textContent;
        """,
    )
    assert seen == {"count": "3 found", "lit": 2, "line": "10"}


def test_hostile_source_is_shown_as_text_and_runs_nothing(tmp_path: Path) -> None:
    hostile = "x = '</script><script>document.title = 1</script><img src=x onerror=alert(1)><!--'"
    sources = {**SOURCES, PROGRAM: SOURCES[PROGRAM].replace("log_probabilities = predict(", f"{hostile}; ")}
    dom = chromium.dom(write(tmp_path, digits(), sources))
    assert hostile in dom.find(id="source")[0].text
    assert [e.text for e in dom._below() if e.tag == "title"] == ["gradient of loss · adls"]


@pytest.mark.parametrize(
    "given", [two_callers(), recursion(300), recording(())], ids=["two", "deep", "empty"]
)
def test_other_profiles_open_too(tmp_path: Path, given: Recording) -> None:
    dom = chromium.dom(write(tmp_path, given, {}))
    assert dom.find(id="title")[0].text in (
        "Gradient of loss",
        "Gradient of factorial",
        "No gradient was taken",
    )


@pytest.mark.parametrize("dark", [False, True])
def test_both_colour_schemes_can_be_photographed(page: Path, tmp_path: Path, dark: bool) -> None:
    png = chromium.screenshot(page, tmp_path / "page.png", "#select=t0.4", dark=dark)
    assert png.startswith(b"\x89PNG")
    assert len(png) > 20_000
