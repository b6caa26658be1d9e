import { at } from "../../../recorder/registeredResource.ts";
import { holdSecret } from "../reading/secretText.ts";
import {
  clearWords,
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
  siblings,
} from "./fieldOutcome.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container } from "./renderedPod.ts";

/** Rules for one of the three probes; patterns count from the container. */
export function probeRules(probe: string): FieldRule[] {
  const find = (objects: RenderedObjects) => at(container(objects), probe);
  const port = (way: string): FieldRule => [
    `${probe}.${way}.port`,
    (question) =>
      keptIf(
        question,
        (objects) => at(find(objects), way, "port"),
        undefined,
        (value, found) => {
          return found !== undefined && samePort(question, inPodOf(question, value), found);
        },
      ),
  ];
  const fallback = (reason: string): FieldOutcome => notCarriedOver(reason, "set it in transforms.deployment");
  return [
    port("httpGet"),
    port("tcpSocket"),
    port("grpc"),
    [
      `${probe}.httpGet.path`,
      (question) => keptIf(question, (objects) => at(find(objects), "httpGet", "path"), undefined),
    ],
    [
      `${probe}.httpGet.scheme`,
      (question) =>
        question.leaf.value === "HTTP" ? kept : fallback("probes speak HTTP, since the mesh or the Ingress does TLS"),
    ],
    [
      `${probe}.initialDelaySeconds`,
      (question) =>
        question.leaf.value === 0
          ? keptIf(question, (objects) => at(find(objects), "initialDelaySeconds") ?? 0, undefined)
          : undefined,
    ],
    [
      `${probe}.successThreshold`,
      (question) =>
        question.leaf.value === 1
          ? keptIf(question, (objects) => at(find(objects), "successThreshold") ?? 1, undefined)
          : undefined,
    ],
    [
      `${probe}.grpc.service`,
      (question) =>
        question.leaf.value === ""
          ? keptIf(question, (objects) => at(find(objects), "grpc", "service") ?? "", undefined)
          : undefined,
    ],
    [`${probe}.exec.command.[]`, (question) => (holdSecret(siblings(question)) ? clearWords : undefined)],
    [
      `${probe}.*`,
      (question) => {
        const field = String(question.leaf.path.at(-1));
        const same = keptIf(question, (objects) => at(find(objects), field), undefined);
        const value = showRendered(question, (objects) => at(find(objects), field));
        return (
          same ?? (value === "nothing" ? undefined : replacedBy(`${value}: a check must end before the next begins`))
        );
      },
    ],
    [
      `${probe}.**`,
      (question) =>
        keptIf(
          question,
          (objects) => at(find(objects), ...question.leaf.path.slice(6)),
          fallback("a probe names a path, a connection, the gRPC protocol or a command on one of the two ports"),
        ),
    ],
  ];
}

function samePort(question: FieldContext, number: number | undefined, found: unknown): boolean {
  return question.comparison.sites.every(({ objects }) => {
    if (typeof found === "number") return found === number;
    const ports = at(container(objects), "ports");
    return (
      Array.isArray(ports) && ports.some((each) => at(each, "name") === found && at(each, "containerPort") === number)
    );
  });
}

/** The number in the pod of a port's name or number. */
function inPodOf({ comparison }: FieldContext, value: unknown): number | undefined {
  return typeof value === "string" || typeof value === "number" ? comparison.reading.ports.inPod(value) : undefined;
}
