/** Default ports of the schemes by which services name what they connect to (IANA's, or those of the product itself). */
const ports: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
  sftp: 22,
  ssh: 22,
  smtp: 25,
  smtps: 465,
  imap: 143,
  imaps: 993,
  ldap: 389,
  ldaps: 636,
  amqp: 5672,
  amqps: 5671,
  rabbitmq: 5672,
  mqtt: 1883,
  mqtts: 8883,
  nats: 4222,
  stomp: 61613,
  pulsar: 6650,
  "pulsar+ssl": 6651,
  redis: 6379,
  rediss: 6379,
  valkey: 6379,
  memcached: 11211,
  mongodb: 27017,
  "mongodb+srv": 27017,
  mongo: 27017,
  postgresql: 5432,
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  sqlserver: 1433,
  mssql: 1433,
  "oracle:thin": 1521,
  oracle: 1521,
  db2: 50000,
  cassandra: 9042,
  couchbase: 11210,
  neo4j: 7687,
  bolt: 7687,
  clickhouse: 8123,
  elasticsearch: 9200,
  hsql: 9001,
  hive2: 10000,
  hdfs: 8020,
  zookeeper: 2181,
  zk: 2181,
  consul: 8500,
  rmi: 1099,
  t3: 7001,
  syslog: 514,
};

/** Schemes behind whose `//` stands no host that the network would have to open. */
const local = new Set(
  "file classpath jar vfs resource s3 s3a gs vault secret urn arn data about sm configtree tc docker docker-image oci".split(
    " ",
  ),
);

/**
 * The port of a scheme, of which only the last parts count: `jdbc:postgresql`, `optional:configserver:http`. Undefined where
 * none is known.
 */
export function defaultPort(scheme: string): number | undefined {
  const parts = scheme.toLowerCase().split(":");
  for (const count of [2, 1]) {
    const key = parts.slice(-count).join(":");
    if (Object.hasOwn(ports, key)) return ports[key];
  }
  // Wrappers and modes go around the product's name: jdbc:mysql:loadbalance, jdbc:mariadb:replication.
  return parts.map((part) => (Object.hasOwn(ports, part) ? ports[part] : undefined)).find((port) => port !== undefined);
}

/** Whether a scheme leads to another machine. */
export function leadsOut(scheme: string): boolean {
  return !scheme
    .toLowerCase()
    .split(":")
    .some((part) => local.has(part));
}
