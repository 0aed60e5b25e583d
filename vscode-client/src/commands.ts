/** The commands. From a lens or an action they come with a function, from the palette with the cursor. */

import * as vscode from "vscode";
import { type Adjoints, SCHEME, subjectOf } from "./adjoints";
import type { Canopy } from "./canopy";
import type { Profiler } from "./profiler";
import type { Functions, Subject } from "./protocol";
import type { Server } from "./server";

interface Parts {
  server: Server;
  adjoints: Adjoints;
  canopy: Canopy;
  profiler: Profiler;
  sample: () => Promise<void>;
}

export function registerCommands(parts: Parts): vscode.Disposable[] {
  const { server, adjoints, canopy, profiler, sample } = parts;
  const onFunction = (act: (subject: Subject) => Promise<void>) => async (given: unknown) => {
    const subject = isSubject(given) ? given : await atCursor(parts);
    if (subject) await act(subject);
  };
  const commands: Record<string, (given: unknown) => Promise<void>> = {
    "adls.profile": onFunction((subject) => profiler.profile(subject)),
    "adls.showPullback": onFunction((subject) => adjoints.show(subject)),
    "adls.showCanopy": onFunction((subject) => canopy.show(subject)),
    "adls.showCostliest": async () => {
      const uri = activeFile(canopy);
      if (uri) await profiler.showCostliest(uri);
    },
    "adls.clear": async (given) => {
      const uri = activeFile(canopy);
      const subject = isSubject(given) ? given : uri && { uri, function: "" };
      if (subject) await server.ask("adls/clear", subject);
    },
    "adls.switchView": async (given) => {
      const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      if (uri?.scheme === SCHEME) await adjoints.switchView(uri);
    },
    "adls.restart": () => server.restart(),
    "adls.showOutput": async () => server.output.show(true),
    "adls.openSample": sample,
  };
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(name, (given: unknown) => told(server, run(given))),
  );
}

/** What goes wrong is said in one sentence; the whole of it is in the output. */
async function told(server: Server, done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    server.output.error(error instanceof Error ? error : String(error));
    const said = error instanceof Error ? error.message : String(error);
    const picked = await vscode.window.showErrorMessage(`ADLS: ${said}`, "Show Output");
    if (picked) server.output.show(true);
  }
}

function isSubject(given: unknown): given is Subject {
  const told = given as Partial<Subject> | undefined;
  return !(given instanceof vscode.Uri) && typeof told?.uri === "string" && typeof told.function === "string";
}

/** The file that the active editor shows, or is made of. */
function activeFile(canopy: Canopy): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (!uri) return canopy.subject?.uri;
  return uri.scheme === SCHEME ? subjectOf(uri)?.uri : uri.toString();
}

/** The function around the cursor; where there is none, the one that the file differentiates. */
async function atCursor({ server, canopy }: Parts): Promise<Subject | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return canopy.subject;
  const { uri, languageId } = editor.document;
  if (uri.scheme === SCHEME) return subjectOf(uri);
  if (languageId !== "python") return undefined;
  const asked = { uri: uri.toString(), line: editor.selection.active.line + 1 };
  const found = await server.ask<Functions>("adls/functions", asked);
  const name = found && (found.here || (await pickFunction(found.differentiated)));
  return name ? { uri: asked.uri, function: name } : undefined;
}

async function pickFunction(names: string[]): Promise<string | undefined> {
  if (names.length === 1) return names[0];
  if (names.length > 1) return await vscode.window.showQuickPick(names, { placeHolder: "Which function?" });
  void vscode.window.showInformationMessage("Put the cursor into the function that is meant.");
  return undefined;
}
