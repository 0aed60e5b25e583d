/** Eyes, mouse and keys in a workbench. Its selectors are VS Code's internals: the version is pinned. */

import type { Frame, Locator, Page } from "playwright-core";
import { until } from "./workbench";

const SOME_HINT = /\d(ns|µs|ms|s) ·/;

export class Hands {
  constructor(readonly page: Page) {}

  /** Wait for the workbench; where it asks for trust, answer. */
  async ready(trust?: boolean): Promise<void> {
    await this.page.locator(".monaco-workbench .part.editor").waitFor({ timeout: 90_000 });
    if (trust !== undefined) {
      await this.button(trust ? "Yes, I trust the authors" : "No, I don't trust the authors").click({
        timeout: 60_000,
      });
    }
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name }).first();
  }

  /** Load the window anew, as a user does. */
  async reload(): Promise<void> {
    const gone = this.page.waitForEvent("framenavigated", { predicate: (frame) => !frame.parentFrame() });
    await this.command("Developer: Reload Window");
    await gone;
    await this.ready();
  }

  /** Run a command from the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.choose(`>${title}`, title);
  }

  /** Type into the quick input that is open, or about to open, and take the first row with a text. */
  async choose(typed: string, row: string | RegExp): Promise<void> {
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.waitFor({ timeout: 30_000 });
    // A mouse that rests where the list came up would have a tooltip over the rows.
    await this.page.mouse.move(3, 3);
    if (typed) await input.fill(typed);
    await this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: row }).first().click();
  }

  /** Replace what an input box holds. */
  async write(text: string): Promise<void> {
    await this.page.locator(".quick-input-widget input[type=text]").fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** The rows of the quick input. */
  async choices(): Promise<string[]> {
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    await rows.first().waitFor({ timeout: 30_000 });
    return await rows.allInnerTexts();
  }

  /** The editors on screen, by what is written on their tabs: `digits_mlp.py`. */
  editor(name: string): Locator {
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`);
    return this.page.locator(".editor-group-container").filter({ has: tab }).first();
  }

  /** The lines of an editor that are on screen, from top to bottom, with the hints in them. */
  async lines(editor: Locator): Promise<string[]> {
    const read = (lines: Element[]) =>
      lines
        .map((line) => ({
          top: Number.parseFloat((line as HTMLElement).style.top),
          text: line.textContent ?? "",
        }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text.replaceAll("\u00a0", " "));
    return await editor.locator(".view-lines .view-line").evaluateAll(read);
  }

  /** Each hint with the code that stands before it. */
  async hints(editor: Locator): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const line of await this.lines(editor)) {
      const at = line.search(/(?<!\S)(0|\d[\d.]*(ns|µs|ms|s)) · /);
      if (at > 0) found.set(line.slice(0, at).trim(), line.slice(at).trim());
    }
    return found;
  }

  async someHints(editor: Locator): Promise<Map<string, string>> {
    return await until(async () => {
      const found = await this.hints(editor);
      return [...found.values()].some((hint) => SOME_HINT.test(hint)) && found;
    }, "hints");
  }

  /** Click on a code lens. */
  async lens(editor: Locator, title: string): Promise<void> {
    await editor.locator(".codelens-decoration a").filter({ hasText: title }).first().click();
  }

  line(editor: Locator, code: string): Locator {
    return editor
      .locator(".view-line")
      .filter({ hasText: code.replaceAll(" ", "\u00a0") })
      .first();
  }

  /** Put the mouse on a word and wait for the hover to say something. */
  async hover(word: Locator, wanted: RegExp): Promise<string> {
    const said = async () => {
      const texts = await this.page.locator(".monaco-hover:visible").allInnerTexts();
      return texts.map((text) => text.replace(/[\u00a0\u2003]/g, " ")).find((text) => wanted.test(text));
    };
    return await until(async () => {
      await this.page.mouse.move(3, 3);
      await word.hover();
      return await until(said, "", 3_000).catch(() => undefined);
    }, `a hover with ${wanted}`);
  }

  /** Wait until the hint at the end of a line of code is as wanted; undefined for none. */
  async hintOf(editor: Locator, code: string, wanted: RegExp | undefined): Promise<void> {
    const fits = (hint: string | undefined) => (wanted ? wanted.test(hint ?? "") : hint === undefined);
    await until(
      async () => fits((await this.hints(editor)).get(code)),
      `${wanted ?? "no hint"} after ${code}`,
    );
  }

  /** The number in the margin of a line of code. */
  async lineNumber(editor: Locator, code: string): Promise<number> {
    const top = await this.line(editor, code).evaluate((line) => (line as HTMLElement).style.top);
    const margin = editor
      .locator(".margin-view-overlays > div")
      .filter({ has: this.page.locator(".line-numbers") });
    const rows = await margin.evaluateAll((all) =>
      all.map((row) => ({ top: (row as HTMLElement).style.top, text: row.textContent ?? "" })),
    );
    return Number(rows.find((row) => row.top === top)?.text);
  }

  /** Open a file with a double click in the explorer, and put the keys into it. */
  async openFile(name: string): Promise<void> {
    const row = this.page
      .locator(".explorer-folders-view .monaco-list-row")
      .filter({ hasText: new RegExp(`^\\s*${name.replaceAll(".", "\\.")}\\s*$`) });
    await row.dblclick();
    await this.editor(name).locator(".view-line").first().click();
  }

  /** Close a tab with the cross on it. */
  async closeTab(which: string): Promise<void> {
    const tab = this.page.locator(`.tab${which}`);
    await tab.hover();
    await tab.locator(".codicon-close").click();
    await tab.waitFor({ state: "detached" });
  }

  /** The item of ours in the status bar, once it says something. */
  async statusItem(wanted: RegExp): Promise<string> {
    return await until(async () => {
      const texts = await this.page.locator(".statusbar-item").allInnerTexts();
      return texts.map((text) => text.trim()).find((text) => wanted.test(text));
    }, `${wanted} in the status bar`);
  }

  async dismiss(text: string): Promise<void> {
    const notification = this.notification(text);
    await notification.waitFor({ timeout: 60_000 });
    await notification.hover();
    await notification.getByRole("button", { name: /Clear Notification/ }).click();
    await notification.waitFor({ state: "detached" });
  }

  /** What the panel below the editors says. */
  async panel(): Promise<string> {
    await this.page.locator(".part.panel .monaco-editor").first().hover();
    await this.page.mouse.wheel(0, -5000);
    return (await this.page.locator(".part.panel .view-lines").allInnerTexts())
      .join("\n")
      .replaceAll("\u00a0", " ");
  }

  /** The line number, from 1, that the status bar says the cursor is on. */
  async cursorLine(): Promise<number> {
    const text = await this.page.locator("#status\\.editor\\.selection").innerText();
    return Number(/Ln (\d+)/.exec(text)?.[1]);
  }

  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press("Control+g");
    await this.page.locator(".quick-input-widget input[type=text]").fill(`:${line}`);
    await this.page.keyboard.press("Enter");
    await until(async () => (await this.cursorLine()) === line, `the cursor on line ${line}`);
  }

  /** The notification with a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast").filter({ hasText: text }).last();
  }

  async press(notification: Locator, name: string): Promise<void> {
    await notification.waitFor({ timeout: 60_000 });
    await notification.hover();
    await notification.getByRole("button", { name, exact: true }).click();
  }

  /** The inner frame of a webview, where its page is. */
  async webview(selector: string): Promise<Frame> {
    return await until(async () => {
      for (const frame of this.page.frames()) {
        if (
          await frame
            .locator(selector)
            .count()
            .catch(() => 0)
        )
          return frame;
      }
      return undefined;
    }, `a webview with ${selector}`);
  }
}
