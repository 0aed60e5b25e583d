/** Any function of any file is profiled by one command, whatever there is to call it with. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { foreign } from "./folders";
import type { Hands } from "./hands";
import { until } from "./workbench";
import { FIGURES, open, steps, type World } from "./world";

export function firstThirtySeconds(world: World): void {
  describe("a function that nobody has differentiated", () => {
    let hands: Hands;
    let folder: string;
    steps(() => hands.page);

    before(async () => {
      folder = path.join(world.benches.root, "foreign");
      await foreign(folder);
      hands = await open(world, folder, "energy.py");
    });
    after(() => hands.page.close());

    const profile = async (file: string, line: number) => {
      await hands.openFile(file);
      await hands.goToLine(line);
      await hands.command("ADLS: Profile Gradient");
    };
    const shows = async (file: string, text: string) => {
      const has = async () => (await hands.lines(hands.editor(file))).some((line) => line.startsWith(text));
      await until(has, `${text} in ${file}`);
    };

    it("is offered the calls of its file, of its tests and of __main__, and keeps the one that is taken", async () => {
      await profile("energy.py", 5);
      const rows = await hands.choices();
      const offered = rows.filter((row) => row.startsWith("energy("));
      assert.match(offered[0] ?? "", /^energy\(np\.linspace\(0\.0, 1\.0, 50000\)\)\s*energy\.py:9/);
      assert.ok(
        offered.some((row) => /energy\(np\.zeros\(7\), strength=3\.0\)\s*test_energy\.py:6/.test(row)),
        rows.join(),
      );
      await hands.choose("", "energy(np.linspace(0.0");
      await hands.press(hands.notification("Gradient of energy"), "Insert as Comment");
      await shows("energy.py", "# adls: energy(np.linspace(0.0, 1.0, 50000))");
      await hands.hintOf(hands.editor("energy.py"), "return strength * np.sum(np.cos(x))", FIGURES);
      await hands.editor("energy.py").locator(".codelens-decoration a").filter({ hasText: "∂" }).waitFor();
    });

    it("is called with arguments made from its annotations", async () => {
      await profile("annotated.py", 7);
      await hands.choose("", /^spread\(np\.linspace\(.*, 0\.5\)/);
      await hands.dismiss("Gradient of spread");
      await hands.hintOf(hands.editor("annotated.py"), "return float(np.sum(centred**2) * scale)", FIGURES);
    });

    it("gets a function where it takes one, and what it can be differentiated by is", async () => {
      await profile("callback.py", 5);
      await hands.choose("", /^\[argnums=1\]: integrate\(lambda x, y: x \* y, np\.linspace\(/);
      await hands.press(hands.notification("Gradient of integrate"), "Insert as Comment");
      await shows("callback.py", "# adls[argnums=1]: integrate(lambda x, y: x * y, np.linspace(");
      await hands.hintOf(hands.editor("callback.py"), "state = state + dt * field(n * dt, state)", FIGURES);
    });

    it("is called as the user writes, where nothing that is offered will do", async () => {
      await profile("annotated.py", 14);
      await hands.choose("", "Write another call");
      await hands.write("Fit(np.ones((8, 3))).loss(np.zeros(3))");
      await hands.press(hands.notification("Gradient of Fit.loss"), "Insert as Comment");
      await shows("annotated.py", "    # adls: Fit(np.ones((8, 3))).loss(np.zeros(3))");
    });
  });

  describe("an interpreter without NumPy", () => {
    let hands: Hands;
    steps(() => hands.page);

    before(async () => {
      const folder = path.join(world.benches.root, "without-numpy");
      await foreign(folder);
      await promisify(execFile)(process.env.ADLS_PYTHON ?? "python3", ["-m", "venv", path.join(folder, "bare")]);
      const settings = { "adls.interpreter": path.join(folder, "bare", "bin", "python") };
      await fs.mkdir(path.join(folder, ".vscode"));
      await fs.writeFile(path.join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
      hands = await open(world, folder, "scripted.py");
    });
    after(() => hands.page.close());

    it("gets it by one button, and the profile goes on", async () => {
      await hands.goToLine(6);
      await hands.command("ADLS: Profile Gradient");
      await hands.press(hands.notification("has no NumPy"), "Install NumPy");
      await hands.notification("Gradient of total").waitFor({ timeout: 180_000 });
      await hands.hintOf(hands.editor("scripted.py"), "return np.sum(np.sin(x))", FIGURES);
    });
  });
}
