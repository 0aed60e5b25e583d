/** A program of two files, one of them unsaved, and programs that do not end well. */

import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { twoFiles } from "./folders";
import type { Hands } from "./hands";
import { until } from "./workbench";
import { FIGURES, open, steps, type World } from "./world";

export function unsavedEdits(world: World): void {
  describe("a program that is edited", () => {
    let hands: Hands;
    let folder: string;
    steps(() => hands.page);

    before(async () => {
      folder = path.join(world.benches.root, "two-files");
      await twoFiles(folder);
      hands = await open(world, folder);
    });
    after(() => hands.page.close());

    const model = () => hands.editor("model.py");
    const loss = () => hands.editor("loss_of_model.py");

    it("is profiled as it is in the editor, and the disk is left alone", async () => {
      const disk = await fs.readFile(path.join(folder, "model.py"), "utf8");
      await hands.openFile("model.py");
      await hands.goToLine(3);
      for (let line = 0; line < 3; line++) await hands.page.keyboard.press("Enter");
      await hands.openFile("loss_of_model.py");
      for (const [name, line] of Object.entries({ loss: 13, plain: 19 })) {
        await hands.goToLine(line);
        await hands.command("ADLS: Profile Gradient");
        await hands.dismiss(`Gradient of ${name}`);
      }
      const figures = await hands.someHints(loss());
      assert.match(figures.get("out = layer(x, w)") ?? "", FIGURES);
      assert.match(figures.get("return np.sum(np.exp(w * x))") ?? "", FIGURES);
      await hands.openFile("model.py");
      assert.match((await hands.someHints(model())).get("hidden = x @ w") ?? "", FIGURES);
      assert.equal(await hands.lineNumber(model(), "hidden = x @ w"), 8);
      assert.equal(await fs.readFile(path.join(folder, "model.py"), "utf8"), disk);
    });

    it("has stale figures in what depends on an edit, and only there", async () => {
      await hands.goToLine(8);
      await hands.page.keyboard.press("End");
      await hands.page.keyboard.type(" + 1.0");
      await hands.hintOf(model(), "hidden = x @ w + 1.0", undefined);
      await hands.hintOf(model(), "return np.tanh(hidden)", /stale$/);
      await hands.statusItem(/^∂ .* stale$/);
      await hands.openFile("loss_of_model.py");
      await hands.hintOf(loss(), "out = layer(x, w)", /stale$/);
      await hands.hintOf(loss(), "return np.sum(np.exp(w * x))", FIGURES);
    });

    it("has fresh figures again once the edit is undone", async () => {
      await hands.openFile("model.py");
      await until(async () => {
        await hands.page.keyboard.press("Control+z");
        return (await hands.lines(model())).some((line) => /hidden = x @ w(?! \+)/.test(line));
      }, "the edit undone");
      await hands.hintOf(model(), "return np.tanh(hidden)", FIGURES);
      await hands.openFile("loss_of_model.py");
      await hands.hintOf(loss(), "out = layer(x, w)", FIGURES);
    });

    it("lets choose among the adjoints of a helper that ran with several signatures", async () => {
      await hands.openFile("model.py");
      await hands.line(model(), "return 0.1 * np.sum").click();
      await hands.command("ADLS: Show Pullback Code");
      await hands.choose("", /w: f64\[\w+\]/);
      const adjoint = hands.editor("penalty.py");
      await until(async () => (await hands.lines(adjoint)).some((line) => /^def penalty\w*__fwd/.test(line)), "the adjoint");
    });

    it("raises: the report has its traceback", async () => {
      await hands.openFile("raising.py");
      await hands.goToLine(6);
      await hands.command("ADLS: Profile Gradient");
      await hands.press(hands.notification("the data is bad"), "Show Report");
      await until(async () => /raising\.py", line 7[^]*the data is bad/.test(await hands.panel()), "the report");
      await hands.command("View: Hide Panel");
    });

    it("does not end: it is cancelled, and so is what it runs", async () => {
      await hands.openFile("endless.py");
      await hands.goToLine(9);
      await hands.command("ADLS: Profile Gradient");
      const pid = Number(await until(() => fs.readFile(path.join(folder, "pid"), "utf8"), "the program to run"));
      await hands.press(hands.notification("Profiling the gradient of endless"), "Cancel");
      await until(async () => !isRunning(pid), "the program to end");
      await hands.notification("Profiling the gradient").waitFor({ state: "detached" });
    });
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
