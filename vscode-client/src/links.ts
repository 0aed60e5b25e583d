/** The line under the cursor, marked on the other side: in the adjoint from the code, in the code from the adjoint. */

import * as vscode from "vscode";
import { SCHEME, subjectOf } from "./adjoints";
import { linesOf } from "./lines";
import { blocks, lineNow } from "./listings";

export class Links implements vscode.Disposable {
  private readonly mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.wordHighlightBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.wordHighlightForeground"),
  });
  private readonly watched = vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
    vscode.window.onDidChangeVisibleTextEditors(() => {
      if (vscode.window.activeTextEditor) this.follow(vscode.window.activeTextEditor);
    }),
  );

  dispose(): void {
    this.watched.dispose();
    this.mark.dispose();
  }

  private follow(editor: vscode.TextEditor): void {
    const { document, selection } = editor;
    if (editor !== vscode.window.activeTextEditor) return;
    if (document.uri.scheme === SCHEME) this.toCode(editor, selection.active.line);
    else if (document.languageId === "python") this.toAdjoints(editor, selection.active.line);
  }

  private toAdjoints(code: vscode.TextEditor, line: number): void {
    code.setDecorations(this.mark, []);
    for (const adjoint of vscode.window.visibleTextEditors) {
      if (subjectOf(adjoint.document.uri)?.uri !== code.document.uri.toString()) continue;
      const text = linesOf(code.document);
      const found = blocks(linesOf(adjoint.document)).filter((block) => lineNow(text, block) === line);
      this.show(
        adjoint,
        found.map(({ first, last }) => new vscode.Range(first, 0, last, 0)),
      );
    }
  }

  private toCode(adjoint: vscode.TextEditor, line: number): void {
    adjoint.setDecorations(this.mark, []);
    const uri = subjectOf(adjoint.document.uri)?.uri;
    const code = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri);
    if (!code) return;
    const block = blocks(linesOf(adjoint.document)).find(({ first, last }) => first <= line && line <= last);
    const there = block && lineNow(linesOf(code.document), block);
    this.show(code, there === undefined ? [] : [new vscode.Range(there, 0, there, 0)]);
  }

  private show(editor: vscode.TextEditor, ranges: vscode.Range[]): void {
    editor.setDecorations(this.mark, ranges);
    const seen = ranges.some((range) => editor.visibleRanges.some((visible) => visible.intersection(range)));
    if (ranges[0] && !seen) editor.revealRange(ranges[0], vscode.TextEditorRevealType.InCenter);
  }
}
