import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { at } from "../../recorder/registeredResource.ts";
import { applyToApiServer, askApiServer } from "./apiServer.ts";
import type { ServerProcess } from "./processes.ts";
import type { SiteRecord } from "./siteFolder.ts";
import { until } from "./waiting.ts";

/**
 * The Vault Agent Injector is known by its webhook configuration. No injector runs here, since no container runs either:
 * this one, which calls nobody, stands in for it, so that the program finds what it asks a cluster for.
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
 * Gives a site's API server what operators install in a real cluster before the first deployment: the definitions of the
 * External Secrets Operator's and Gateway API's resources, and what the Vault Agent Injector is known by. Returns when the
 * API server serves them; what is there already is left as it is.
 * @param files the definitions, a YAML file each.
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

/** Whether the API server has registered the definition's versions, by which the program knows what is installed. */
async function hasApiServices(record: SiteRecord, definition: unknown): Promise<boolean> {
  const versions = at(definition, "spec", "versions");
  const served = Array.isArray(versions) ? versions.filter((each) => at(each, "served") === true) : [];
  const group = at(definition, "spec", "group");
  const answers = await Promise.all(
    served.map((each) => askApiServer(record, "GET", `${apiServicesUrl}/${at(each, "name")}.${group}`)),
  );
  return answers.every(({ status }) => status === 200);
}
