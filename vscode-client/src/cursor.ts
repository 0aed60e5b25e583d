/** Where the user is: the function that a command without one is about. */

import * as vscode from "vscode";
import { SCHEME, subjectOf } from "./adjoints";
import type { Canopy } from "./canopy";
import type { Functions, Subject } from "./protocol";
import type { Server } from "./server";

export class Cursor implements vscode.Disposable {
  /** The Python file that was edited last: a walkthrough has taken its place on screen. */
  private last: vscode.TextEditor | undefined;
  private readonly watched: vscode.Disposable;

  constructor(
    private readonly server: Server,
    private readonly canopy: Canopy,
  ) {
    this.remember(vscode.window.activeTextEditor);
    this.watched = vscode.window.onDidChangeActiveTextEditor((editor) => this.remember(editor));
  }

  dispose(): void {
    this.watched.dispose();
  }

  /** The file that the active editor shows, or is made of. */
  file(): string | undefined {
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (uri) return uri.scheme === SCHEME ? subjectOf(uri)?.uri : uri.toString();
    return (this.canopy.active ?? this.canopy.subject)?.uri ?? this.last?.document.uri.toString();
  }

  /** The function around the cursor; where there is none, the one that the file differentiates. */
  async subject(): Promise<Subject | undefined> {
    const active = vscode.window.activeTextEditor;
    if (!active && this.canopy.active) return this.canopy.active;
    if (active?.document.uri.scheme === SCHEME) return subjectOf(active.document.uri);
    const editor = active?.document.languageId === "python" ? active : this.last;
    if (!editor) return say("Open a Python file first, and put the cursor into a function.");
    if (editor.document.uri.scheme !== "file") return say("Save this as a file first: what runs is a file.");
    const asked = { uri: editor.document.uri.toString(), line: editor.selection.active.line + 1 };
    const found = await this.server.ask<Functions>("adls/functions", asked);
    const name = found && (found.here || (await pickFunction(found.differentiated)));
    return name ? { uri: asked.uri, function: name } : undefined;
  }

  private remember(editor: vscode.TextEditor | undefined): void {
    if (editor?.document.languageId === "python" && editor.document.uri.scheme === "file") this.last = editor;
  }
}

async function pickFunction(names: string[]): Promise<string | undefined> {
  if (names.length === 1) return names[0];
  if (names.length > 1) return await vscode.window.showQuickPick(names, { placeHolder: "Which function?" });
  return say("Put the cursor into the function that is meant.");
}

function say(message: string): undefined {
  void vscode.window.showInformationMessage(message);
}
