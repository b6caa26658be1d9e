import type { Cluster } from "./cluster.ts";

/** A StorageClass that every claim gets which names none, and volumes of these sizes: nothing else provides them in the sandbox. */
export async function makeVolumes(cluster: Cluster, sizes: readonly string[]): Promise<void> {
  const storageClassName = "by-hand";
  await cluster.create("StorageClass", "", {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: storageClassName,
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
  });
  for (const [index, storage] of sizes.entries()) {
    const name = `${storageClassName}-${index + 1}`;
    await cluster.create("PersistentVolume", "", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        accessModes: ["ReadWriteOnce"],
        capacity: { storage },
        storageClassName,
        persistentVolumeReclaimPolicy: "Retain",
        hostPath: { path: `/var/lib/${name}` },
      },
    });
  }
}
