/** What VS Code calls: the parts are made here and told of each other. */

import * as path from "node:path";
import * as vscode from "vscode";
import { Adjoints } from "./adjoints";
import { Canopy } from "./canopy";
import { registerCommands } from "./commands";
import { Cursor } from "./cursor";
import { watchSelection } from "./environments";
import { Links } from "./links";
import { Profiler } from "./profiler";
import { openSample } from "./sample";
import { Server } from "./server";
import { StatusItem } from "./status";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = new Server(path.join(context.extensionPath, "bundled"));
  const canopy = new Canopy(server, vscode.Uri.joinPath(context.extensionUri, "media"));
  const adjoints = new Adjoints(server);
  const profiler = new Profiler(server, adjoints, canopy);
  const cursor = new Cursor(server, canopy);
  const sample = () => openSample(context);
  context.subscriptions.push(
    server,
    canopy,
    adjoints,
    cursor,
    new StatusItem(server),
    new Links(),
    ...registerCommands({ server, adjoints, canopy, profiler, cursor, sample }),
    ...watchSettings(server),
  );
  void server.start();
}

function watchSettings(server: Server): vscode.Disposable[] {
  const changed = () => void server.settingsChanged();
  let selection = watchSelection(changed);
  return [
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("adls") && changed()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      selection = watchSelection(changed);
      changed();
    }),
    new vscode.Disposable(() => void selection.then((watched) => watched.dispose())),
  ];
}
