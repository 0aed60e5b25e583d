/** Adjoints as read-only files of the scheme `adls`, beside the code.
 *
 * As files, not as bare texts: VS Code brings those back after the window is loaded anew.
 */

import * as vscode from "vscode";
import { namedBy } from "./addresses";
import { besideFile } from "./columns";
import { linesOf } from "./lines";
import { beginningOf } from "./listings";
import type { Pullback, Subject } from "./protocol";
import type { Server } from "./server";

export const SCHEME = "adls";

interface Entry {
  bytes: Uint8Array;
  /** Goes up with each new text: VS Code reads a file again where its time has changed. */
  time: number;
}

export class Adjoints implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly entries = new Map<string, Promise<Entry>>();
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;
  private readonly watched: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.watched = vscode.Disposable.from(
      vscode.workspace.registerFileSystemProvider(SCHEME, this, { isReadonly: true, isCaseSensitive: true }),
      server.onContent((uri) => void this.refresh(uri)),
      server.onStart(() => void this.refreshAll()),
    );
  }

  dispose(): void {
    this.watched.dispose();
  }

  /** Open a function's adjoint beside the code; the user picks where several ran. */
  async show(subject: Subject): Promise<void> {
    const found = (await this.server.ask<Pullback[]>("adls/pullbacks", subject)) ?? [];
    const chosen = found.length > 1 ? await pick(subject, found) : found[0];
    if (!chosen) return;
    const editor = await open(vscode.Uri.parse(chosen.uri), besideFile(subject.uri));
    bringIntoView(editor, subject.function);
  }

  /** From Python to the typed intermediate form and back, in the same place. */
  async switchView(uri: vscode.Uri): Promise<void> {
    const query = new URLSearchParams(uri.query);
    query.set("view", query.get("view") === "ir" ? "python" : "ir");
    await open(uri.with({ query: query.toString() }), vscode.ViewColumn.Active);
  }

  /** Ask anew for a document that may have another text, and say so where it has. */
  async refresh(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    const old = await this.entries.get(key)?.catch(() => undefined);
    if (!old) return;
    const bytes = await this.read(uri);
    if (Buffer.compare(bytes, old.bytes) === 0) return;
    this.entries.set(key, Promise.resolve({ bytes, time: old.time + 1 }));
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  private async refreshAll(): Promise<void> {
    for (const key of this.entries.keys()) await this.refresh(vscode.Uri.parse(key)).catch(() => undefined);
  }

  private async read(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from(await this.server.content(uri), "utf8");
  }

  private entry(uri: vscode.Uri): Promise<Entry> {
    const key = uri.toString();
    let found = this.entries.get(key);
    if (!found) {
      found = this.read(uri).then((bytes) => ({ bytes, time: Date.now() }));
      this.entries.set(key, found);
      found.catch(() => this.entries.delete(key));
    }
    return found;
  }

  // What a file system has to answer

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (!uri.query) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const { bytes, time } = await this.entry(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: time, size: bytes.byteLength };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.entry(uri)).bytes;
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    return new vscode.Disposable(() => {
      // Nobody shows it any more: the next one who does gets it new.
      if (!vscode.workspace.textDocuments.some((each) => each.uri.toString() === uri.toString())) {
        this.entries.delete(uri.toString());
      }
    });
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}

async function open(uri: vscode.Uri, viewColumn: vscode.ViewColumn): Promise<vscode.TextEditor> {
  return await vscode.window.showTextDocument(uri, { viewColumn, preview: true, preserveFocus: false });
}

/** A listing has the functions that are called first: begin at the one that was asked for. */
function bringIntoView(editor: vscode.TextEditor, name: string): void {
  const line = beginningOf(linesOf(editor.document), name);
  if (line === undefined) return;
  const at = new vscode.Position(line, 4);
  editor.selection = new vscode.Selection(at, at);
  const shown = new vscode.Range(Math.max(0, line - 1), 0, line, 0);
  editor.revealRange(shown, vscode.TextEditorRevealType.AtTop);
}

async function pick(subject: Subject, found: Pullback[]): Promise<Pullback | undefined> {
  const placeHolder = `Which adjoint of ${subject.function}?`;
  return await vscode.window.showQuickPick(found, { placeHolder, matchOnDescription: true });
}

/** The function that a document of ours shows. */
export function subjectOf(uri: vscode.Uri): Subject | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const named = uri.scheme === SCHEME ? namedBy(uri.path, folders.length) : undefined;
  if (!named) return undefined;
  const folder = named.folder === undefined ? undefined : folders[named.folder];
  const file = folder ? vscode.Uri.joinPath(folder.uri, named.file) : vscode.Uri.file(named.file);
  return { uri: file.toString(), function: named.function };
}
