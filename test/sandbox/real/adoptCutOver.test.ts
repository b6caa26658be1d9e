import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { placeholderTexts } from "../../../components/catalogue/index.ts";
import { listAt } from "../../../components/kubernetes/index.ts";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { step } from "../../../sandbox/sites/steps.ts";
import { ensureTool } from "../../../sandbox/toolchain/build.ts";
import { kubectl } from "../../../sandbox/toolchain/tools.ts";
import type { Cluster } from "../../support/cluster.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** A landscape that runs, is taken in, and is led over by the printed plan, word by word. */
const landscape = join(import.meta.dirname, "..", "..", "fixtures", "landscape");
const originals = ["gateway", "filing", "payments", "messaging", "data"].map((name) => join(landscape, `${name}.yaml`));
const digest = `@sha256:${"5e".repeat(31)}c4`;

let dc1: LiveSite;
let copy: ProjectCopy;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  copy = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: copy.path("index.ts") });
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gemelos");
  const tool = await ensureTool(kubectl, { cache, step, signal: new AbortController().signal });
  environment = {
    ...process.env,
    KUBECONFIG: dc1.sandbox.kubeconfig,
    PATH: `${dirname(tool.path)}:${process.env["PATH"]}`,
  };
});

afterAll(() => copy.dispose());

/** Runs lines of the plan in one shell, as a person would. */
async function shell(lines: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", lines.join("\n")], {
    env: environment,
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

/** What answers at the entrance, as a controller decides it: the oldest Ingress with that host and path. */
async function readyBehindEntrance(cluster: Cluster, host: string, path: string): Promise<[string, number]> {
  const found = (await cluster.list("Ingress"))
    .toSorted((a, b) => age(a).localeCompare(age(b)))
    .flatMap((ingress) =>
      listAt(ingress, "spec", "rules")
        .filter((rule) => at(rule, "host") === host)
        .flatMap((rule) => listAt(rule, "http", "paths"))
        .filter((each) => at(each, "path") === path)
        .map((each) => ({ namespace: namespaceOf(ingress), name: String(at(each, "backend", "service", "name")) })),
    );
  const [first] = found;
  if (first === undefined) return ["nothing", 0];
  return [`${first.namespace}/${first.name}`, await readyEndpoints(cluster, first.namespace, first.name)];
}

async function readyEndpoints(cluster: Cluster, namespace: string, service: string): Promise<number> {
  const place = `apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${service}`;
  const { body } = await cluster.request("GET", place);
  const endpoints = listAt(body, "items").flatMap((slice) => listAt(slice, "endpoints"));
  return endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === true).length;
}

function age(object: unknown): string {
  return String(at(object, "metadata", "creationTimestamp"));
}

function namespaceOf(object: unknown): string {
  return String(at(object, "metadata", "namespace"));
}

/** Follows the entrance until it is told to stop, and remembers each backend with the fewest ready pods seen behind it. */
function watchEntrance(cluster: Cluster): () => Promise<ReadonlyMap<string, number>> {
  const fewest = new Map<string, number>();
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      const [backend, ready] = await readyBehindEntrance(cluster, "portal.tax.example", "/api");
      fewest.set(backend, Math.min(ready, fewest.get(backend) ?? ready));
    }
  })();
  return async () => {
    stop.abort();
    await watching;
    return fewest;
  };
}

interface Step {
  readonly title: string;
  readonly commands: readonly string[];
}

test("a landscape of thirteen services comes live without a moment in which nobody answers, and leaves nothing old", async () => {
  const { cluster, site } = dc1;
  const context = String(at(JSON.parse(site.stack.config["gemelos:site"] ?? "{}"), "kubernetes", "context"));
  const use = [`CONTEXT=${context}`];
  await shell([
    ...use,
    ...["portal", "portal-payments", "portal-messaging"].map(
      (name) => `kubectl --context "$CONTEXT" create namespace ${name}`,
    ),
    'kubectl --context "$CONTEXT" --namespace portal create secret generic documents-keys --from-literal keystore.p12=not-a-real-one',
    ...originals.map((file) => `kubectl --context "$CONTEXT" apply --filename ${file}`),
    'for PLACE in portal portal-payments portal-messaging; do kubectl --context "$CONTEXT" --namespace "$PLACE" wait deployment --all --for condition=Available --timeout 120s; done',
  ]);

  const namespace = "portal-services";
  const adopt = async (...more: string[]) => {
    const places = [landscape, "--namespace", namespace, "--format", "json", ...more];
    const { code, stdout, stderr } = await copy.run("adopt", ...places);
    expect(stderr).toBe("");
    const said: unknown = JSON.parse(stdout);
    return { code, report: said };
  };
  const first = await adopt();
  expect(first.code).toBe(1);
  // What the run proposes, pasted into both sites' files, with the networks that it cannot know.
  const proposed = backingServices(first.report);
  expect(Object.keys(proposed).sort()).toEqual(["clearing", "filings-db", "kafka", "orders-db", "profiles-cache"]);
  for (const name of ["dc1", "dc2"]) await paste(`Pulumi.${name}.yaml`, proposed);
  // One thing is left that no file can answer: a Secret that the pods mount stays behind in the old namespace.
  const second = await adopt();
  expect(second.code).toBe(1);
  const [behind, ...others] = openFindings(second.report);
  expect(others).toEqual([]);
  expect(at(behind, "what")).toBe("documents-keys");
  const copying = /copy it while the deployment waits for it: (.+); values that/.exec(
    String(at(behind, "remedy")),
  )?.[1];
  const { code, report } = await adopt("--accept-losses");
  expect(code).toBe(0);
  const services = listAt(report, "services").map((each) => String(at(each, "name")));
  expect(services).toHaveLength(13);
  // No file can answer this either, and nothing is deployed without.
  for (const name of services) {
    const text = await copy.read(`services/${name}/index.ts`);
    const described = text.replace(placeholderTexts.description, `The portal's ${name}`);
    await copy.write(`services/${name}/index.ts`, described.replace(placeholderTexts.owner, "team-portal@tax.example"));
  }
  const plan = listAt(report, "cutOver").map(
    (each): Step => ({ title: String(at(each, "title")), commands: listAt(each, "commands").map(String) }),
  );
  expect(plan.map(({ title }) => title)).toEqual([
    "Deploy beside what runs",
    "Smoke test",
    "Switch the entrance",
    "Lead the other callers over",
    "Stop the old pods",
    "Remove the old objects",
  ]);
  const left = listAt(report, "left").filter((each) => at(each, "kind") === "StatefulSet");
  expect(left).toHaveLength(2);

  const entrance = () => readyBehindEntrance(cluster, "portal.tax.example", "/api");
  expect(await entrance()).toEqual(["portal/api-gateway", 3]);
  const stopWatching = watchEntrance(cluster);
  for (const { title, commands } of plan) {
    // A container that answers does not exist here; the engine is the sandbox's.
    const own = commands.filter((line) => !/^npm run|port-forward/.test(line));
    if (title === "Deploy beside what runs") {
      await dc1.succeed("up", {
        fill: "missing",
        configure: ({ releases, site: data }) => {
          for (const name of services) releases[name] = `1.4.0${digest}`;
          Object.assign(data["backingServices"] ?? {}, proposed);
        },
      });
      expect(await entrance()).toEqual(["portal/api-gateway", 3]);
      await shell([`kubectl() { command kubectl --context ${context} "$@"; }`, copying ?? ""]);
      const copied = await cluster.get("Secret", namespace, "documents-keys");
      expect(at(copied, "data", "keystore.p12")).toBe(Buffer.from("not-a-real-one").toString("base64"));
    }
    await shell([...use, ...own]);
  }
  const fewest = await stopWatching();
  console.info(JSON.stringify(Object.fromEntries(fewest)));
  expect([...fewest.keys()]).toEqual(["portal/api-gateway", `${namespace}/api-gateway`]);
  for (const [backend, ready] of fewest) expect(ready, backend).toBeGreaterThanOrEqual(1);

  // Nothing old is left, and nothing else is gone.
  for (const place of ["portal", "portal-payments", "portal-messaging"]) {
    const names = (await cluster.list("Deployment", place)).map((each) => String(at(each, "metadata", "name")));
    expect(names).toEqual(place === "portal" ? ["portal-web", "profiles-cache"] : []);
  }
  const remaining = (await cluster.list("Service", "portal")).map((each) => String(at(each, "metadata", "name")));
  expect(remaining).toEqual(["filings-db", "portal-web", "profiles-cache"]);
  expect(await readyBehindEntrance(cluster, "portal.tax.example", "/")).toEqual(["portal/portal-web", 2]);
});

function openFindings(report: unknown): unknown[] {
  const findings = listAt(report, "services").flatMap((each) => listAt(each, "findings"));
  return findings.filter((each) => at(each, "isLoss") === true);
}

/** The backing services that the run proposes for the sites. */
function backingServices(report: unknown): Record<string, unknown> {
  const entries = at(report, "proposedBackingServices");
  if (!isObject(entries)) throw new Error("nothing is proposed");
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name,
      isObject(entry) && "cidrs" in entry ? { ...entry, cidrs: ["10.9.0.0/28"] } : entry,
    ]),
  );
}

async function paste(file: string, entries: Readonly<Record<string, unknown>>): Promise<void> {
  const document = parseDocument(await copy.read(file));
  for (const [name, entry] of Object.entries(entries)) {
    document.setIn(["config", "gemelos:site", "backingServices", name], entry);
  }
  await copy.write(file, document.toString({ lineWidth: 0 }));
}
