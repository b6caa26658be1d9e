import { Command, InvalidArgumentError, Option } from "commander";
import { RemoteError, UsageError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print, printError } from "../command/print.ts";
import { terminalWidth } from "../command/table.ts";
import type { Site } from "../components/siteData.ts";
import type { Changed } from "./secrets/change.ts";
import { secretsExamples } from "./secrets/examples.ts";
import type { Target, Wanted } from "./secrets/targets.ts";

interface Options extends Wanted {
  readonly address?: string;
}

/** Manages the secrets of a site's services in its Vault. The token comes from VAULT_TOKEN; no value is ever shown. */
export const command = new Command("secrets").description(
  "Show, fill, rotate and roll back the secrets of a site's services in its Vault. The token comes from VAULT_TOKEN.",
);

const site = () => new Option("--site <name>", "the site").makeOptionMandatory();
const address = () =>
  new Option("--address <url>", "alternative Vault address, such as a tunnel (default: vault.address)").argParser(url);
const noRestart = () =>
  new Option("--no-restart", "leave the pods as they are; restart them later with the command restart");
const one = (described: Command, key = "the key under its secrets") =>
  described
    .addOption(site())
    .option("--service <name>", "the service (default: the site itself, whose only key is registry)")
    .requiredOption("--key <name>", key)
    .addOption(address());

addFormatOptions(command.command("status"), ["table", "wide", "json"])
  .description(
    "Show which secrets exist, their version and age, and who may read them; and how long the certificates of hosts last. Exit code 1 if any is missing or ends soon.",
  )
  .addOption(site())
  .option("--service <name>", "only this service")
  .option("--key <name>", "only this key")
  .addOption(address())
  .action(async (options: Options & { format: "table" | "wide" | "json" }) => {
    const [{ secrets, vault }, { formatStatus, isComplete, readStatus }] = await Promise.all([
      open(options),
      import("./secrets/status.ts"),
    ]);
    const now = new Date();
    const report = await readStatus(secrets, vault, now);
    print(
      options.format === "json"
        ? `${JSON.stringify(report, null, 2)}\n`
        : formatStatus(report, now, options.format === "wide" ? undefined : terminalWidth()),
    );
    process.exitCode = isComplete(report) ? 0 : 1;
  });

one(command.command("put"), "the key under its secrets; with --host, the file with the private key")
  .description(
    "Store a value from standard input or a prompt, and restart running pods; or a host's certificate and key from files.",
  )
  .option("--force", "overwrite a generated secret with a value that already exists elsewhere")
  .addOption(noRestart())
  .option("--host <name>", "the exposed host whose certificate and key are stored")
  .option("--certificate <file>", "with --host: the PEM file with its certificate, and those that signed it")
  .action(async (options: PutOptions) => {
    if (options.host !== undefined || options.certificate !== undefined) return putPair(options);
    const { target, vault, secrets } = await openOne(options);
    const [{ putValue }, { readValueFromPerson }] = await Promise.all([
      import("./secrets/change.ts"),
      import("./secrets/input.ts"),
    ]);
    const value = await readValueFromPerson(`${target.owner} ${target.key}`);
    await report(secrets.site, target, await putValue(target, value, options.force === true, vault), options.restart);
  });

one(command.command("rotate"))
  .description("Generate a new value for a generated secret, keep the old version, and restart the service.")
  .addOption(noRestart())
  .action(async (options: Options & { restart: boolean }) => {
    const { target, vault, secrets } = await openOne(options);
    const { rotateValue } = await import("./secrets/change.ts");
    await report(secrets.site, target, await rotateValue(target, vault), options.restart);
  });

one(command.command("rollback"))
  .description("Restore the value of an older version as a new version, and restart the service.")
  .option("--to <version>", "the version (default: the one before the newest)", wholeNumber)
  .addOption(noRestart())
  .action(async (options: Options & { to?: number; restart: boolean }) => {
    const { target, vault, secrets } = await openOne(options);
    const { rollBackValue } = await import("./secrets/change.ts");
    const changed = await rollBackValue(target, options.to, vault);
    print(`restored the value of version ${changed.restored}\n`);
    await report(secrets.site, target, changed, options.restart);
  });

command
  .command("restart")
  .description("Restart a service's pods with the newest values.")
  .addOption(site())
  .requiredOption("--service <name>", "the service")
  .action(async (options: Wanted) => {
    const { readSecrets } = await import("./secrets/targets.ts");
    const secrets = await readSecrets(options);
    const [target] = secrets.targets;
    if (target === undefined) print(`${options.service} has no secret; nothing is restarted\n`);
    else await restart(secrets.site, target);
  });

command
  .command("set-token-reviewer")
  .description(
    "Configure the login of the cluster's service accounts, with the token with which Vault calls the API server's TokenReview API; read from standard input or a prompt. For an operator of Vault: no printed policy allows it.",
  )
  .addOption(site())
  .addOption(address())
  .action(async (options: Options) => {
    const remedy = "whoever configures the login decides whom Vault believes, so use the token of an operator of Vault";
    const { secrets, vault } = await open(options, remedy);
    const [{ readValueFromPerson }, { loginConfig }] = await Promise.all([
      import("./secrets/input.ts"),
      import("../vaultSetup.ts"),
    ]);
    const token = await readValueFromPerson("the reviewer's token");
    const { vault: own, name } = secrets.site;
    await vault.write(`auth/${own.authMount}/config`, { ...loginConfig(secrets.site), token_reviewer_jwt: token });
    print(`token reviewer JWT set in the Vault of ${name}\n`);
  });

command
  .command("setup")
  .description(
    "Print the shell script with which an operator of Vault sets it up: audit log, mounts, authority, login, policies. Read it, then run it; it can be run again.",
  )
  .addOption(site())
  .addOption(address())
  .action(async (options: Options) => {
    const { secrets, deploymentPolicy } = await readPolicies(options.site);
    const { policyText, setupScript } = await import("../components/vault/index.ts");
    const { vault, ...site } = secrets.site;
    const deployment = policyText(deploymentPolicy(secrets));
    const address = options.address ?? vault.address;
    print(setupScript({ ...site, ...vault, address, site: site.name, deploymentPolicy: deployment }));
  });

command
  .command("policy")
  .description("Print a minimal Vault policy as HCL: for deployments, for these commands, or the one of all services.")
  .addOption(site())
  .addOption(
    new Option("--for <purpose>", "whose policy").choices(["deployment", "secrets", "services"]).default("deployment"),
  )
  .addOption(
    new Option(
      "--accessor <name>",
      "accessor of the site's auth mount, for services (default: Vault is asked, with VAULT_TOKEN)",
    ).argParser(accessor),
  )
  .addOption(address())
  .action(async (options: PolicyOptions) => {
    const { secrets, deploymentPolicy, secretsPolicy } = await readPolicies(options.site);
    const { loginNames, policyText, servicesPolicy } = await import("../components/vault/index.ts");
    if (options.for !== "services") {
      if (options.accessor !== undefined) throw new UsageError("--accessor: is for --for services only");
      print(policyText(options.for === "secrets" ? secretsPolicy(secrets) : deploymentPolicy(secrets)));
      return;
    }
    print(policyText(servicesPolicy(options.accessor ?? (await askAccessor(options)))));
    // Not as a comment in it: Vault would keep that, and the policy would not be the one that is expected.
    printError(`an operator of Vault writes it: ... | vault policy write ${loginNames.services} -\n`);
  });

addExamples(command, { "status --site dc1": "of each command: its own --help has more" });
for (const each of command.commands) addExamples(each, secretsExamples[each.name()] ?? {});

interface PutOptions extends Options {
  readonly force?: true;
  readonly restart: boolean;
  readonly host?: string;
  readonly certificate?: string;
}

/** Stores the certificate and the key of a host. */
async function putPair({ host, certificate, key, force, restart, service, ...options }: PutOptions): Promise<void> {
  if (host === undefined) throw new UsageError("--certificate: is a host's; add --host");
  if (certificate === undefined) throw new UsageError("--host: needs --certificate FILE and --key FILE");
  if (service !== undefined || force === true || !restart) {
    throw new UsageError("--host: goes with --certificate and --key alone, since services share a host");
  }
  const { secrets, vault } = await open(options);
  const [{ putHost, putLines, suppliedHost }, { readHostPair }, { readPem }] = await Promise.all([
    import("./secrets/putHost.ts"),
    import("./secrets/hostPair.ts"),
    import("./secrets/pem.ts"),
  ]);
  const found = suppliedHost(secrets.hosts, host);
  const files = await Promise.all([readPem("--certificate", certificate), readPem("--key", key ?? "")]);
  const now = new Date();
  const pair = readHostPair(found.host, ...files, now);
  print(putLines(secrets.site.name, found, pair, await putHost(found.host, pair, vault), now));
}

interface PolicyOptions extends Options {
  readonly for: "deployment" | "secrets" | "services";
  readonly accessor?: string;
}

async function readPolicies(name: string) {
  const [{ readSecrets }, printed] = await Promise.all([
    import("./secrets/targets.ts"),
    import("./secrets/deploymentPolicy.ts"),
  ]);
  return { ...printed, secrets: await readSecrets({ site: name }) };
}

/** Asks the site's Vault for the accessor of its auth mount. */
async function askAccessor(options: Options): Promise<string> {
  if ((process.env["VAULT_TOKEN"] ?? "") === "") {
    throw new UsageError("VAULT_TOKEN is not set; log in to the site's Vault (vault login), or give --accessor");
  }
  const [{ secrets, vault }, { readAccessor, setupCommand }] = await Promise.all([
    open(options),
    import("../vaultSetup.ts"),
  ]);
  const { name, vault: own } = secrets.site;
  const found = await readAccessor(vault, own.authMount);
  if (found !== undefined) return found;
  throw new UsageError(
    `the Vault of ${name} has no auth mount ${own.authMount}; an operator makes it: ${setupCommand(name)}`,
  );
}

/**
 * Reads the site and the selected secrets, and creates a client for the site's Vault.
 * @param remedy what to do where Vault denies the token; default to compare its policy with that of these commands
 */
async function open(options: Options, remedy?: string) {
  const [{ readSecrets }, { tokenFault }, { VaultClient }] = await Promise.all([
    import("./secrets/targets.ts"),
    import("../vaultClient/token.ts"),
    import("../vaultClient/vaultClient.ts"),
  ]);
  const secrets = await readSecrets(options);
  const token = process.env["VAULT_TOKEN"] ?? "";
  if (token === "")
    throw new UsageError("VAULT_TOKEN is not set; log in to the site's Vault (vault login) and export the token");
  const fault = tokenFault(token);
  if (fault !== undefined) throw new UsageError(`VAULT_TOKEN ${fault}`);
  const { name, file, vault: own } = secrets.site;
  const where = { address: options.address ?? own.address, caCertificate: own.caCertificate };
  const remedyWhenDenied = remedy ?? `compare its policy with npm run secrets -- policy --site ${name} --for secrets`;
  return { secrets, vault: new VaultClient({ site: name, file, token, remedyWhenDenied, ...where }) };
}

async function openOne(options: Options) {
  const { secrets, vault } = await open(options);
  const target = secrets.targets.find(({ service }) => service?.name === options.service);
  if (target === undefined) {
    const owners = secrets.targets.map(({ owner }) => owner).join(", ");
    throw new UsageError(`--service: is missing; ${options.key} is a secret of ${owners}`);
  }
  return { secrets, vault, target };
}

/** Prints the current version and, unless disabled, restarts the pods that still have the previous one. */
async function report(where: Site, target: Target, { version, replaced }: Changed, restarts: boolean): Promise<void> {
  const kept = replaced === 0 ? "" : `; version ${replaced} is kept`;
  print(`${target.owner} ${target.key} is version ${version} in ${where.name}${kept}\n`);
  if (target.service === undefined) {
    print("the External Secrets Operator will sync it to every namespace within 5 minutes\n");
    return;
  }
  if (replaced === 0) return;
  if (restarts) await restart(where, target);
  else print(`its pods keep the old value until you run: ${restartCommand(where, target.owner)}\n`);
}

async function restart(where: Site, { service, owner }: Target): Promise<void> {
  if (service === undefined) return;
  const { restartService } = await import("./secrets/restart.ts");
  try {
    print(`${await restartService(where, service, new Date())}\n`);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    printError(`${owner} was not restarted: ${error.message}. Then: ${restartCommand(where, owner)}\n`);
    process.exitCode = 1;
  }
}

function restartCommand(where: Site, service: string): string {
  return `npm run secrets -- restart --site ${where.name} --service ${service}`;
}

function accessor(value: string): string {
  if (!/^\w[-\w]*$/.test(value)) {
    throw new InvalidArgumentError("It must be a mount's accessor, such as auth_kubernetes_5f7a1c2e.");
  }
  return value;
}

function url(value: string): string {
  if (URL.parse(value)?.protocol !== "https:") throw new InvalidArgumentError("It must be an https URL.");
  return value;
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be the number of a version, 1 or more.");
  return Number(value);
}
