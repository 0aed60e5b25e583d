/** Where things are shown: what is made of a file stands in the column beside it, one thing over the other. */

import * as vscode from "vscode";

export function besideFile(uri: string): vscode.ViewColumn {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri);
  return shown?.viewColumn ? shown.viewColumn + 1 : vscode.ViewColumn.Beside;
}
