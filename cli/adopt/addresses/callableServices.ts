import type { CatalogueService } from "../../../components/catalogue/index.ts";
import { type ResolvedMicroservice, resolveMicroservice } from "../../../components/description/index.ts";
import { listAt } from "../../../components/kubernetes/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { serviceHost } from "../../../components/vault/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import type { Survey } from "../reading/survey.ts";
import type { CallableService } from "./addressBook.ts";

/** The services of the catalogue that others may call. */
export function catalogueServices(catalogue: readonly CatalogueService[]): CallableService[] {
  return catalogue.flatMap(({ service }) => {
    const { name, namespace } = service;
    return callable(service, [{ name, namespace }], () => []);
  });
}

/** A service of the run that others may call; none where it listens on no port. */
export function runService(originals: SourceManifests, name: string, { namespace, ports }: Survey): CallableService[] {
  const services = originals.documents.filter(({ kind }) => kind === "Service");
  const { deployment } = originals;
  const names = [deployment.document, ...services].map((document) => ({
    name: document.name,
    namespace: document.namespace === "" ? deployment.content.metadata.namespace : document.namespace,
  }));
  const description: Microservice = {
    ...{ name, namespace, description: name, owner: name },
    resources: { requests: { cpu: "1", memory: "1Gi" } },
    ports: ports.stated,
  };
  const leadingTo = (number: number) =>
    services
      .flatMap(({ object }) => listAt(object, "spec", "ports"))
      .flatMap((port) => {
        const stated = at(port, "port");
        const target = at(port, "targetPort") ?? stated;
        const isReference = typeof target === "string" || typeof target === "number";
        return typeof stated === "number" && isReference && ports.inPod(target) === number ? [stated] : [];
      });
  return callable(resolveMicroservice(description), names, leadingTo);
}

function callable(
  { source, name, namespace, tls, ports, cardholderData }: ResolvedMicroservice,
  names: CallableService["names"],
  leadingTo: (port: number) => readonly number[],
): CallableService[] {
  if (ports === undefined) return [];
  const { http, grpc } = ports;
  const url = `${tls ? "https" : "http"}://${serviceHost({ name, namespace })}:${http}`;
  return [
    {
      ...{ name, namespace, url, names, cardholderData, description: source },
      ports: new Set([http, ...leadingTo(http)]),
      grpcPorts: new Set(grpc === undefined ? [] : [grpc, ...leadingTo(grpc)]),
      grpcPort: grpc,
    },
  ];
}
