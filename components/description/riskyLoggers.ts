/** How much a logger may say before what callers sent, or a database's values, stand in the log. */
type Verbosity = "info" | "debug" | "trace";

/**
 * Loggers that write requests, answers, messages or values of statements, each with the first level at which it does: read in
 * the libraries' sources and manuals.
 */
const loggers: Readonly<Record<Verbosity, readonly string[]>> = {
  info: [
    "io.undertow.request.dump",
    "p6spy",
    "org.apache.cxf.services",
    "org.apache.cxf.ext.logging",
    "jdbc.sqltiming",
  ],
  debug: [
    ...["org.springframework.web", "org.springframework.http", "org.springframework.codec", "org.springframework.amqp"],
    ...[
      "org.springframework.kafka",
      "org.springframework.jms",
      "org.springframework.ws",
      "org.springframework.integration",
    ],
    ...["org.springframework.data.mongodb", "org.springframework.cloud.gateway", "org.springframework.messaging"],
    ...["org.apache.http", "org.apache.hc.client5.http", "org.apache.commons.httpclient", "httpclient.wire"],
    ...["org.apache.coyote.http11", "org.apache.catalina.filters.RequestDumperFilter", "org.eclipse.jetty"],
    ...["reactor.netty", "io.netty.handler.logging", "io.grpc.netty", "io.vertx", "okhttp3", "feign", "retrofit2"],
    ...["jdk.httpclient.HttpClient", "jdk.internal.httpclient", "sun.net.www.protocol.http", "javax.net.ssl"],
    ...["io.lettuce.core", "redis.clients.jedis", "org.mongodb.driver", "com.rabbitmq.client", "org.redisson"],
    ...["org.jooq.tools.LoggerListener", "net.ttddyy.dsproxy", "jdbc.sqlonly", "jdbc.resultset", "org.apache.ibatis"],
    ...["com.sun.xml.ws", "com.sun.xml.internal.ws", "org.glassfish.jersey.logging", "org.jboss.resteasy"],
  ],
  trace: [
    ...["org.hibernate.type", "org.hibernate.orm.jdbc.bind", "org.hibernate.orm.jdbc.extract", "org.hibernate.loader"],
    ...["org.springframework.jdbc", "org.springframework.orm", "org.zalando.logbook", "org.postgresql", "oracle.jdbc"],
    ...[
      "com.mysql.cj",
      "org.mariadb.jdbc",
      "com.microsoft.sqlserver.jdbc",
      "org.apache.kafka.clients",
      "org.apache.camel",
    ],
  ],
};

const ranks: Readonly<Record<string, number>> = {
  ...{ info: 1, config: 1 },
  ...{ debug: 2, fine: 2 },
  ...{ trace: 3, finer: 3, finest: 3, all: 3 },
};

const risky = Object.entries(loggers).flatMap(([level, names]) =>
  names.map((name) => ({ name, bound: boundName(name), rank: ranks[level] ?? 0 })),
);

/** `root`, Spring's groups of loggers, and each logger above a risky one, as Spring binds names -> the rank that says too much. */
const above = new Map([
  ["", 2],
  ["root", 2],
  ["web", 2],
  ["sql", 2],
]);
for (const { name, rank } of risky) {
  const parts = name.split(".").slice(0, -1);
  for (const count of parts.keys()) {
    const parent = boundName(parts.slice(0, count + 1).join("."));
    above.set(parent, Math.min(above.get(parent) ?? 3, Math.max(rank, 2)));
  }
}

/**
 * Whether a level lets a logger write what callers send, or values of a database. All that a placeholder may stand for counts:
 * `${LEVEL:DEBUG}` is `DEBUG`.
 * @param logger a logger's name in any spelling that Spring binds, `root`, or a group's name.
 */
export function isRiskyLevel(logger: string, level: string): boolean {
  const rank = Math.max(
    0,
    ...level
      .toLowerCase()
      .split(/[^a-z]+/)
      .map((word) => ranks[word] ?? 0),
  );
  const name = boundName(logger);
  const floor = risky.find(({ bound }) => name.startsWith(bound))?.rank ?? above.get(name);
  return floor !== undefined && rank >= floor;
}

/** A name as Spring compares it: without regard to case, dots, dashes and underscores. */
export function boundName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9*]/g, "");
}
