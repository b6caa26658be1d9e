import { describe, expect, it } from "vitest";
import { linkVariables, replaceServiceLinks } from "../../../../cli/adopt/references/serviceLinks.ts";

const variables = linkVariables([
  {
    name: "exchange-rates",
    host: "exchange-rates.shop.svc",
    ports: [
      { name: "http", port: 8080 },
      { name: "grpc-web", port: 9090 },
    ],
  },
]);

describe("the variables of Services", () => {
  it("are those that the kubelet sets", () => {
    expect(Object.fromEntries(variables)).toEqual({
      EXCHANGE_RATES_SERVICE_HOST: "exchange-rates.shop.svc",
      EXCHANGE_RATES_SERVICE_PORT: "8080",
      EXCHANGE_RATES_SERVICE_PORT_HTTP: "8080",
      EXCHANGE_RATES_SERVICE_PORT_GRPC_WEB: "9090",
      EXCHANGE_RATES_PORT: "tcp://exchange-rates.shop.svc:8080",
      EXCHANGE_RATES_PORT_8080_TCP: "tcp://exchange-rates.shop.svc:8080",
      EXCHANGE_RATES_PORT_8080_TCP_PROTO: "tcp",
      EXCHANGE_RATES_PORT_8080_TCP_PORT: "8080",
      EXCHANGE_RATES_PORT_8080_TCP_ADDR: "exchange-rates.shop.svc",
      EXCHANGE_RATES_PORT_9090_TCP: "tcp://exchange-rates.shop.svc:9090",
      EXCHANGE_RATES_PORT_9090_TCP_PROTO: "tcp",
      EXCHANGE_RATES_PORT_9090_TCP_PORT: "9090",
      EXCHANGE_RATES_PORT_9090_TCP_ADDR: "exchange-rates.shop.svc",
    });
  });

  it.each([
    [
      "http://$(EXCHANGE_RATES_SERVICE_HOST):$(EXCHANGE_RATES_SERVICE_PORT)/v1",
      "http://exchange-rates.shop.svc:8080/v1",
    ],
    ["url: http://${EXCHANGE_RATES_SERVICE_HOST:localhost}", "url: http://exchange-rates.shop.svc"],
    ["exec java -Dhost=$EXCHANGE_RATES_SERVICE_HOST", "exec java -Dhost=exchange-rates.shop.svc"],
    ["$(EXCHANGE_RATES_PORT_9090_TCP_ADDR)", "exchange-rates.shop.svc"],
  ])("are written out in %s", (text, expected) => {
    expect(replaceServiceLinks(text, variables, new Set()).text).toBe(expected);
  });

  it.each([
    "$$(EXCHANGE_RATES_SERVICE_HOST)",
    "$(KUBERNETES_SERVICE_HOST)",
    "$(DB_PORT) ${SERVER_PORT:8080} $(OWN_SERVICE_HOST)",
  ])("are not seen in %s", (text) =>
    expect(replaceServiceLinks(text, variables, new Set(["OWN_SERVICE_HOST"]))).toEqual({ text, links: new Map() }),
  );

  it("of a Service that nobody knows are told, and stay", () => {
    const text = "http://$(STOCK_SERVICE_HOST):${STOCK_SERVICE_PORT_HTTP}";
    expect(replaceServiceLinks(text, variables, new Set())).toEqual({
      text,
      links: new Map([
        ["$(STOCK_SERVICE_HOST)", undefined],
        ["${STOCK_SERVICE_PORT_HTTP}", undefined],
      ]),
    });
  });
});
