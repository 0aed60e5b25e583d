/** The extension as a user meets it: installed from its package into VS Code, with mouse and keys only. */

import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { hostile, ordinary } from "./folders";
import { Hands } from "./hands";
import { browser, CLIENT, missing, until, Workbenches } from "./workbench";

const lacking = missing();
if (lacking) {
  console.log(`==> the tests in VS Code did not run: ${lacking}`);
  process.exit(process.env.CI === "true" || process.env.CI === "1" ? 1 : 0);
}

const FIGURES = /^\d[\d.]*(ns|µs|ms|s) · (0|\d[\d.]*(ns|µs|ms|s)) · (0|\d[\d.]*(B|kB|MB))$/;
const LAYER = "return x @ W + b";
const TANH = 'x = np.tanh(layer(x, hidden["W"], hidden["b"]))';
const CALL = "log_probabilities = predict(params, images)";

let benches: Workbenches;
let chrome: Browser;

before(async () => {
  benches = await Workbenches.start({ interpreter: process.env.ADLS_PYTHON ?? "" });
  chrome = await browser();
});

after(async () => {
  await chrome?.close();
  await benches?.stop();
});

/** The steps build on each other: one that fails ends them, and leaves a picture of what was on screen. */
function steps(page: () => Page): void {
  let failed = false;
  beforeEach(() => assert.ok(!failed, "an earlier step failed"));
  afterEach(async (context) => {
    if (failed) return;
    failed = "passed" in context && context.passed === false;
    const name = `${context.name.replace(/\W+/g, "-").slice(0, 50)}.png`;
    const target = path.join(CLIENT, "dist", "failures", name);
    if (failed) await page().screenshot({ path: target });
  });
}

async function open(folder: string, file: string, trust: boolean): Promise<Hands> {
  const context = await chrome.newContext({ viewport: { width: 1500, height: 950 } });
  const page = await context.newPage();
  await page.goto(benches.address(folder));
  const hands = new Hands(page);
  await hands.ready(trust);
  await hands.openFile(file);
  return hands;
}

describe("a folder that is trusted", () => {
  let hands: Hands;
  let folder: string;
  const refusals: string[] = [];
  steps(() => hands.page);

  before(async () => {
    folder = path.join(benches.root, "samples");
    await ordinary(folder);
    hands = await open(folder, "digits_mlp.py", true);
    hands.page.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) refusals.push(message.text());
    });
  });

  const digits = () => hands.editor("digits_mlp.py");

  it("profiles the function around the cursor, from the palette, and shows figures at line ends", async () => {
    await hands.goToLine(56);
    await digits().locator(".codelens-decoration a").first().waitFor({ timeout: 60_000 });
    await hands.command("ADLS: Profile Gradient");
    const found = await hands.someHints(digits());
    for (const line of [LAYER, TANH, CALL]) assert.match(found.get(line) ?? "", FIGURES, line);
    assert.equal(found.has('output = params["output"]'), false);
    const total = await hands.statusItem(/∂ \d/);
    await hands.notification(`Gradient of loss: ${total.replace("∂ ", "")}`).waitFor();
  });

  it("jumps to one of the costliest lines", async () => {
    await hands.press(hands.notification("Gradient of loss"), "Costliest Lines");
    const rows = await hands.choices();
    const row = rows.find((text) => text.includes("digits_mlp.py:37")) ?? "";
    assert.match(row, /return x @ W \+ b/);
    await hands.choose("", "digits_mlp.py:37");
    await until(async () => (await hands.cursorLine()) === 37, "the cursor on line 37");
  });

  it("says on hover what the line costs and keeps, and which rule it has", async () => {
    const said = await hands.hover(hands.line(digits(), TANH).getByText("tanh"), /without calls/);
    assert.match(said, /numpy\.tanh/);
    assert.match(said, /this line\s+\d.*%/);
    assert.match(said, /kept for the backward pass/);
    await hands.page.keyboard.press("Escape");
  });

  it("opens the adjoint that ran beside the code, from the lens, and its typed IR from the title bar", async () => {
    await digits().locator(".codelens-decoration a").filter({ hasText: "show pullback" }).first().click();
    const adjoint = hands.editor("loss.py");
    await until(
      async () => (await hands.lines(adjoint)).some((line) => line.startsWith("def loss__back")),
      "the adjoint",
    );
    await hands.page.getByRole("button", { name: "Switch between Python and Typed IR" }).first().click();
    await until(async () => {
      const lines = await hands.lines(adjoint);
      return lines.length > 5 && !lines.some((line) => line.startsWith("def loss__"));
    }, "the IR");
    await hands.page.getByRole("button", { name: "Switch between Python and Typed IR" }).first().click();
    await until(
      async () => (await hands.lines(adjoint)).some((line) => /def \w+__(fwd|back)/.test(line)),
      "Python again",
    );
  });

  it("shows the canopy, and a click on a block goes to its line", async () => {
    await hands.command("ADLS: Show Canopy");
    const page = await hands.webview("#time .block");
    const block = page.locator("#time .block.line").filter({ hasText: "np.tanh(layer" }).first();
    await block.click();
    await until(async () => (await hands.cursorLine()) === 48, "the cursor on line 48");
    await page.locator("#adjoint .current").first().waitFor();
    assert.deepEqual(refusals, []);
  });

  it("has the figures back after the server was started again", async () => {
    await digits().locator(".view-line").first().click();
    await hands.command("ADLS: Restart Server");
    await until(async () => !(await hands.hints(digits())).size, "the figures to go");
    const found = await hands.someHints(digits());
    assert.match(found.get(LAYER) ?? "", FIGURES);
  });

  it("has figures, adjoint and canopy back after the window was loaded anew", async () => {
    await hands.reload();
    await hands.someHints(digits());
    await (await hands.webview("#time .block")).locator("#title").getByText("loss").waitFor();
    await hands.page.locator('.tab[data-resource-name="loss.py"]').click();
    const adjoint = hands.editor("loss.py");
    await until(
      async () => (await hands.lines(adjoint)).some((line) => /def \w+__(fwd|back)/.test(line)),
      "the adjoint",
    );
  });

  it("follows unsaved edits over two files, and says which figures are stale", async () => {
    const disk = await fs.readFile(path.join(folder, "model.py"), "utf8");
    await hands.openFile("model.py");
    const model = hands.editor("model.py");
    await hands.goToLine(3);
    for (let line = 0; line < 3; line++) await hands.page.keyboard.press("Enter");
    await hands.openFile("loss_of_model.py");
    const loss = hands.editor("loss_of_model.py");
    for (const [line, name] of [
      [13, "loss"],
      [19, "plain"],
    ] as const) {
      await hands.goToLine(line);
      await hands.command("ADLS: Profile Gradient");
      await hands.dismiss(`Gradient of ${name}`);
    }
    const before_ = await hands.someHints(loss);
    assert.match(before_.get("out = layer(x, w)") ?? "", FIGURES);
    assert.match(before_.get("return np.sum(np.exp(w * x))") ?? "", FIGURES);
    await hands.openFile("model.py");
    assert.match((await hands.someHints(model)).get("hidden = x @ w") ?? "", FIGURES);
    assert.equal(await hands.lineNumber(model, "hidden = x @ w"), 8);

    await hands.goToLine(8);
    await hands.page.keyboard.press("End");
    await hands.page.keyboard.type(" + 1.0");
    await hands.hintOf(model, "hidden = x @ w + 1.0", undefined);
    await hands.hintOf(model, "return np.tanh(hidden)", /stale$/);
    await hands.openFile("loss_of_model.py");
    await hands.hintOf(loss, "out = layer(x, w)", /stale$/);
    await hands.hintOf(loss, "return np.sum(np.exp(w * x))", FIGURES);

    await hands.openFile("model.py");
    await until(async () => {
      await hands.page.keyboard.press("Control+z");
      return (await hands.lines(model)).some((line) => /hidden = x @ w(?! \+)/.test(line));
    }, "the edit undone");
    await hands.hintOf(model, "return np.tanh(hidden)", FIGURES);
    await hands.openFile("loss_of_model.py");
    await hands.hintOf(loss, "out = layer(x, w)", FIGURES);
    assert.equal(await fs.readFile(path.join(folder, "model.py"), "utf8"), disk);
  });

  it("offers calls for a function without an example call, and writes the one that was taken", async () => {
    await hands.openFile("bare.py");
    await hands.goToLine(5);
    await hands.command("ADLS: Profile Gradient");
    const rows = await hands.choices();
    assert.ok(
      rows.some((row) => row.includes("energy(np.linspace(0.0, 1.0, 50000))")),
      rows.join(),
    );
    await hands.choose("", "energy(np.linspace");
    await hands.press(hands.notification("Gradient of energy"), "Insert as Comment");
    const bare = hands.editor("bare.py");
    const comment = "# adls: energy(np.linspace(0.0, 1.0, 50000))";
    await until(
      async () => (await hands.lines(bare)).some((line) => line.startsWith(comment)),
      "the comment",
    );
    assert.match((await hands.someHints(bare)).get("return strength * np.sum(np.cos(x))") ?? "", /·/);
  });

  it("reports a program that raises", async () => {
    await hands.openFile("raising.py");
    await hands.goToLine(6);
    await hands.command("ADLS: Profile Gradient");
    await hands.press(hands.notification("the data is bad"), "Show Report");
    await until(async () => /Traceback/.test(await hands.panel()), "the report");
  });
});

describe("a hostile folder", () => {
  let hands: Hands;
  let marks: string;
  steps(() => hands.page);

  before(async () => {
    const folder = path.join(benches.root, "hostile");
    marks = path.join(benches.root, "marks");
    await hostile(folder, marks);
    hands = await open(folder, "model.py", false);
  });

  const looksAround = async () => {
    const model = hands.editor("model.py");
    const said = await hands.hover(hands.line(model, "y = np.tanh(x)").getByText("tanh"), /adjoint of/);
    assert.match(said, /numpy\.tanh/);
    await hands.page.keyboard.press("Escape");
    await model.locator(".codelens-decoration a").filter({ hasText: "show pullback" }).first().click();
    const adjoint = hands.editor("loss.py");
    await until(
      async () => (await hands.lines(adjoint)).some((line) => /loss__back/.test(line)),
      "the adjoint",
    );
    assert.deepEqual(await fs.readdir(marks), []);
  };

  it("has its static views in Restricted Mode, and runs nothing", looksAround);

  it("is not profiled in Restricted Mode", async () => {
    await hands.line(hands.editor("model.py"), "y = np.tanh(x)").click();
    await hands.command("ADLS: Profile Gradient");
    await hands.press(hands.notification("not trusted"), "Manage Workspace Trust");
    assert.deepEqual(await fs.readdir(marks), []);
  });

  it("runs nothing when it is trusted and opened either", async () => {
    await hands.page.getByRole("button", { name: "Trust", exact: true }).first().click();
    await hands.reload();
    await hands.page.locator('.tab[data-resource-name="model.py"]').click();
    await looksAround();
  });
});
