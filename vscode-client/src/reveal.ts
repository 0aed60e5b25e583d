/** Going to a line. */

import * as vscode from "vscode";

/** Show a line, counted from 1, in the column where its file is or was last. */
export async function reveal(uri: vscode.Uri, line: number): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find(
    (each) => each.document.uri.toString() === uri.toString(),
  );
  const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.One;
  const document = await vscode.workspace.openTextDocument(uri);
  const where = document.lineAt(Math.min(Math.max(line, 1), document.lineCount) - 1);
  const at = new vscode.Position(where.lineNumber, where.firstNonWhitespaceCharacterIndex);
  const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: false });
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(where.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
