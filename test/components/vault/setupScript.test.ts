import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { setupObjects } from "../../../components/vault/setup.ts";
import { setupScript } from "../../../components/vault/setupScript.ts";

const domains = { public: "tax.example", internal: "dc1.tax.example" };
const script = setupScript({
  site: "dc1",
  domains,
  address: "https://vault.dc1.tax.example:8200",
  authMount: "kubernetes-dc1",
  auditLog: "/var/log/vault/audit.log",
  deploymentPolicy: 'path "of/a/$accessor" {\n  capabilities = ["read"]\n}\n',
});

/**
 * Runs the script with a `vault` of this test's own, which writes down its arguments and its input.
 * @param there whether everything that the script makes only once is there already
 */
function run(there: boolean, text = script): { readonly calls: string[]; readonly status: number | null } {
  const stub = `vault() {
    case "$*" in
      *" list") ${there ? "printf 'file/ x\\nservices/ x\\npki/ x\\nkubernetes-dc1/ x\\n'" : ":"} ;;
      "read -field=default"*) ${there ? "echo 1234" : ":"} ;;
      "read -field=accessor"*) echo auth_kubernetes_5f7a1c2e ;;
    esac
    echo "CALL $*" >&2
    case "$*" in *" -") cat >&2 ;; esac
  }
  VAULT_TOKEN=t
  `;
  const { stderr, status } = spawnSync("sh", ["-c", stub + text], { encoding: "utf8" });
  const [, ...calls] = stderr.split("CALL ");
  return { calls, status };
}

describe("the script with which an operator sets a site's Vault up", () => {
  test("logs from the first change on, and makes mounts, authority and login in a new Vault", () => {
    const { calls, status } = run(false);
    expect(status).toBe(0);
    const changes = calls.filter((call) => !/ list|^read/.test(call)).map((call) => call.split("\n")[0]);
    expect(changes.slice(0, 5)).toEqual([
      "audit enable file file_path=/var/log/vault/audit.log",
      "secrets enable -path=services -version=2 kv",
      "secrets enable -path=pki -max-lease-ttl=87600h pki",
      "auth enable -path=kubernetes-dc1 kubernetes",
      "write pki/root/generate/internal common_name=Gemelos services ttl=87600h key_type=ec key_bits=384",
    ]);
  });

  test("writes every object with the accessor of this Vault's own mount, and the deployment's policy", () => {
    const { calls } = run(false);
    for (const { path, data } of setupObjects(
      { vault: { authMount: "kubernetes-dc1" }, domains },
      "auth_kubernetes_5f7a1c2e",
    )) {
      const policy = path.replace("sys/policies/acl/", "");
      const input = calls.find(
        (call) => call.startsWith(`write ${path} -\n`) || call.startsWith(`policy write ${policy} -\n`),
      );
      const written = input?.slice(input.indexOf("\n") + 1) ?? "";
      if ("policy" in data) expect(written).toBe(data.policy);
      else expect(JSON.parse(written)).toEqual(data);
    }
    expect(calls.at(-1)).toMatch(/^policy write gemelos-deployment -\npath "of\/a\/\$accessor"/);
  });

  test("run again, it makes no mount and no second authority, and writes the rest anew", () => {
    const { calls, status } = run(true);
    expect(status).toBe(0);
    expect(calls.filter((call) => / enable |generate/.test(call))).toEqual([]);
    const written = (those: readonly string[]) =>
      those.filter((call) => call.includes("write ") && !call.includes("generate"));
    expect(written(calls)).toEqual(written(run(false).calls));
  });

  test("stops at the first thing that Vault refuses", () => {
    const refused = script.replace("set -eu", 'set -eu\nvault() { echo "CALL $*" >&2; return 1; }');
    const { calls, status } = run(false, refused);
    expect(status).toBe(1);
    expect(calls.some((call) => call.startsWith("write"))).toBe(false);
  });

  test("takes no word of a site's file for a command", () => {
    const auditLog = "/var/log/$(echo${IFS}CALL${IFS}planted>&2)'`id`.log";
    const domain = "$(echo planted)`echo planted`.example";
    const { calls } = run(
      false,
      setupScript({
        ...{ site: "dc1", address: "https://v:1", authMount: "k", auditLog, deploymentPolicy: "" },
        domains: { public: domain, internal: "dc1.tax.example" },
      }),
    );
    expect(calls.find((call) => call.includes("role/gemelos-hosts"))).toContain(`"*.${domain}"`);
    expect(calls).toContain(`audit enable file file_path=${auditLog}\n`);
    expect(calls.filter((call) => call.startsWith("planted"))).toEqual([]);
  });
});
