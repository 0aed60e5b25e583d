/** The canopy page in a panel: the HTML of the export under a strict policy, with clicks that lead to lines. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { besideFile } from "./columns";
import { framed, titleOf } from "./page";
import { isGoTo, type Subject } from "./protocol";
import { reveal } from "./reveal";
import type { Server } from "./server";

const TYPE = "adls.canopy";

export class Canopy implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  /** Of what the panel is. */
  subject: Subject | undefined;
  private readonly watched: vscode.Disposable;

  constructor(
    private readonly server: Server,
    private readonly media: vscode.Uri,
  ) {
    this.watched = vscode.window.registerWebviewPanelSerializer(TYPE, {
      deserializeWebviewPanel: async (panel, state: Partial<Subject> | undefined) => {
        this.adopt(panel);
        if (state?.uri) await this.fill({ uri: state.uri, function: state.function ?? "" });
      },
    });
  }

  dispose(): void {
    this.watched.dispose();
    this.panel?.dispose();
  }

  async show(subject: Subject): Promise<void> {
    const html = await this.server.ask<string | null>("adls/canopy", subject);
    if (!html) {
      const what = subject.function ? `${subject.function} has` : "The file has";
      const profile = "Profile Gradient";
      const picked = await vscode.window.showInformationMessage(`${what} no profile yet.`, profile);
      if (picked) await vscode.commands.executeCommand("adls.profile", subject);
      return;
    }
    if (!this.panel) {
      const column = { viewColumn: besideFile(subject.uri), preserveFocus: false };
      this.adopt(vscode.window.createWebviewPanel(TYPE, "Canopy", column, { enableScripts: true }));
    } else {
      this.panel.reveal(undefined, false);
    }
    this.set(subject, html);
  }

  /** The same, while the panel is the active editor. */
  get active(): Subject | undefined {
    return this.panel?.active ? this.subject : undefined;
  }

  /** A run of this file is over: show the new figures where the panel is of it. */
  async refresh(uri: string): Promise<void> {
    if (this.subject?.uri === uri) await this.fill(this.subject);
  }

  private async fill(subject: Subject): Promise<void> {
    const html = await this.server.ask<string | null>("adls/canopy", subject);
    if (html) this.set(subject, html);
  }

  private set(subject: Subject, html: string): void {
    if (!this.panel) return;
    this.subject = subject;
    this.panel.title = titleOf(html);
    this.panel.webview.html = framed(html, randomBytes(18).toString("base64"), subject);
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.media, "canopy-light.svg"),
      dark: vscode.Uri.joinPath(this.media, "canopy-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    panel.webview.onDidReceiveMessage(async (message: unknown) => {
      if (isGoTo(message)) await reveal(vscode.Uri.file(message.file), message.line);
    });
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = this.subject = undefined;
    });
  }
}
