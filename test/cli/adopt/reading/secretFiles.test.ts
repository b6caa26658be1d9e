import { expect, test } from "vitest";
import { adoptText, plainDeployment } from "../manifests.ts";

function adoptWith(mounts: string, volume: string, more = "") {
  const text = plainDeployment
    .replace("          resources:", `          volumeMounts: ${mounts}\n          resources:`)
    .concat(`      volumes: [${volume}]\n`, more);
  const adopted = adoptText(text);
  return { service: adopted.service, rows: adopted.compare(adopted.service).rows };
}

const lost = ({ rows }: ReturnType<typeof adoptWith>) =>
  rows.filter(({ verdict }) => verdict.list === "not carried over").map(({ path }) => path);

test("a key store that a Secret brings stays where the service looks for it, though its keys are not known", () => {
  const adopted = adoptWith(
    "[{ name: keys, mountPath: /etc/keys/, readOnly: true }]",
    "{ name: keys, secret: { secretName: signer-keys, defaultMode: 256 } }",
  );
  expect(adopted.service.secretFiles).toEqual({ "/etc/keys": { secretName: "signer-keys" } });
  expect(lost(adopted)).toEqual([]);
});

test.each([
  [
    "by its key",
    "[{ name: keys, mountPath: /app/store.p12, subPath: keystore.p12 }]",
    "{ name: keys, secret: { secretName: signer-keys } }",
    { "/app/store.p12": { secretName: "signer-keys", key: "keystore.p12" } },
  ],
  [
    "under another name",
    "[{ name: keys, mountPath: /etc/keys }]",
    "{ name: keys, secret: { secretName: signer-keys, items: [{ key: a, path: sub/store.p12 }] } }",
    { "/etc/keys/sub/store.p12": { secretName: "signer-keys", key: "a" } },
  ],
])("a single file is mounted %s", (_, mounts, volume, expected) => {
  const adopted = adoptWith(mounts, volume);
  expect(adopted.service.secretFiles).toEqual(expected);
  expect(lost(adopted)).toEqual([]);
});

test("a Secret that is among the files is known to be read, and its value is never shown", () => {
  const adopted = adoptWith(
    "[{ name: keys, mountPath: /etc/keys }]",
    "{ name: keys, secret: { secretName: signer-keys } }",
    "---\napiVersion: v1\nkind: Secret\nmetadata: { name: signer-keys }\nstringData: { keystore.p12: do-not-print }\n",
  );
  expect(lost(adopted)).toEqual([]);
  expect(JSON.stringify(adopted)).not.toContain("do-not-print");
});

test("a Secret at a path that no description accepts is lost, with what to do", () => {
  const adopted = adoptWith(
    "[{ name: keys, mountPath: /config/keys }]",
    "{ name: keys, secret: { secretName: signer-keys } }",
  );
  expect(adopted.service.secretFiles).toBeUndefined();
  expect(lost(adopted).length).toBe(4);
});
