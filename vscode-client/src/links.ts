/** The line under the cursor, marked on the other side: in the adjoint from the code, in the code from the adjoint.
 *
 * A listing heads the statements that come from a line with its number and text: `# 37: return x @ W + b`.
 */

import * as vscode from "vscode";
import { SCHEME, subjectOf } from "./adjoints";

const HEAD = /^\s*# (\d+): (.*)$/;

interface Block {
  /** The line of the code that ran, from 1, and its text. */
  line: number;
  text: string;
  first: number;
  last: number;
}

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
      const found = blocks(adjoint.document).filter((block) => lineNow(code.document, block) === line);
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
    const block = blocks(adjoint.document).find(({ first, last }) => first <= line && line <= last);
    const there = block && lineNow(code.document, block);
    this.show(code, there === undefined ? [] : [new vscode.Range(there, 0, there, 0)]);
  }

  private show(editor: vscode.TextEditor, ranges: vscode.Range[]): void {
    editor.setDecorations(this.mark, ranges);
    const seen = ranges.some((range) => editor.visibleRanges.some((visible) => visible.intersection(range)));
    if (ranges[0] && !seen) editor.revealRange(ranges[0], vscode.TextEditorRevealType.InCenter);
  }
}

/** What a listing has for each line: from a head to the next one, or to the end of the function. */
function blocks(document: vscode.TextDocument): Block[] {
  const found: Block[] = [];
  let open: Block | undefined;
  for (let number = 0; number < document.lineCount; number++) {
    const { text, isEmptyOrWhitespace } = document.lineAt(number);
    const head = HEAD.exec(text);
    if (head) {
      open = { line: Number(head[1]), text: (head[2] ?? "").trim(), first: number, last: number };
      found.push(open);
    } else if (isEmptyOrWhitespace || /^\S/.test(text)) open = undefined;
    else if (open) open.last = number;
  }
  return found;
}

/** Where the line of a block is in the code now, from 0: the nearest one with its text. */
function lineNow(code: vscode.TextDocument, { line, text }: Block): number | undefined {
  const same = (at: number) => at >= 0 && at < code.lineCount && code.lineAt(at).text.trim() === text;
  for (let away = 0; away < code.lineCount; away++) {
    const found = [line - 1 - away, line - 1 + away].find(same);
    if (found !== undefined) return found;
  }
  return undefined;
}
