/** A real VS Code workbench out of the package `code-server`, with the built extension in it. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

export const CLIENT = path.join(import.meta.dirname, "..", "..", "..");
export const SAMPLES = path.join(CLIENT, "..", "samples");
const VSIX = path.join(CLIENT, "dist", "adls.vsix");
const MAIN = path.join(
  CLIENT,
  ".workbench",
  "node_modules",
  "code-server",
  "lib",
  "vscode",
  "out",
  "server-main.js",
);
const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
  "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars";
const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "files.autoSave": "off",
  "editor.autoClosingBrackets": "never",
  "window.menuBarVisibility": "hidden",
  "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false,
};

/** What is missing to run a workbench; "" where nothing is. */
export function missing(): string {
  if (!existsSync(MAIN)) return `no workbench in ${path.relative(process.cwd(), path.dirname(MAIN))}`;
  if (!existsSync(VSIX)) return `no ${path.relative(process.cwd(), VSIX)}`;
  return installedBrowser() ? "" : "no Chromium (Debian: apt-get install chromium)";
}

function installedBrowser(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return CHROMIUM.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
}

export async function browser(): Promise<Browser> {
  const executablePath = installedBrowser() ?? "";
  return await chromium.launch({ executablePath, args: FLAGS.split(" ") });
}

export interface Options {
  /** The Python that runs programs. */
  interpreter?: string;
  port?: number;
  settings?: object;
  /** Take the folder as trusted without asking. */
  trust?: boolean;
}

/** A server of workbenches, in a folder of its own that goes with it. */
export class Workbenches {
  private constructor(
    private readonly process: ChildProcess,
    readonly root: string,
    readonly port: number,
  ) {}

  static async start(options: Options = {}): Promise<Workbenches> {
    const root = await fs.mkdtemp(path.join(os.tmpdir(), "adls-workbench-"));
    const places = [
      "--server-data-dir",
      path.join(root, "data"),
      "--extensions-dir",
      path.join(root, "extensions"),
    ];
    const common = [MAIN, "--accept-server-license-terms", ...places];
    const env = environment(root);
    await fs.mkdir(path.join(root, "run"), { mode: 0o700 });
    await promisify(execFile)(process.execPath, [...common, "--install-extension", VSIX, "--force"], { env });
    // Port 0: the system picks one, so that nobody else can have taken it meanwhile.
    const listen = ["--host", "127.0.0.1", "--port", String(options.port ?? 0), "--without-connection-token"];
    const quiet = ["--telemetry-level", "off", ...(options.trust ? ["--disable-workspace-trust"] : [])];
    const child = spawn(process.execPath, [...common, ...listen, ...quiet], {
      env,
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    let said = "";
    child.stdout?.on("data", (data) => {
      if (said.length < 10_000) said += data;
    });
    const port = Number(
      await until(async () => {
        if (child.exitCode !== null) throw new Error(`the workbench's server ended with ${child.exitCode}`);
        return /agent listening on (\d+)\n/.exec(said)?.[1];
      }, "the workbench's server to listen"),
    );
    const made = new Workbenches(child, root, port);
    await made.set({ "adls.interpreter": options.interpreter ?? "", ...options.settings });
    await until(
      async () => (await fetch(`http://127.0.0.1:${port}/version`)).ok,
      "the workbench's server to answer",
    );
    return made;
  }

  private settings = {};

  /** The user's settings; a workbench that is open follows at once. */
  async set(settings: object): Promise<void> {
    const folder = path.join(this.root, "data", "data", "User");
    this.settings = { ...this.settings, ...settings };
    await fs.mkdir(folder, { recursive: true });
    await fs.writeFile(path.join(folder, "settings.json"), JSON.stringify({ ...SETTINGS, ...this.settings }));
  }

  /** The address of a workbench on a folder, with a file of it open. */
  address(folder: string, file?: string): string {
    const base = `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(folder)}`;
    if (!file) return base;
    const opened = `vscode-remote://127.0.0.1:${this.port}${path.join(folder, file)}`;
    return `${base}&payload=${encodeURIComponent(JSON.stringify([["openFile", opened]]))}`;
  }

  async stop(): Promise<void> {
    try {
      if (this.process.pid) process.kill(-this.process.pid, "SIGTERM");
    } catch {
      // It has gone by itself.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    try {
      if (this.process.pid) process.kill(-this.process.pid, "SIGKILL");
    } catch {
      // As it should be.
    }
    await fs.rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** No extension gallery, and no cache or environment of whoever runs the tests. */
function environment(root: string): NodeJS.ProcessEnv {
  const own = {
    EXTENSIONS_GALLERY: "{}",
    XDG_RUNTIME_DIR: path.join(root, "run"),
    XDG_CACHE_HOME: path.join(root, "cache"),
    // Linear algebra on one thread: figures that depend less on what else runs here.
    OPENBLAS_NUM_THREADS: "1",
    OMP_NUM_THREADS: "1",
  };
  const { VIRTUAL_ENV: _, ...inherited } = process.env;
  return { ...inherited, ...own };
}

/** A port that nobody listens on: the wanted one where it is free. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  const listens = (port: number) =>
    new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
  if (!(await listens(wanted))) await listens(0);
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** Poll until something holds. Rejects with what was waited for. */
export async function until<T>(
  look: () => Promise<T | undefined | false | null | "">,
  what: string,
  patience = 60_000,
): Promise<T> {
  const end = Date.now() + patience;
  let last = "";
  while (Date.now() < end) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = `: ${error}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${patience / 1000} s for ${what}${last}`);
}
