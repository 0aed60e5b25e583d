/** The language server: started, asked, told of settings, started again. */

import * as path from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { chosenInterpreter } from "./environments";
import { type Found, serverInterpreter } from "./interpreters";
import { airy } from "./markdown";
import type { ServerSettings, Status } from "./protocol";

const GAP = "\u2003"; // between the code and its figures: the editor's own padding is a quarter of a letter
const CONTENT = "workspace/textDocumentContent";

export class Server implements vscode.Disposable {
  readonly output = vscode.window.createOutputChannel("ADLS", { log: true });
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient | undefined> | undefined;
  private readonly statuses = new vscode.EventEmitter<Status>();
  private readonly contents = new vscode.EventEmitter<vscode.Uri>();
  private readonly starts = new vscode.EventEmitter<void>();
  readonly onStatus = this.statuses.event;
  /** A virtual document has another text. */
  readonly onContent = this.contents.event;
  /** A server has come up, the first one or another. */
  readonly onStart = this.starts.event;

  constructor(readonly bundled: string) {}

  async start(): Promise<void> {
    this.starting ??= this.launch();
    await this.starting;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = await this.starting?.catch(() => undefined);
    this.starting = this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.output.warn(`the server did not leave in time: ${error}`);
    }
  }

  /** Ask the server. Undefined where there is none; rejects as the server does. */
  async ask<Answer>(
    method: string,
    parameters: object,
    token?: vscode.CancellationToken,
  ): Promise<Answer | undefined> {
    await this.start();
    // The connection would take an absent token for a second parameter.
    return token
      ? await this.client?.sendRequest<Answer>(method, parameters, token)
      : await this.client?.sendRequest<Answer>(method, parameters);
  }

  /** What a virtual document holds. */
  async content(uri: vscode.Uri): Promise<string> {
    const answer = await this.ask<{ text: string }>(CONTENT, { uri: uri.toString() });
    return answer?.text ?? "# the server is not running\n";
  }

  /** Hear of the progress that is reported with a token. */
  async progress(token: string, report: (message: string) => void): Promise<vscode.Disposable> {
    await this.start();
    const told = (value: { message?: string }) => value.message && report(value.message);
    const method = { method: "$/progress" };
    return (
      this.client?.onProgress(method as never, token, told as never) ?? new vscode.Disposable(() => undefined)
    );
  }

  /** The settings changed, or trust was given. */
  async settingsChanged(): Promise<void> {
    if (this.client?.isRunning()) {
      const told = { adls: await settings() };
      await this.client.sendNotification("workspace/didChangeConfiguration", { settings: told });
    }
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.output.dispose();
  }

  private async launch(): Promise<LanguageClient | undefined> {
    const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const workspace = { folders, trusted: vscode.workspace.isTrusted };
    const found = await serverInterpreter(await chosenInterpreter(), workspace, this.bundled);
    if (found.path === undefined) {
      void this.noInterpreter(found);
      return undefined;
    }
    this.output.info(`server: ${found.path}`);
    const client = new LanguageClient("adls", "ADLS", this.command(found.path), await this.options());
    this.client = client;
    client.onNotification("adls/status", (status: Status) => this.statuses.fire(status));
    client.onDidChangeState(() => client.isRunning() && this.started(client));
    try {
      await client.start();
    } catch (error) {
      this.output.error(`the server did not start: ${error}`);
      this.starting = undefined;
    }
    return client;
  }

  private command(interpreter: string) {
    const start = path.join(this.bundled, "start.py");
    // No environment's packages and no `sitecustomize`: all that the server imports is beside it.
    return { command: interpreter, args: ["-I", "-S", start], options: { cwd: this.bundled } };
  }

  private async options(): Promise<LanguageClientOptions> {
    return {
      documentSelector: [{ scheme: "file", language: "python" }],
      outputChannel: this.output,
      initializationOptions: { ...(await settings()), ownCommands: true },
      errorHandler: this.errors(),
      middleware: {
        provideInlayHints: async (document, range, token, next) => {
          const hints = await next(document, range, token);
          for (const hint of hints ?? []) {
            hint.label = `${GAP}${hint.label}`;
            ventilate(hint.tooltip);
          }
          return hints;
        },
        provideHover: async (document, position, token, next) => {
          const hover = await next(document, position, token);
          hover?.contents.forEach(ventilate);
          return hover;
        },
        workspace: {
          configuration: async ({ items }, token, next) => {
            const answers = await next({ items }, token);
            const ours = await settings();
            return Array.isArray(answers)
              ? answers.map((answer, index) => (items[index]?.section === "adls" ? ours : answer))
              : answers;
          },
        },
      },
    };
  }

  /** A server that dies is started again, quietly; not one that keeps dying. */
  private errors(): ErrorHandler {
    let usual: ErrorHandler | undefined;
    const handler = () => {
      usual ??= this.client?.createDefaultErrorHandler();
      return usual;
    };
    return {
      error: (error, message, count) => handler()?.error(error, message, count) ?? { action: 1 },
      closed: async () => {
        const result = (await handler()?.closed()) ?? { action: CloseAction.DoNotRestart };
        return result.action === CloseAction.Restart ? { ...result, handled: true } : result;
      },
    };
  }

  private started(client: LanguageClient): void {
    for (const provider of client.getFeature(CONTENT)?.getProviders() ?? []) {
      provider.onDidChangeEmitter.event((uri) => this.contents.fire(uri));
    }
    this.starts.fire();
  }

  private async noInterpreter(found: Found): Promise<void> {
    for (const line of found.refused) this.output.warn(line);
    const choose = "Choose Interpreter";
    const message = "ADLS needs Python 3.11 or newer for its language server, and found none.";
    const picked = await vscode.window.showErrorMessage(message, choose, "Show Output");
    if (picked === choose) await chooseInterpreter();
    else if (picked) this.output.show(true);
  }
}

/** Let the user choose: in the Python extension where there is one, else in the settings. */
export async function chooseInterpreter(): Promise<void> {
  const commands = await vscode.commands.getCommands(true);
  if (commands.includes("python.setInterpreter")) {
    await vscode.commands.executeCommand("python.setInterpreter");
  } else {
    await vscode.commands.executeCommand("workbench.action.openSettings", "adls.interpreter");
  }
}

function ventilate(shown: unknown): void {
  if (shown instanceof vscode.MarkdownString) shown.value = airy(shown.value);
}

async function settings(): Promise<ServerSettings> {
  return {
    hints: vscode.workspace.getConfiguration("adls").get("hints", "hot"),
    interpreter: await chosenInterpreter(),
    trusted: vscode.workspace.isTrusted,
  };
}
