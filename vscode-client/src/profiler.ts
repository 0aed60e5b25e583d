/** Taking a profile, and what the user is offered after it. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { Adjoints } from "./adjoints";
import { argumentsOf, commentOf } from "./calls";
import type { Canopy } from "./canopy";
import { install } from "./install";
import type { Candidate, CostlyLine, Outcome, Subject } from "./protocol";
import { reveal } from "./reveal";
import { chooseInterpreter, type Server } from "./server";

const WHERE = {
  example: "Example calls",
  file: "In this file",
  main: "Under __main__",
  tests: "In its tests",
  annotations: "Made up from its parameters",
} as const;

const QUICK = 400; // milliseconds in which a run shows no progress: it asks back, or it is over

type Choice = vscode.QuickPickItem & { expression?: string; other?: true };

export class Profiler {
  private runs = 0;

  constructor(
    private readonly server: Server,
    private readonly adjoints: Adjoints,
    private readonly canopy: Canopy,
  ) {}

  async profile(subject: Subject, call = ""): Promise<void> {
    const outcome = await this.run(subject, call);
    if (!outcome) return;
    if (outcome.report) this.server.output.error(outcome.report);
    await this.canopy.refresh(subject.uri);
    await this.tell(subject, outcome, call);
  }

  /** Let the user jump to one of the costliest lines of the newest run that a file has a part in. */
  async showCostliest(uri: string): Promise<void> {
    const lines = await this.server.ask<CostlyLine[]>("adls/costliest", { uri, function: "" });
    if (!lines?.length) {
      void vscode.window.showInformationMessage("There is no profile of this file yet.");
      return;
    }
    const items = lines.map((line) => ({
      label: line.text,
      detail: `${line.figures}\u2003${path.basename(line.path)}:${line.line}`,
      line,
    }));
    const placeHolder = "Costliest lines: forward · backward · kept, without what they call";
    const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
    if (picked) await reveal(vscode.Uri.parse(picked.line.uri), picked.line.line);
  }

  private async run(subject: Subject, call: string): Promise<Outcome | undefined> {
    const cancel = new vscode.CancellationTokenSource();
    const workDoneToken = `adls-client-${++this.runs}`;
    let report = (_: string) => {};
    const heard = await this.server.progress(workDoneToken, (message) => report(message));
    const asked = { ...subject, workDoneToken, ...(call && { call }) };
    const answer = this.server.ask<Outcome>("adls/profile", asked, cancel.token).catch((error) => {
      if (!cancel.token.isCancellationRequested) throw error;
      return undefined;
    });
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Profiling the gradient of ${subject.function || path.basename(vscode.Uri.parse(subject.uri).fsPath)}`,
      cancellable: true,
    };
    try {
      if (await isOver(answer, QUICK)) return await answer;
      return await vscode.window.withProgress(options, async (progress, cancelled) => {
        report = (message) => progress.report({ message });
        cancelled.onCancellationRequested(() => cancel.cancel());
        return await answer;
      });
    } finally {
      heard.dispose();
      cancel.dispose();
    }
  }

  private async tell(subject: Subject, outcome: Outcome, call: string): Promise<void> {
    switch (outcome.outcome) {
      case "finished":
        return await this.finished(subject, outcome, call);
      case "no-call":
        return await this.chooseCall(subject, outcome);
      case "cannot-run":
        return await this.cannotRun(subject, outcome, call);
      case "untrusted":
        return await untrusted(outcome);
      case "interrupted":
        if (outcome.totals?.length) await this.finished(subject, outcome, call);
        return;
      default:
        return await this.failed(subject, outcome);
    }
  }

  private async finished(subject: Subject, outcome: Outcome, call: string): Promise<void> {
    const totals = outcome.totals ?? [];
    const [first] = totals;
    if (!first) {
      void vscode.window.showWarningMessage(outcome.message || "The example call took no gradient.");
      return;
    }
    const said = totals.map((total) => `Gradient of ${total.function}: ${total.text}`).join("; ");
    const note = outcome.outcome === "interrupted" ? " (interrupted)" : "";
    const [lines, pullback, canopy, insert] = ["Costliest Lines", "Pullback", "Canopy", "Insert as Comment"];
    const buttons = [lines, pullback, canopy, ...(call ? [insert] : [])] as string[];
    const picked = await vscode.window.showInformationMessage(`${said}${note}`, ...buttons);
    const about = { uri: subject.uri, function: subject.function || first.function };
    if (picked === lines) await this.showCostliest(subject.uri);
    else if (picked === pullback) await this.adjoints.show(about);
    else if (picked === canopy) await this.canopy.show(about);
    else if (picked === insert) await this.insert(subject, call);
  }

  private async insert(subject: Subject, expression: string): Promise<void> {
    const done = await this.server.ask<boolean>("adls/insertCall", { ...subject, expression });
    if (!done) void vscode.window.showWarningMessage(`Write this above the function: ${commentOf(expression)}`);
  }

  /** The function has no example call: offer what was found, or let the user write one. */
  private async chooseCall(subject: Subject, outcome: Outcome): Promise<void> {
    const calls = outcome.calls ?? [];
    if (!subject.function) {
      void vscode.window.showWarningMessage(outcome.message);
      return;
    }
    const expression = calls.length ? await pickCall(subject, calls) : await typeCall(subject, "");
    if (expression) await this.profile(subject, expression);
  }

  /** The interpreter will not do: one button makes it fit and goes on, another chooses a different one. */
  private async cannotRun(subject: Subject, { message, fix }: Outcome, call: string): Promise<void> {
    const choose = "Choose Interpreter";
    const run = "Install NumPy";
    const [problem = message] = message.split(/: \w+ it with\n/);
    const picked = fix
      ? await vscode.window.showErrorMessage(`${problem}. To install it: ${fix}`, run, choose)
      : await vscode.window.showErrorMessage(message, choose);
    if (picked === choose) await chooseInterpreter();
    else if (picked === run && fix && (await install(fix, this.server.output, this.server.bundled)))
      await this.profile(subject, call);
  }

  private async failed(subject: Subject, outcome: Outcome): Promise<void> {
    const report = "Show Report";
    const lines = "Costliest Lines";
    const buttons = [report, ...(outcome.costliest?.length ? [lines] : [])];
    const picked = await vscode.window.showErrorMessage(outcome.message, ...buttons);
    if (picked === report) this.server.output.show(true);
    else if (picked === lines) await this.showCostliest(subject.uri);
  }
}

async function pickCall(subject: Subject, calls: Candidate[]): Promise<string | undefined> {
  const items: Choice[] = [];
  for (const [where, title] of Object.entries(WHERE)) {
    const found = calls.filter((call) => call.where === where);
    if (found.length) items.push({ label: title, kind: vscode.QuickPickItemKind.Separator });
    for (const call of found) {
      const description = call.line ? `${path.basename(call.path)}:${call.line}` : "";
      items.push({ label: call.expression, description, expression: call.expression });
    }
  }
  items.push({ label: "", kind: vscode.QuickPickItemKind.Separator });
  items.push({ label: "$(edit) Write another call…", other: true, alwaysShow: true });
  const placeHolder = `Which call of ${subject.function} shall be measured?`;
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  return picked?.other ? await typeCall(subject, calls[0]?.expression ?? "") : picked?.expression;
}

async function typeCall(subject: Subject, prefilled: string): Promise<string | undefined> {
  const name = subject.function.split(".").at(-1) ?? subject.function;
  const value = prefilled || `${name}()`;
  const typed = await vscode.window.showInputBox({
    title: `An example call of ${subject.function}`,
    prompt: "It is evaluated among the names of the module.",
    value,
    valueSelection: argumentsOf(value),
    ignoreFocusOut: true,
  });
  return typed?.trim() || undefined;
}

/** Whether something is settled within some milliseconds. */
async function isOver(answer: Promise<unknown>, patience: number): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(resolve, patience, false));
  return await Promise.race([answer.then(() => true), late]);
}

async function untrusted(outcome: Outcome): Promise<void> {
  const manage = "Manage Workspace Trust";
  const picked = await vscode.window.showWarningMessage(outcome.message, manage);
  if (picked) await vscode.commands.executeCommand("workbench.trust.manage");
}
