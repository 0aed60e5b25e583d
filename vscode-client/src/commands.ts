/** The commands. From a lens or an action they come with a function, else they are about the cursor's. */

import * as vscode from "vscode";
import { type Adjoints, SCHEME } from "./adjoints";
import type { Canopy } from "./canopy";
import type { Cursor } from "./cursor";
import type { Profiler } from "./profiler";
import type { Subject } from "./protocol";
import type { Server } from "./server";

interface Parts {
  server: Server;
  adjoints: Adjoints;
  canopy: Canopy;
  profiler: Profiler;
  cursor: Cursor;
  sample: () => Promise<void>;
}

export function registerCommands(parts: Parts): vscode.Disposable[] {
  const { server, adjoints, canopy, profiler, cursor, sample } = parts;
  const onFunction = (act: (subject: Subject) => Promise<void>) => async (given: unknown) => {
    const subject = isSubject(given) ? given : await cursor.subject();
    if (subject) await act(subject);
  };
  const commands: Record<string, (given: unknown) => Promise<void>> = {
    "adls.profile": onFunction((subject) => profiler.profile(subject)),
    "adls.showPullback": onFunction((subject) => adjoints.show(subject)),
    "adls.showCanopy": onFunction((subject) => canopy.show(subject)),
    "adls.showCostliest": async () => {
      const uri = cursor.file();
      if (uri) await profiler.showCostliest(uri);
    },
    "adls.clear": async (given) => {
      const uri = cursor.file();
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
