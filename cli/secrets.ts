import { enableCompileCache } from "node:module";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Site } from "../site.ts";
import { runCommand } from "./internal/command.ts";
import type { Changed } from "./internal/secrets/change.ts";
import type { Target, Wanted } from "./internal/secrets/targets.ts";

enableCompileCache();

interface Options extends Wanted {
  readonly address?: string;
}

/** The secrets of one site's services, in its Vault. VAULT_TOKEN says as whom; no value is ever shown. */
const command = new Command("secrets").description(
  "Show, fill, rotate and roll back the secrets of a site's services in its Vault. The token comes from VAULT_TOKEN.",
);

const site = () => new Option("--site <name>", "the site").makeOptionMandatory();
const address = () =>
  new Option("--address <url>", "another way to the site's Vault, such as a tunnel (default: vault.address)").argParser(
    url,
  );
const noRoll = () => new Option("--no-roll", "leave the pods as they are; roll them later with the command roll");
const one = (described: Command) =>
  described
    .addOption(site())
    .option("--service <name>", "the service (default: the site itself, which has the key registry)")
    .requiredOption("--key <name>", "the key under its secrets")
    .addOption(address());

command
  .command("status")
  .description("What is there, in which version, how old, and who may read it. Exit code 1 where something is missing.")
  .addOption(site())
  .option("--service <name>", "only this service")
  .option("--key <name>", "only this key")
  .addOption(address())
  .addOption(new Option("--format <format>", "form of the report").choices(["table", "json"]).default("table"))
  .action(async (options: Options & { format: "table" | "json" }) => {
    const [{ secrets, vault }, { formatStatus, isComplete, readStatus }] = await Promise.all([
      open(options),
      import("./internal/secrets/status.ts"),
    ]);
    const report = await readStatus(secrets, vault);
    process.stdout.write(
      options.format === "json" ? `${JSON.stringify(report, null, 2)}\n` : formatStatus(report, new Date()),
    );
    process.exitCode = isComplete(report) ? 0 : 1;
  });

one(command.command("put"))
  .description("Write a value that standard input holds, or that you type at a prompt. Pods that run are rolled.")
  .option("--force", "write over a generated secret with a value that exists elsewhere")
  .addOption(noRoll())
  .action(async (options: Options & { force?: true; roll: boolean }) => {
    const { target, vault, secrets } = await openOne(options);
    const [{ putValue }, { readValueFromPerson }] = await Promise.all([
      import("./internal/secrets/change.ts"),
      import("./internal/secrets/input.ts"),
    ]);
    const value = await readValueFromPerson(`${target.owner} ${target.key}`);
    await report(secrets.site, target, await putValue(target, value, options.force === true, vault), options.roll);
  });

one(command.command("rotate"))
  .description("Make a new value of a generated secret, keep the old version, and roll the service.")
  .addOption(noRoll())
  .action(async (options: Options & { roll: boolean }) => {
    const { target, vault, secrets } = await openOne(options);
    const { rotateValue } = await import("./internal/secrets/change.ts");
    await report(secrets.site, target, await rotateValue(target, vault), options.roll);
  });

one(command.command("rollback"))
  .description("Write the value of an older version again, as the newest, and roll the service.")
  .option("--to <version>", "the version (default: the one before the newest)", wholeNumber)
  .addOption(noRoll())
  .action(async (options: Options & { to?: number; roll: boolean }) => {
    const { target, vault, secrets } = await openOne(options);
    const { rollBackValue } = await import("./internal/secrets/change.ts");
    const changed = await rollBackValue(target, options.to, vault);
    process.stdout.write(`version ${changed.restored} is written again\n`);
    await report(secrets.site, target, changed, options.roll);
  });

command
  .command("roll")
  .description("Bring the newest values to a service's pods.")
  .addOption(site())
  .requiredOption("--service <name>", "the service")
  .action(async (options: Wanted) => {
    const { readSecrets } = await import("./internal/secrets/targets.ts");
    const secrets = await readSecrets(options);
    const [target] = secrets.targets;
    if (target === undefined) process.stdout.write(`${options.service} has no secret; nothing is rolled\n`);
    else await roll(secrets.site, target);
  });

command
  .command("reviewer")
  .description(
    "Give Vault the token with which it has service accounts' tokens reviewed; from standard input or a prompt.",
  )
  .addOption(site())
  .addOption(address())
  .action(async (options: Options) => {
    const { secrets, vault } = await open(options);
    const { readValueFromPerson } = await import("./internal/secrets/input.ts");
    const token = await readValueFromPerson("the reviewer's token");
    const { kubernetes, vault: own, name } = secrets.site;
    await vault.write(`auth/${own.authMount}/config`, {
      kubernetes_host: kubernetes.address,
      kubernetes_ca_cert: kubernetes.caCertificate,
      disable_local_ca_jwt: true,
      token_reviewer_jwt: token,
    });
    process.stdout.write(`the Vault of ${name} has tokens reviewed with it from now on\n`);
  });

command
  .command("policy")
  .description("Print the least Vault policy that a deployment needs, or that these commands need, as HCL.")
  .addOption(site())
  .addOption(new Option("--for <purpose>", "whose policy").choices(["deployment", "secrets"]).default("deployment"))
  .action(async (options: Wanted & { for: "deployment" | "secrets" }) => {
    const [{ readSecrets }, { deploymentPolicy, readVaultResources, secretsPolicy }, { policyText }] =
      await Promise.all([
        import("./internal/secrets/targets.ts"),
        import("./internal/secrets/operatorPolicy.ts"),
        import("../components/internal/vaultPolicy.ts"),
      ]);
    const secrets = await readSecrets({ site: options.site });
    const rules =
      options.for === "secrets"
        ? secretsPolicy(secrets)
        : deploymentPolicy(await readVaultResources(options.site), secrets);
    process.stdout.write(policyText(rules));
  });

await runCommand(command);

/** Reads what is wanted, and makes ready to ask the site's Vault. */
async function open(options: Options) {
  const [{ readSecrets, wrong }, { VaultClient }] = await Promise.all([
    import("./internal/secrets/targets.ts"),
    import("./internal/secrets/vaultClient.ts"),
  ]);
  const secrets = await readSecrets(options);
  const token = process.env["VAULT_TOKEN"] ?? "";
  if (token === "")
    throw wrong("VAULT_TOKEN", "is not set; log in to the site's Vault (vault login) and export the token");
  const { name, file, vault: own } = secrets.site;
  const where = { address: options.address ?? own.address, caCertificate: own.caCertificate };
  return { secrets, vault: new VaultClient({ site: name, file, token, ...where }) };
}

async function openOne(options: Options) {
  const { secrets, vault } = await open(options);
  const { wrong } = await import("./internal/secrets/targets.ts");
  const target = secrets.targets.find(({ service }) => service?.name === options.service);
  if (target === undefined) {
    const owners = secrets.targets.map(({ owner }) => owner).join(", ");
    throw wrong("--service", `is missing; ${options.key} is a secret of ${owners}`);
  }
  return { secrets, vault, target };
}

/** Says which version is there now, and brings it to the pods that have the one before. */
async function report(where: Site, target: Target, { version, replaced }: Changed, rolls: boolean): Promise<void> {
  const kept = replaced === 0 ? "" : `; version ${replaced} is kept`;
  process.stdout.write(`${target.owner} ${target.key} is version ${version} in ${where.name}${kept}\n`);
  if (target.service === undefined) {
    process.stdout.write("External Secrets Operator brings it to every namespace within 5 minutes\n");
    return;
  }
  if (replaced === 0) return;
  if (rolls) await roll(where, target);
  else process.stdout.write(`its pods have the old value until ${rollCommand(where, target.owner)}\n`);
}

async function roll(where: Site, { service, owner }: Target): Promise<void> {
  if (service === undefined) return;
  const { RollError, rollService } = await import("./internal/secrets/roll.ts");
  try {
    process.stdout.write(`${await rollService(where, service, new Date())}\n`);
  } catch (error) {
    if (!(error instanceof RollError)) throw error;
    process.stderr.write(`${owner} was not rolled: ${error.message}. Then: ${rollCommand(where, owner)}\n`);
    process.exitCode = 1;
  }
}

function rollCommand(where: Site, service: string): string {
  return `npm run secrets -- roll --site ${where.name} --service ${service}`;
}

function url(value: string): string {
  if (URL.parse(value)?.protocol !== "https:") throw new InvalidArgumentError("It must be an https URL.");
  return value;
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be the number of a version, 1 or more.");
  return Number(value);
}
