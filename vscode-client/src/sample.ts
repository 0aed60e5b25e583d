/** The walkthrough's sample: a copy of one's own, to edit. */

import * as vscode from "vscode";

export async function openSample(context: vscode.ExtensionContext): Promise<void> {
  const mine = vscode.Uri.joinPath(context.globalStorageUri, "sample", "first_gradient.py");
  const original = vscode.Uri.joinPath(context.extensionUri, "media", "sample", "first_gradient.py");
  try {
    await vscode.workspace.fs.stat(mine);
  } catch {
    await vscode.workspace.fs.copy(original, mine, { overwrite: true });
  }
  // Beside the walkthrough, where that is what is on screen.
  const viewColumn = vscode.window.activeTextEditor ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(mine, { viewColumn, preview: false });
}
