/** `make screenshots`: the editor in light and dark, for docs/. */

import * as fs from "node:fs/promises";
import * as path from "node:path";
import { Hands } from "./hands";
import { browser, CLIENT, missing, SAMPLES, until, Workbenches } from "./workbench";

const THEMES = { light: "Default Light Modern", dark: "Default Dark Modern" };
const DOCS = path.join(CLIENT, "..", "docs");

const lacking = missing();
if (lacking) throw new Error(lacking);
const benches = await Workbenches.start({ interpreter: process.env.ADLS_PYTHON ?? "", trust: true });
const chrome = await browser();
try {
  const folder = path.join(benches.root, "samples");
  await fs.cp(SAMPLES, folder, { recursive: true, filter: (name) => !name.includes("__pycache__") });
  for (const [name, theme] of Object.entries(THEMES)) {
    await benches.set({ "workbench.colorTheme": theme, "window.autoDetectColorScheme": false });
    const page = await chrome.newPage({ viewport: { width: 1680, height: 900 } });
    await page.goto(benches.address(folder, "digits_mlp.py"));
    const hands = new Hands(page);
    await hands.ready();
    const code = hands.editor("digits_mlp.py");
    await code.locator(".view-line").first().waitFor({ timeout: 60_000 });
    await hands.goToLine(56);
    await page.keyboard.press("Control+b");
    await hands.command("ADLS: Profile Gradient");
    await hands.dismiss("Gradient of loss");
    await hands.someHints(code);
    await hands.hover(hands.line(code, "x = np.tanh(layer").getByText("tanh"), /without calls/);
    await page.screenshot({ path: path.join(DOCS, `vscode-hover-${name}.png`) });
    await page.keyboard.press("Escape");
    await hands.goToLine(48);
    await hands.command("ADLS: Show Pullback Code");
    const adjoint = hands.editor("predict.py");
    await until(
      async () => (await hands.lines(adjoint)).some((line) => /def predict__/.test(line)),
      "the adjoint",
    );
    await hands.line(code, "x = np.tanh(layer").click();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(DOCS, `vscode-adjoint-${name}.png`) });
    await hands.command("ADLS: Show Canopy");
    await hands.webview("#time .block");
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(DOCS, `vscode-canopy-${name}.png`) });
    await page.close();
  }
} finally {
  await chrome.close();
  await benches.stop();
}
