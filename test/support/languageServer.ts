import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What an editor shows: where, from 1, and in which words. */
export interface Shown {
  readonly line: number;
  readonly text: string;
}

/** A message of the Language Server Protocol, as far as it is looked at. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly items?: readonly unknown[]; readonly diagnostics?: unknown[] };
  readonly result?: unknown;
}

const server = fileURLToPath(import.meta.resolve("yaml-language-server/bin/yaml-language-server"));

/** The language server that editors run for YAML files, by its protocol on standard input and output. */
export class LanguageServer {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #diagnostics = new Map<string, (diagnostics: readonly unknown[]) => void>();
  readonly #folder: string;
  #received = Buffer.alloc(0);
  #last = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** Starts a server for the files of a folder, with the settings that an editor has from the start. */
  static async start(folder: string): Promise<LanguageServer> {
    const started = new LanguageServer(folder);
    const rootUri = pathToFileURL(folder).href;
    await started.#ask("initialize", { processId: process.pid, rootUri, capabilities: {} });
    started.#tell("initialized", {});
    return started;
  }

  stop(): void {
    this.#child.kill();
  }

  /** Opens a text as a file of the folder, and returns what is marked as wrong in it. */
  async open(file: string, text: string): Promise<Shown[]> {
    const uri = pathToFileURL(`${this.#folder}/${file}`).href;
    const found = new Promise<readonly unknown[]>((resolve) => this.#diagnostics.set(uri, resolve));
    this.#tell("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    return (await found).map((each) => {
      const { range, message } = each as { range: { start: { line: number } }; message: string };
      return { line: range.start.line + 1, text: message };
    });
  }

  /** The text that appears over a word of an opened file. */
  async hover(file: string, line: number, column: number): Promise<string> {
    const uri = pathToFileURL(`${this.#folder}/${file}`).href;
    const position = { line: line - 1, character: column - 1 };
    const answer = await this.#ask("textDocument/hover", { textDocument: { uri }, position });
    const { contents } = (answer ?? {}) as { contents?: string | { value: string } };
    return typeof contents === "string" ? contents : (contents?.value ?? "");
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const answer = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.#send({ id, method, params });
    return answer;
  }

  #tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, end))?.[1]);
      if (end < 0 || this.#received.length < end + 4 + length) return;
      const body = this.#received.toString("utf8", end + 4, end + 4 + length);
      this.#received = this.#received.subarray(end + 4 + length);
      this.#handle(JSON.parse(body));
    }
  }

  #handle({ id, method, params, result }: Message): void {
    if (method === "textDocument/publishDiagnostics")
      this.#diagnostics.get(params?.uri ?? "")?.(params?.diagnostics ?? []);
    else if (method === "workspace/configuration") this.#send({ id, result: (params?.items ?? []).map(() => null) });
    else if (method !== undefined && id !== undefined) this.#send({ id, result: null });
    else if (id !== undefined) this.#answers.get(id)?.(result);
  }
}
