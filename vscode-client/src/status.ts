/** The item in the status bar: what the gradient that has lines in the active editor costs in all. */

import * as vscode from "vscode";
import { subjectOf } from "./adjoints";
import type { Status } from "./protocol";
import type { Server } from "./server";

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("adls.total", vscode.StatusBarAlignment.Left, 50);
  private readonly known = new Map<string, Status>();
  private readonly watched: vscode.Disposable;

  constructor(server: Server) {
    this.item.name = "ADLS: total of the gradient";
    this.watched = vscode.Disposable.from(
      server.onStatus((status) => this.take(status)),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
      vscode.workspace.onDidCloseTextDocument((document) => this.known.delete(document.uri.toString())),
    );
  }

  dispose(): void {
    this.item.dispose();
    this.watched.dispose();
  }

  private take(status: Status): void {
    this.known.set(vscode.Uri.parse(status.uri).toString(), status);
    this.show();
  }

  private show(): void {
    // A webview or an output has no text editor: what was shown before stays.
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (!uri) return;
    const status = this.known.get(subjectOf(uri)?.uri ?? uri.toString());
    if (!status?.text) {
      this.item.hide();
      return;
    }
    this.item.text = status.running ? `$(loading~spin) ${status.text}` : status.text;
    this.item.tooltip = status.running ? status.tooltip : `${status.tooltip}\nClick for the costliest lines`;
    this.item.command = status.running ? "adls.showOutput" : "adls.showCostliest";
    this.item.show();
  }
}
