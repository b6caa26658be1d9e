import { expect, test } from "vitest";
import { exceptionNotes } from "../../../cli/preview/exceptionNotes.ts";

/** Two sites with one Service, which has the stated annotations. */
function sites(annotations: Readonly<Record<string, string>>) {
  const metadata = { name: "receipts", labels: { "app.kubernetes.io/name": "receipts" }, annotations };
  const resource = {
    ...{ urn: "urn", type: "kubernetes:core/v1:Service", name: "receipts-service", parent: "", custom: true },
    ...{ provider: "", dependencies: [], options: {}, secrets: [], inputs: { kind: "Service", metadata } },
  };
  return new Map(["dc1", "dc2"].map((site) => [site, { resources: [resource] }]));
}

const open = sites({ "gemelos.dev/security-exception.serviceType": "The mainframe reaches nodes alone" });
const sentence = "receipts has the security exception serviceType: The mainframe reaches nodes alone";

test("a preview names each exception that comes or goes, once for all sites", () => {
  expect(exceptionNotes(sites({}), open)).toEqual([`new: ${sentence}`]);
  expect(exceptionNotes(open, sites({}))).toEqual([`no longer: ${sentence}`]);
  expect(exceptionNotes(open, open)).toEqual([]);
});
