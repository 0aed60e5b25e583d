"use strict";
// The canopy page. All text from the profile goes through textContent: it is other people's source.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const ROW = 24;
const HUES = { forward: "--forward", backward: "--backward", bytes: "--bytes" };
const FIGURES = ["forward", "backward", "bytes"];
const editor = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : null;

let gradient = null; // The one on show.
let charts = {}; // By letter, "t" and "s": blocks with their layout, the block zoomed to, the selected block.
let current = null; // The block that the panes are about.

// ---- figures ----------------------------------------------------------------------------------------------

function scaled(value, units) {
  let [unit, factor] = units[0];
  for (const [name, size] of units) if (value >= 0.9995 * size) [unit, factor] = [name, size];
  if (factor === 1) return `${value} ${unit}`;
  const shown = value / factor;
  return `${shown.toFixed(shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0)} ${unit}`;
}
const duration = (ns) => scaled(ns, [["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]]);
const bytes = (n) => scaled(n, [["B", 1], ["kB", 1e3], ["MB", 1e6], ["GB", 1e9]]);
const share = (part, whole) => (whole ? part / whole : 0);
const percent = (part) => (part > 0 && part < 0.0005 ? "< 0.1 %" : `${(100 * part).toFixed(1)} %`);
const amount = (block) => (block.chart === "t" ? duration(block.value) : bytes(block.value));
// The root spreads the small shares, among which most lines are.
const heat = (part) => Math.round(14 + 76 * Math.sqrt(part));

// ---- elements ---------------------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") for (const [property, text] of Object.entries(value)) made.style.setProperty(property, text);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
const shade = (figure, part) => ({ "--hue": `var(${HUES[figure]})`, "--heat": heat(part) });

// ---- one gradient -----------------------------------------------------------------------------------------

function showGradient(number) {
  gradient = data.gradients[number];
  $("title").replaceChildren("Gradient of ", element("code", {}, gradient.function));
  $("subtitle").textContent = `with respect to ${gradient.differentiated} · ${gradient.quality}`;
  const totals = { forward: duration(gradient.forward_ns), backward: duration(gradient.backward_ns),
                   bytes: bytes(gradient.bytes_stored) };
  const names = { forward: "Forward", backward: "Backward", bytes: "Bytes kept" };
  $("totals").replaceChildren(...FIGURES.map((figure) => element("div", { style: { "--hue": `var(${HUES[figure]})` } },
    element("dt", {}, names[figure]), element("dd", {}, totals[figure]))));
  $("gradients").value = number;
  charts = { t: chart("t", $("time"), number, gradient.time), s: chart("s", $("space"), number, gradient.space) };
  drawAll();
}

// Links blocks to their parents and lays them out on the unit interval; a zoom only scales that.
function chart(letter, holder, number, blocks) {
  blocks.forEach((block, index) => {
    const parent = blocks[block.parent] ?? null;
    const depth = parent ? parent.depth + 1 : 0;
    const start = parent ? parent.filled : 0;
    Object.assign(block, { id: `${letter}${number}.${index}`, chart: letter, up: parent, depth, start,
                           end: start + block.value, filled: start, below: [] });
    if (parent) {
      parent.filled = block.end;
      parent.below.push(block);
    }
  });
  // The height is the whole chart's, also when zoomed: what stands below must not jump.
  const rows = 1 + blocks.reduce((deepest, block) => Math.max(deepest, block.depth), 0);
  return { holder, blocks, rows, zoom: blocks[0], selected: blocks[0] };
}

// ---- drawing ----------------------------------------------------------------------------------------------

function drawAll() {
  Object.values(charts).forEach(draw);
}

function draw(chart) {
  const { holder, blocks, zoom } = chart;
  const query = $("search").value.trim().toLowerCase();
  const focused = holder.contains(document.activeElement);
  if (!blocks[0].value) {
    holder.replaceChildren(element("p", { class: "nothing" }, "Nothing was kept: the backward pass reads only what is held anyway."));
    return;
  }
  const pixels = holder.clientWidth || 1000;
  const visible = blocks.filter((block) => block.end > zoom.start && block.start < zoom.end && block.value);
  const drawn = visible.map((block) => [block, place(block, zoom, pixels)])
    .filter(([block, box]) => box.width >= 0.6 || block === chart.selected);
  holder.classList.toggle("searching", query !== "");
  holder.replaceChildren(element("div", { class: "room", style: { height: `${chart.rows * ROW}px` } },
    ...drawn.map(([block, box]) => blockElement(block, box, chart, query))));
  if (focused) holder.querySelector(".selected")?.focus({ preventScroll: true });
}

function place(block, zoom, pixels) {
  const span = zoom.end - zoom.start;
  const left = Math.max(0, (block.start - zoom.start) / span);
  const right = Math.min(1, (block.end - zoom.start) / span);
  return { left, right, width: (right - left) * pixels };
}

function blockElement(block, box, chart, query) {
  const selected = block === chart.selected;
  const classes = ["block", block.kind];
  if (selected) classes.push("selected");
  if (block === current) classes.push("current");
  if (box.width < 26) classes.push("thin");
  if (block.depth < chart.zoom.depth) classes.push("above");
  if (query && matches(block, query)) classes.push("found");
  const made = element("div", {
    class: classes.join(" "), role: "treeitem", "data-id": block.id, tabindex: selected ? 0 : -1,
    "aria-level": block.depth + 1, "aria-selected": selected, "aria-label": spoken(block),
    style: { left: `${100 * box.left}%`, width: `${100 * (box.right - box.left)}%`, top: `${block.depth * ROW}px`,
             ...blockShade(block, chart) },
  });
  if (box.width >= 26) made.append(element("b", {}, label(block)), element("i", {}, amount(block)));
  made.addEventListener("click", () => open(block));
  made.addEventListener("pointermove", (event) => showTip(event, block));
  made.addEventListener("pointerleave", () => { $("tip").hidden = true; });
  return made;
}

// A line is as strong as its own part of the whole; what only contains other blocks stays pale.
function blockShade(block, chart) {
  if (block.kind === "gradient") return { "--hue": "var(--neutral)", "--heat": 60 };
  const figure = block.chart === "t" ? block.direction : "bytes";
  const whole = chart.blocks[0].value;
  const pale = block.kind === "pass" ? 62 : 16;
  return { "--hue": `var(${HUES[figure]})`, "--heat": block.kind === "line" ? heat(share(block.self_value, whole)) : pale };
}

const label = (block) => (sourceLine(block) && block.kind === "line" ? `${block.line}  ${sourceLine(block)}`
  : block.kind === "gradient" ? `gradient of ${block.label}` : block.label);
const sourceLine = (block) => (data.sources[block.file]?.[block.line] ?? "").trim();
const whole = (block) => charts[block.chart].blocks[0].value;
const spoken = (block) => `${block.label}${block.direction ? `, ${block.direction}` : ""}, ${amount(block)}, ` +
  percent(share(block.value, whole(block)));

function showTip(event, block) {
  const own = block.chart === "t" ? duration(block.self_value) : bytes(block.self_value);
  const unit = data.units[block.unit];
  const tip = $("tip");
  tip.replaceChildren(element("b", {}, block.kind === "function" && unit ? typed(unit) : block.label));
  if (block.kind === "line" && sourceLine(block)) tip.append(element("code", {}, sourceLine(block)));
  tip.append(element("p", {}, `${block.direction} ${amount(block)} · ${percent(share(block.value, whole(block)))}`));
  if (block.self_value && block.self_value !== block.value) tip.append(element("p", {}, `${own} without what it calls`));
  tip.hidden = false;
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8))}px`;
  const below = event.clientY + 18;
  tip.style.top = `${below + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 12 : below}px`;
}

// ---- selecting --------------------------------------------------------------------------------------------

// A click: zoom, show the source, and tell whoever embeds the page. What contains nothing is first shown among its
// neighbours, at the second click alone.
function open(block) {
  const chart = charts[block.chart];
  const again = chart.selected === block && chart.zoom === block.up;
  chart.zoom = again || !block.up || block.below.some((one) => one.value) ? block : block.up;
  select(block);
  goTo(block);
}

function select(block) {
  const { holder } = charts[block.chart];
  charts[block.chart].selected = current = block;
  drawAll();
  const top = block.depth * ROW;
  const inView = top >= holder.scrollTop && top + ROW <= holder.scrollTop + holder.clientHeight;
  if (!inView) holder.scrollTop = top - holder.clientHeight / 2;
  showPanes(block);
  try {
    history.replaceState(null, "", `#select=${block.id}`);
  } catch {
    // A sandboxed frame has no history; the selection needs none.
  }
}

function goTo(place) {
  if (!place.file || !place.line) return;
  const message = { type: "adls.goto", file: place.file, line: place.line };
  if (editor) editor.postMessage(message);
  else if (window.parent !== window) window.parent.postMessage(message, "*");
}

function selectFromFragment() {
  const id = new URLSearchParams(location.hash.slice(1)).get("select") ?? "";
  const number = Number.parseInt(id.slice(1), 10);
  if (!data.gradients[number]) return false;
  if (gradient !== data.gradients[number]) showGradient(number);
  const block = charts[id[0]]?.blocks.find((one) => one.id === id);
  if (block) open(block);
  return Boolean(block);
}

// ---- panes ------------------------------------------------------------------------------------------------

function showPanes(block) {
  const unit = data.units[block.unit] ?? data.units[gradient.unit];
  const lines = gradient.lines[unit.file] ?? {};
  const line = block.kind === "line" ? block.line : 0;
  $("source-title").replaceChildren("Source", element("code", {}, `${unit.name}:${line || unit.first}`));
  $("adjoint-title").replaceChildren("Adjoint", element("code", { title: typed(unit) }, typed(unit)));
  $("source").replaceChildren(
    element("tr", {}, ...["forward", "backward", "kept", "", ""].map((title) => element("th", {}, title))),
    ...range(unit.first, unit.last).map((number) => sourceRow(unit, number, lines[number], number === line)));
  $("adjoint").replaceChildren(...unit.listing.map(([text, primal]) => adjointLine(unit, text, primal, line)));
  $("keeps").replaceChildren(...(lines[line]?.residuals ?? []).map(keep));
  bringIntoView(document.querySelector("#source .current"));
  // A line stands in both passes of the listing, the backward one last.
  const marked = [...document.querySelectorAll("#adjoint .current")];
  const begins = marked.filter((span) => !span.previousSibling?.classList.contains("current"));
  const backward = block.direction === "backward";
  if (line) bringIntoView(begins.at(backward ? -1 : 0));
  else showFunction(backward);
}

// The functions that a unit is about stand last in its listing: forward, then backward.
function showFunction(backward) {
  const defined = [...document.querySelectorAll("#adjoint span")].filter((span) => /^def /.test(span.textContent));
  let first = defined.at(backward ? -1 : -2) ?? defined.at(-1);
  while (first?.previousSibling?.classList.contains("note")) first = first.previousSibling;
  if (first) first.closest(".scroll").scrollTop = first.offsetTop - first.parentElement.offsetTop;
}

const typed = (unit) => (unit.signature.startsWith("(") ? unit.function + unit.signature : unit.signature || unit.function);
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

function sourceRow(unit, number, figures, isCurrent) {
  const row = element("tr", { class: [figures && "ran", isCurrent && "current"].filter(Boolean).join(" ") },
    ...FIGURES.map((figure) => cell(figures, figure)),
    element("td", { class: "number" }, String(number)),
    element("td", { class: "code" }, data.sources[unit.file]?.[number] ?? ""));
  if (figures) row.addEventListener("click", () => openLine(unit, number));
  return row;
}

function cell(figures, figure) {
  const value = figures?.[figure] ?? 0;
  // A median of 0 over a line that did run in a few evaluations would read as "costs nothing".
  if (figure === "forward" && figures?.rare) return element("td", { class: "cold" }, figures.rare);
  if (!value) return element("td");
  const total = figure === "bytes" ? gradient.bytes_stored : gradient[`${figure}_ns`];
  const part = share(value, total);
  const cold = part < 0.005;
  const text = figure === "bytes" ? bytes(value) : duration(value);
  return element("td", { class: cold ? "figure cold" : "figure",
                         style: cold ? { "--hue": "transparent", "--heat": 0 } : shade(figure, part) }, text);
}

function adjointLine(unit, text, primal, line) {
  const classes = [text.trimStart().startsWith("#") && "note", primal && primal === line && "current"];
  const made = element("span", { class: classes.filter(Boolean).join(" ") }, text);
  if (primal) {
    made.dataset.line = primal;
    made.addEventListener("click", () => openLine(unit, primal));
  }
  return made;
}

// From the panes: the largest block of that line, in the chart in use.
function openLine(unit, number) {
  const here = (block) => block.kind === "line" && block.file === unit.file && block.line === number && block.value;
  const letters = current?.chart === "s" ? ["s", "t"] : ["t", "s"];
  const found = letters.map((letter) => charts[letter].blocks.filter(here).sort((a, b) => b.value - a.value)[0]);
  const block = found.find(Boolean);
  if (block) select(block);
  goTo({ file: unit.file, line: number });
}

function keep(row) {
  const times = row.count > 1 ? ` × ${row.count.toLocaleString("en")}` : "";
  return element("div", {}, element("b", {}, row.borrowed ? "borrowed" : bytes(row.bytes_stored)),
    element("code", {}, row.value + times), element("span", {}, row.reason));
}

function bringIntoView(row) {
  if (!row) return;
  const box = row.closest(".scroll");
  const top = row.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  if (top < box.scrollTop || top > box.scrollTop + box.clientHeight - 40) box.scrollTop = top - box.clientHeight / 3;
}

// ---- searching --------------------------------------------------------------------------------------------

const matches = (block, query) => block.kind !== "gradient" && block.kind !== "pass" &&
  (block.label.toLowerCase().includes(query) || (block.kind === "line" && sourceLine(block).toLowerCase().includes(query)));

function search() {
  drawAll();
  const query = $("search").value.trim().toLowerCase();
  $("found").textContent = query ? `${found(query).length} found` : "";
}

function found(query) {
  return [...charts.t.blocks, ...charts.s.blocks].filter((block) => block.value && matches(block, query));
}

function nextFound() {
  const query = $("search").value.trim().toLowerCase();
  const blocks = query ? found(query) : [];
  if (blocks.length) {
    Object.values(charts).forEach((chart) => { chart.zoom = chart.blocks[0]; });
    select(blocks[(blocks.indexOf(current) + 1) % blocks.length]);
  }
}

// ---- keys -------------------------------------------------------------------------------------------------

function neighbour(block, step) {
  const row = charts[block.chart].blocks.filter((one) => one.depth === block.depth && one.value)
    .sort((a, b) => a.start - b.start);
  return row[row.indexOf(block) + step];
}

const MOVES = {
  ArrowUp: (block) => block.up,
  ArrowDown: (block) => [...block.below].sort((a, b) => b.value - a.value).find((one) => one.value),
  ArrowLeft: (block) => neighbour(block, -1),
  ArrowRight: (block) => neighbour(block, 1),
};

function onChartKey(event, chart) {
  const move = MOVES[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (move) {
    const target = move(chart.selected);
    if (target) {
      // What lies outside the zoom would be selected unseen.
      if (target.start < chart.zoom.start || target.end > chart.zoom.end) chart.zoom = chart.blocks[0];
      select(target);
    }
  } else if (event.key === "Enter" || event.key === " ") open(chart.selected);
  else return;
  event.preventDefault();
}

function onKey(event) {
  if (event.key === "Escape") {
    $("search").value = "";
    Object.values(charts).forEach((chart) => { chart.zoom = chart.blocks[0]; });
    search();
  } else if (event.key === "/" && event.target.tagName !== "INPUT") {
    $("search").focus();
    event.preventDefault();
  }
}

// ---- start ------------------------------------------------------------------------------------------------

function start() {
  $("notice").hidden = !data.notice;
  $("notice").textContent = data.notice;
  $("footer").append(data.footer, " · ", element("kbd", {}, "← ↑ ↓ →"), " move, ", element("kbd", {}, "Enter"),
    " zoom, ", element("kbd", {}, "Esc"), " whole chart");
  if (!data.gradients.length) {
    $("title").textContent = "No gradient was taken";
    document.querySelector("main").hidden = true;
    return;
  }
  data.gradients.forEach((one, index) => $("gradients").append(element("option", { value: index }, one.function)));
  $("gradients").hidden = data.gradients.length < 2;
  $("gradients").addEventListener("change", () => { showGradient(Number($("gradients").value)); select(charts.t.blocks[0]); });
  $("search").addEventListener("input", search);
  $("search").addEventListener("keydown", (event) => { if (event.key === "Enter") nextFound(); });
  $("time").addEventListener("keydown", (event) => onChartKey(event, charts.t));
  $("space").addEventListener("keydown", (event) => onChartKey(event, charts.s));
  document.addEventListener("keydown", onKey);
  window.addEventListener("resize", drawAll);
  window.addEventListener("hashchange", selectFromFragment);
  showGradient(0);
  if (!selectFromFragment()) showPanes(charts.t.blocks[0]);
}

start();
