import { describe, expect, it } from "vitest";
import { adoptService } from "../../../../cli/adopt/adopt.ts";
import { moveSteps } from "../../../../cli/adopt/references/awaitedSecrets.ts";
import { sites } from "../manifests.ts";

function adopt(container: string, namespace?: string, further = "") {
  const text = `
kind: Deployment
metadata: { name: letters, namespace: shop }
spec:
  template:
    spec:
      containers:
        - { name: letters, image: "registry.example.org/letters:1", resources: { requests: { cpu: 500m, memory: 1Gi } }, ${container} }
${further}`;
  const wishes = { name: "letters", namespace, description: undefined, owner: undefined };
  const adopted = adoptService([{ file: "letters.yaml", text }], wishes, { catalogue: [], sites });
  const steps = moveSteps("letters", adopted.awaited, ["dc1", "dc2"]);
  return { ...adopted, steps, ...adopted.compare(adopted.service) };
}

const reference = "env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: letters-db, key: password } } }]";

describe("a secret that a person moves into Vault", () => {
  it("is one that stood in the clear, and the command shows no value", () => {
    const { service, steps, findings } = adopt("env: [{ name: SMTP_PASSWORD, value: planted-hunter2 }]");
    expect(service.secrets).toEqual({
      SMTP_PASSWORD: {
        kind: "supplied",
        description: "What ran before has it in Deployment letters, variable SMTP_PASSWORD",
      },
    });
    expect(steps[0]).toBe(
      'dc1, with kubectl at its cluster: kubectl get deployment letters --namespace shop -o \'jsonpath={.spec.template.spec.containers[?(@.name=="letters")].env[?(@.name=="SMTP_PASSWORD")].value}\' | npm run -s secrets -- put --site dc1 --service letters --key SMTP_PASSWORD --no-restart',
    );
    expect(steps).toHaveLength(2);
    expect(JSON.stringify([service, steps, findings])).not.toContain("planted");
  });

  it("is one that stays behind in a Secret of another namespace", () => {
    const { service, steps } = adopt(reference, "post");
    expect(service.secrets).toMatchObject({ DB_PASSWORD: { kind: "supplied" } });
    expect(steps[0]).toContain(
      "kubectl get secret letters-db --namespace shop -o 'go-template={{index .data \"password\" | base64decode}}' | npm run -s secrets -- put",
    );
  });

  it("is none that is in a Secret of the same namespace", () => {
    const { service, steps } = adopt(reference);
    expect(service.secrets).toEqual({ DB_PASSWORD: { secretName: "letters-db", key: "password" } });
    expect(steps).toEqual([]);
  });

  it("has a key that Vault takes, and reaches the variable under its own name", () => {
    const long = "SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PASSWORD";
    const { service, rows } = adopt(`env: [{ name: ${long}, value: planted-hunter2 }]`);
    const [key = ""] = Object.keys(service.secrets ?? {});
    expect(key.length).toBeLessThanOrEqual(40);
    expect(service.env).toEqual({ [long]: `$(${key})` });
    expect(rows.filter(({ verdict }) => verdict.list === "not carried over")).toEqual([]);
  });

  it("is known by its key's name, and no word that is a name elsewhere is taken for it", () => {
    const secret =
      "---\nkind: Secret\nmetadata: { name: letters-db }\nstringData: { DB_USER: letters, DB_PASSWORD: letters }";
    const { service, rows } = adopt(
      "env: [{ name: DB_NAME, value: letters }, { name: STYLE, value: token bucket }], envFrom: [{ secretRef: { name: letters-db } }]",
      undefined,
      secret,
    );
    expect(service.env).toEqual({ DB_NAME: "letters", STYLE: "token bucket" });
    const hidden = rows.filter(({ value }) => value === "[secret]").map(({ object, path }) => `${object} ${path}`);
    expect(hidden).toEqual(["Secret/letters-db stringData.DB_USER", "Secret/letters-db stringData.DB_PASSWORD"]);
  });
});
