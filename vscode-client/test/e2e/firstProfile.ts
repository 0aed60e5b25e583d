/** A sample is profiled, and all that can be seen of it is looked at; then the server and the window are started again. */

import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { ordinary } from "./folders";
import type { Hands } from "./hands";
import { until } from "./workbench";
import { FIGURES, open, steps, type World } from "./world";

const LAYER = "return x @ W + b";
const TANH = 'x = np.tanh(layer(x, hidden["W"], hidden["b"]))';
const CALL = "log_probabilities = predict(params, images)";

export function canopyAndAdjoint(world: World): void {
  describe("a sample that is profiled", () => {
    let hands: Hands;
    const refusals: string[] = [];
    steps(() => hands.page);

    before(async () => {
      const folder = path.join(world.benches.root, "samples");
      await ordinary(folder);
      hands = await open(world, folder, "digits_mlp.py");
      hands.page.on("console", (message) => {
        if (/Content.Security.Policy/i.test(message.text())) refusals.push(message.text());
      });
    });
    after(() => hands.page.close());

    const digits = () => hands.editor("digits_mlp.py");
    const isPython = (lines: string[]) => lines.some((line) => /^def \w+__(fwd|back)/.test(line));

    it("shows figures at line ends after a profile of the function around the cursor", async () => {
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
      const row = (await hands.choices()).find((text) => text.includes("digits_mlp.py:37")) ?? "";
      assert.match(row, /return x @ W \+ b/);
      await hands.choose("", "digits_mlp.py:37");
      await until(async () => (await hands.cursorLine()) === 37, "the cursor on line 37");
    });

    it("opens the adjoint and the canopy from the notification of a run", async () => {
      const finished = async () => {
        await hands.line(digits(), CALL).click();
        await hands.goToLine(56);
        await hands.command("ADLS: Profile Gradient");
        return hands.notification("Gradient of loss");
      };
      await hands.press(await finished(), "Pullback");
      await until(async () => isPython(await hands.lines(hands.editor("loss.py"))), "the adjoint");
      await hands.closeTab('[data-resource-name="loss.py"]');
      await hands.press(await finished(), "Canopy");
      await (await hands.webview("#time .block.line")).locator("#title").getByText("loss").waitFor();
      await hands.closeTab('[aria-label*="Gradient of loss"]');
      await hands.line(digits(), CALL).click();
    });

    it("says on hover what the line costs and keeps, and which rule it has", async () => {
      const said = await hands.hover(hands.line(digits(), TANH).getByText("tanh"), /without calls/);
      assert.match(said, /# adjoint of numpy\.tanh\s+d_x = g \* /);
      assert.match(said, /this line\s+\d.*%/);
      assert.match(said, /kept for the backward pass/);
      await hands.page.keyboard.press("Escape");
    });

    it("shows the hints that the settings ask for", async () => {
      const set = async (hints: string) => {
        await hands.command("Preferences: Open Workspace Settings (JSON)");
        await hands.editor("settings.json").locator(".view-line").first().click();
        await hands.page.keyboard.press("Control+a");
        await hands.page.keyboard.insertText(`{ "adls.hints": "${hints}" }`);
        await hands.page.keyboard.press("Control+s");
        await hands.page.locator(".tab.dirty").waitFor({ state: "detached" });
        await hands.command("View: Close Editor");
        await hands.line(digits(), LAYER).waitFor();
      };
      await set("off");
      await until(async () => !(await hands.hints(digits())).size, "the hints to go");
      await set("hot");
      await hands.someHints(digits());
    });

    it("opens the adjoint that ran, from the lens, and its typed IR from the title bar", async () => {
      await hands.lens(digits(), "show pullback");
      const adjoint = hands.editor("loss.py");
      await until(
        async () => (await hands.lines(adjoint)).some((line) => line.startsWith("def loss__back")),
        "the adjoint",
      );
      const switchView = hands.button("Switch between Python and Typed IR");
      await switchView.click();
      await until(async () => {
        const lines = await hands.lines(adjoint);
        return lines.length > 5 && !isPython(lines);
      }, "the IR");
      await switchView.click();
      await until(async () => isPython(await hands.lines(adjoint)), "Python again");
    });

    it("shows the canopy, and a click on a block goes to its line", async () => {
      await hands.command("ADLS: Show Canopy");
      const page = await hands.webview("#time .block");
      await page.locator("#time .block.line").filter({ hasText: "np.tanh(layer" }).first().click();
      await until(async () => (await hands.cursorLine()) === 48, "the cursor on line 48");
      await page.locator("#adjoint .current").first().waitFor();
      await hands.page.locator('.tab[aria-label*="Gradient of loss"]').waitFor();
      assert.deepEqual(refusals, []);
    });

    it("has the figures back after the server was started again", async () => {
      await hands.command("ADLS: Restart Server");
      await until(async () => !(await hands.hints(digits())).size, "the figures to go");
      const found = await hands.someHints(digits());
      assert.match(found.get(LAYER) ?? "", FIGURES);
    });

    it("has figures, adjoint, canopy and costliest lines back after the window was loaded anew", async () => {
      await hands.reload();
      await hands.someHints(digits());
      await (await hands.webview("#time .block")).locator("#title").getByText("loss").waitFor();
      await hands.page.locator('.tab[data-resource-name="loss.py"]').click();
      await until(async () => isPython(await hands.lines(hands.editor("loss.py"))), "the adjoint");
      await hands.page.locator(".statusbar-item").filter({ hasText: /∂ \d/ }).click();
      assert.ok((await hands.choices()).some((row) => row.includes("digits_mlp.py:37")));
      await hands.page.keyboard.press("Escape");
    });
  });
}
