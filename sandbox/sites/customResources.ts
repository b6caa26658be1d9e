import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { at } from "../../recorder/registeredResource.ts";
import { applyToApiServer, askApiServer } from "./apiServer.ts";
import type { ServerProcess } from "./processes.ts";
import type { SiteRecord } from "./siteFolder.ts";
import { until } from "./waiting.ts";

/**
 * The program detects the Vault Agent Injector by its webhook configuration. No injector runs here, because no
 * containers run; this webhook configuration without webhooks takes its place.
 */
const injector = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "vault-agent-injector-cfg" },
  webhooks: [],
};

const apiServicesUrl = "apis/apiregistration.k8s.io/v1/apiservices";
const definitionsUrl = "apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/**
 * Installs in a site's API server what operators install in a real cluster before the first deployment: the custom
 * resource definitions of the External Secrets Operator and Gateway API, and the webhook configuration of the Vault
 * Agent Injector. Returns once the API server serves them; existing ones are kept.
 * @param files the definitions, one YAML file each
 */
export async function installCustomResources(
  record: SiteRecord,
  files: readonly string[],
  { servers, signal }: { servers: readonly ServerProcess[]; signal: AbortSignal },
): Promise<void> {
  const definitions = await Promise.all(
    files.map(async (file): Promise<unknown> => parse(await readFile(file, "utf8"))),
  );
  const names = definitions.map((definition) => String(at(definition, "metadata", "name")));
  await Promise.all([
    ...definitions.map((definition, index) =>
      applyToApiServer(record, `${definitionsUrl}/${names[index]}`, definition),
    ),
    applyToApiServer(
      record,
      `apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${injector.metadata.name}`,
      injector,
    ),
  ]);
  for (const name of names) {
    await until(
      `the API server serves ${name}`,
      async () => {
        const { body } = await askApiServer(record, "GET", `${definitionsUrl}/${name}`);
        return (isEstablished(body) && (await hasApiServices(record, body))) || undefined;
      },
      { servers, seconds: 60, signal },
    );
  }
}

function isEstablished(definition: unknown): boolean {
  const conditions = at(definition, "status", "conditions");
  return (
    Array.isArray(conditions) &&
    conditions.some((each) => at(each, "type") === "Established" && at(each, "status") === "True")
  );
}

/** Whether the API server has an APIService for each version; the program uses these to detect what is installed. */
async function hasApiServices(record: SiteRecord, definition: unknown): Promise<boolean> {
  const versions = at(definition, "spec", "versions");
  const served = Array.isArray(versions) ? versions.filter((each) => at(each, "served") === true) : [];
  const group = at(definition, "spec", "group");
  const answers = await Promise.all(
    served.map((each) => askApiServer(record, "GET", `${apiServicesUrl}/${at(each, "name")}.${group}`)),
  );
  return answers.every(({ status }) => status === 200);
}
