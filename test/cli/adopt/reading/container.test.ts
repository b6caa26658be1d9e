import { expect, it } from "vitest";
import { stringify } from "yaml";
import { adoptText } from "../manifests.ts";

/** The image that is adopted for the Java service's, of a pod with these containers. */
function chosen(...containers: object[]): string | undefined {
  const text = stringify({
    kind: "Deployment",
    metadata: { name: "orders" },
    spec: { template: { metadata: { labels: { app: "orders" } }, spec: { containers } } },
  });
  const service = stringify({
    kind: "Service",
    metadata: { name: "orders" },
    spec: { selector: { app: "orders" }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  return adoptText(`${text}---\n${service}`).service.image ?? "orders";
}

const listening = { ports: [{ containerPort: 8080 }] };

it.each([
  [
    "that runs java",
    [
      { name: "a", image: "first" },
      { name: "b", image: "second", command: ["java", "-jar", "/second.jar"] },
    ],
    "second",
  ],
  [
    "whose image speaks of a JRE",
    [
      { name: "a", image: "first", ...listening },
      { name: "b", image: "eclipse-temurin/second:21-jre" },
    ],
    "eclipse-temurin/second",
  ],
  [
    "that has Java's variables",
    [
      { name: "a", image: "nginx", ...listening },
      { name: "b", image: "second", env: [{ name: "JAVA_OPTS", value: "-Xss1m" }] },
    ],
    "second",
  ],
  [
    "that has the service's name",
    [
      { name: "a", image: "first", ...listening },
      { name: "orders", image: "second" },
    ],
    "second",
  ],
  [
    "that the Service reaches",
    [
      { name: "a", image: "first" },
      { name: "b", image: "second", ...listening },
    ],
    "second",
  ],
  [
    "that comes first, where nothing else tells",
    [
      { name: "a", image: "first" },
      { name: "b", image: "second" },
    ],
    "first",
  ],
  [
    "that is no proxy",
    [
      { name: "istio-proxy", image: "istio/proxyv2" },
      { name: "b", image: "second" },
    ],
    "second",
  ],
])("the Java container is the one %s", (_, containers, image) => {
  expect(chosen(...containers)).toBe(image);
});
