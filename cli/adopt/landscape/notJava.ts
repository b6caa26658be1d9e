// What people run beside their Java services, by its usual names: official images and their well-known rebuilds.

/** Products that run from an image of their own name. Some are written in Java, and are nobody's own service. */
const products =
  "postgres postgresql postgis pgbouncer pgadmin pgadmin4 timescaledb mysql mariadb percona mongo mongodb mongo-express redis redis-stack valkey keydb dragonfly memcached rabbitmq nats nats-streaming mosquitto emqx nginx nginx-unprivileged httpd apache caddy haproxy traefik envoy varnish squid kafka kafka-ui zookeeper schema-registry kafka-connect ksqldb-server kafdrop akhq elasticsearch opensearch kibana logstash solr cassandra scylla neo4j couchdb couchbase influxdb influxdb2 clickhouse clickhouse-server cockroach etcd consul vault minio mssql server oracle-xe oracle-free db2 h2 adminer phpmyadmin grafana prometheus alertmanager loki promtail tempo jaeger all-in-one zipkin opentelemetry-collector opentelemetry-collector-contrib otel-collector fluentd fluent-bit filebeat metricbeat keycloak oauth2-proxy dex jenkins sonarqube nexus nexus3 artifactory gitea gitlab registry activemq activemq-artemis artemis pulsar mailhog mailpit maildev wiremock wordpress drupal ghost nextcloud busybox alpine ubuntu debian curl kubectl bitnami-shell statsd flink spark airflow superset metabase hazelcast ignite";
const known = new Set(products.split(" "));

const languages =
  /^(node|nodejs|nextjs|nuxt|npm|python|python3|django|flask|fastapi|uvicorn|gunicorn|php|laravel|symfony|ruby|rails|golang|go|dotnet|aspnet|aspnetcore|netcore|csharp|rust|erlang|elixir|deno|bun|angular|react|vue|svelte|frontend|nginx|httpd)$/;

/** What stands beside a service in its pod, by its container's name or image. */
export const sidecar =
  /(istio|envoy|linkerd|proxy|nginx|haproxy|fluent|filebeat|logstash|promtail|vault-agent|exporter|otel|collector|cloudsql|oauth2|jaeger-agent|statsd)/i;

/**
 * The product that an image is; undefined for an image of somebody's own.
 * @param parts of the repository: `["bitnami", "postgresql"]`
 */
export function product(parts: readonly string[]): string | undefined {
  const last = (parts.at(-1) ?? "").toLowerCase();
  // Confluent's images are cp-kafka and so on; Microsoft's database is mssql/server.
  const name = last.replace(/^cp-/, "");
  if (name === "server" && parts.at(-2) !== "mssql") return undefined;
  return known.has(name) || /-exporter$|_exporter$/.test(name) ? last : undefined;
}

/** Another language, or a server of static files, in the words of an image's own name. */
export function otherLanguage(parts: readonly string[]): string | undefined {
  const words = (parts.at(-1) ?? "").toLowerCase().split(/[^a-z0-9]+/);
  return words.find((word) => languages.test(word));
}

/** Another program that a command line starts. */
export function otherProgram(words: readonly string[]): string | undefined {
  const program =
    /(?:^|[/\s;&])(node|npm|npx|yarn|pnpm|python[23]?(?:\.\d+)?|gunicorn|uvicorn|flask|django-admin|celery|ruby|bundle|rails|puma|php|php-fpm|dotnet|nginx|httpd|redis-server|mongod|mysqld|postgres)(?:\s|$)/;
  return words.map((word) => program.exec(word)?.[1]).find((found) => found !== undefined);
}

/** Whether only another language or a product's own image reads a variable; an address in it is of somebody else. */
export function otherVariable(name: string): boolean {
  return (
    !/_(URLS?|URI|HOSTS?|ADDR|ADDRESS|PORT|ENDPOINT|SERVERS?|SERVICE|API)$/.test(name) &&
    /^(NODE_ENV|NODE_OPTIONS|NPM_|PYTHON|DJANGO_|FLASK_|GUNICORN_|UVICORN_|RAILS_|RACK_ENV|GEM_HOME|ASPNETCORE_|DOTNET_|PHP_|GIN_MODE|GOMAXPROCS|GODEBUG|GOGC|PGDATA$|POSTGRES_INITDB|MYSQL_ROOT_|MARIADB_ROOT_|MONGO_INITDB_|REACT_APP_|VITE_|NEXT_PUBLIC_)/.test(
      name,
    )
  );
}

/** Whether a product keeps its data or its configuration at a path. */
export function otherPath(path: string): boolean {
  return /^\/(var\/lib\/(postgresql|mysql|redis|rabbitmq|kafka|zookeeper)|data\/db|usr\/share\/nginx|etc\/nginx|docker-entrypoint-initdb\.d|usr\/share\/elasticsearch)\b|\bnginx\.conf$/.test(
    path,
  );
}

/** Ports on which databases, caches, queues and the development servers of other languages listen. */
const otherPorts = new Set([
  1433, 1521, 2181, 3000, 3306, 4222, 5000, 5432, 5672, 6379, 9042, 9092, 9200, 11211, 15672, 26257, 27017, 50000,
]);

/** Whether a port says that a container is no web service in Java. */
export function otherPort(port: unknown): boolean {
  return otherPorts.has(Number(port));
}
