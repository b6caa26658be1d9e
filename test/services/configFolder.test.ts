import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfigFolder } from "../../services/configFolder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-config-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: string | Uint8Array = ""): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}

const read = () => readConfigFolder(folder, "services/orders");
const hex = (digits: string) => Buffer.from(digits, "hex");

test("a service without a folder config has no templates", async () => {
  await put("index.ts", "export const orders = 1;");
  expect(await read()).toEqual({ templates: [], diagnostics: [] });
});

test("each file is a template, in the order of their names", async () => {
  await put("config/b.properties", "a=1\n");
  await put("config/a.yaml", "a: ñ\n");
  expect(await read()).toEqual({
    templates: [
      { name: "a.yaml", file: "services/orders/config/a.yaml", text: "a: ñ\n" },
      { name: "b.properties", file: "services/orders/config/b.properties", text: "a=1\n" },
    ],
    diagnostics: [],
  });
});

test("a byte order mark and line ends of Windows are no part of a template", async () => {
  await put("config/a.yaml", "\uFEFFa: 1\r\nb: 2\r\n");
  expect((await read()).templates).toMatchObject([{ text: "a: 1\nb: 2\n" }]);
});

test.each<[name: string, content: string | Uint8Array, says: RegExp]>([
  [".DS_Store", hex("00000001"), /file manager.*delete it, and name it in \.gitignore/],
  ["._application.yaml", hex("00051607"), /file manager.*delete it/],
  ["Thumbs.db", hex("d0cf11e0"), /file manager.*delete it/],
  ["desktop.ini", "[.ShellClassInfo]\n", /file manager.*delete it/],
  ["application.yaml~", "a: 1\n", /copy that an editor .*delete it/],
  [".application.yaml.swp", hex("62302e00"), /copy that an editor .*delete it/],
  ["#application.yaml#", "a: 1\n", /copy that an editor .*delete it/],
  [".#application.yaml", "a: 1\n", /copy that an editor .*delete it/],
  ["application.yaml.bak", "a: 1\n", /copy that an editor .*rename it if it is meant/],
  ["application.yaml.orig", "a: 1\n", /copy that an editor/],
  ["empty.yaml", "", /^is empty; write its content, or delete it$/],
  ["logo.png", hex("89504e470d0a1a0a00"), /^is a picture \(PNG\).*into the image/],
  ["logo.yaml", hex("89504e470d0a1a0a00"), /^is a picture \(PNG\)/],
  ["photo.jpg", hex("ffd8ffe000104a46"), /^is a picture \(JPEG\)/],
  ["terms.pdf", Buffer.concat([Buffer.from("%PDF-1.7\n"), hex("e2e3cfd300")]), /^is a PDF.*into the image/],
  ["app.jar", hex("504b030414000800"), /^is a ZIP, JAR/],
  ["Main.class", hex("cafebabe00000041"), /compiled Java class/],
  ["keys.jks", hex("feedfeed00000002"), /Java key store \(JKS\).*certificate\(\{ keyStorePassword \}\).*secretFiles/],
  ["keys.p12", hex("308209d6020103ff"), /PKCS#12.*secretFiles/],
  ["data.bin", hex("01020004"), /binary file \(it holds zero bytes\).*into the image/],
  ["wide.yaml", Buffer.from("\uFEFFa: 1\n", "utf16le"), /^is not UTF-8 text \(it is UTF-16\); save it as UTF-8$/],
  ["año.yaml", "a: 1\n", /ConfigMap's key; rename it/],
])("%s is told what it is and what to do", async (name, content, says) => {
  await put(`config/${name}`, content);
  await put("config/application.yaml", "a: 1\n");
  expect(await read()).toMatchObject({
    templates: [{ name: "application.yaml" }],
    diagnostics: [{ file: `services/orders/config/${name}`, path: "", message: expect.stringMatching(says) }],
  });
});

test("text in another encoding is told with the place of its first letter that is no UTF-8", async () => {
  await put("config/a.yaml", Buffer.from("a: 1\nb: año\n", "latin1"));
  expect((await read()).diagnostics).toEqual([
    {
      file: "services/orders/config/a.yaml",
      position: { line: 2, column: 5 },
      path: "",
      message: "is not UTF-8 text (it may be ISO-8859-1 or Windows-1252); save it as UTF-8",
    },
  ]);
});

test("a file that no ConfigMap holds is not even read", async () => {
  await put("config/dump.json");
  await truncate(join(folder, "config/dump.json"), 2 ** 40);
  expect((await read()).diagnostics).toMatchObject([
    { file: "services/orders/config/dump.json", message: expect.stringMatching(/1099511627776 bytes.*1048576/) },
  ]);
});

test("a folder and a link in config/ are told apart", async () => {
  await put("config/dev/a.yaml", "a: 1\n");
  await symlink("/etc/hosts", join(folder, "config/link.yaml"));
  expect((await read()).diagnostics).toMatchObject([
    { file: "services/orders/config/dev", message: expect.stringMatching(/no folders|cannot contain folders/) },
    { file: "services/orders/config/link.yaml", message: expect.stringMatching(/symbolic link.*the file itself/) },
  ]);
});

test("a folder config without a file, and a file of that name", async () => {
  await mkdir(join(folder, "config"));
  expect((await read()).diagnostics).toMatchObject([
    { file: "services/orders/config", message: expect.stringMatching(/^holds no file/) },
  ]);
  await rm(join(folder, "config"), { recursive: true });
  await put("config", "a: 1\n");
  expect((await read()).diagnostics).toMatchObject([
    { file: "services/orders/config", message: expect.stringMatching(/must be a folder/) },
  ]);
});

test.each(["application.yaml", "logback.xml", ".env", "Config", "configs", "configuration"])(
  "%s beside the description, which nobody would read",
  async (name) => {
    await (/^\.|\./.test(name) ? put(name, "a: 1\n") : mkdir(join(folder, name)));
    await put("README.md", "Orders\n");
    expect((await read()).diagnostics).toEqual([
      {
        file: `services/orders/${name}`,
        path: "",
        message: "is not read; configuration is in services/orders/config, move it there",
      },
    ]);
  },
);
