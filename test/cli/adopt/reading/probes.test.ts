import { describe, expect, it } from "vitest";
import { adoptText } from "../manifests.ts";

function adoptWith(probes: string) {
  return adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - { name: orders, image: "registry.example.org/orders:1", ports: [{ containerPort: 8080 }], ${probes} }
`);
}

describe("a service without liveness and start-up probe, whose start nothing ever ended", () => {
  it("gets at least the time that readiness waits, and the reason is told", () => {
    const { service, notes } = adoptWith("readinessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 300 }");
    expect(service.startupSeconds).toBe(495);
    expect(notes).toContainEqual(
      expect.stringMatching(/^startupSeconds is 495: readiness waits 330 s and nothing ended/),
    );
  });

  it("keeps the component's time where readiness waits less", () => {
    const { service } = adoptWith("readinessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 30 }");
    expect(service.startupSeconds).toBeUndefined();
  });

  it("gets the longest time there is where readiness waits more", () => {
    const { service } = adoptWith("readinessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 9000 }");
    expect(service.startupSeconds).toBe(3600);
  });
});

it("a liveness probe says itself how long a start may take", () => {
  const { service } = adoptWith(
    "readinessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 300 }, livenessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 240 }",
  );
  expect(service.startupSeconds).toBe(270);
});
