import { z } from "zod";
import { isLess, isQuantity } from "../reading/quantities.ts";
import { isVariableName } from "./objectNames.ts";

// What is read of people's manifests: the fields from which a description follows, and no others. Every shape is loose;
// a field that is not named here is no problem, it ends in the list of what is not carried over.

const text = z.string("must be text; put it in quotes");
const whole = z.int("must be a whole number without quotes").min(0, "must not be negative");
const positive = z.int("must be a whole number without quotes").min(1, "must be above zero");
const words = z.array(text);
const portNumber = z
  .int("must be a port: a whole number from 1 to 65535")
  .min(1, "must be a port: a whole number from 1 to 65535")
  .max(65535, "must be a port: a whole number from 1 to 65535");
const portReference = z.union([portNumber, z.string().min(1)], "must be a port's number (1 to 65535) or its name");

const quantity = z
  .union([z.string(), z.number()], 'must be a quantity, such as "200m" or "512Mi"')
  .transform(String)
  .refine(
    isQuantity,
    'is refused by Kubernetes; write a quantity such as "200m" (CPU) or "512Mi" (memory): the suffixes are m, k, M, G, Ki, Mi, Gi, with no space and no B',
  )
  .refine((value) => !isLess(value, "0"), "must not be negative");

const metadata = z.looseObject({
  name: text.optional(),
  namespace: text.optional(),
  labels: z.record(z.string(), text).optional(),
  annotations: z.record(z.string(), text).optional(),
});

const timing = {
  initialDelaySeconds: whole.optional(),
  periodSeconds: positive.optional(),
  timeoutSeconds: positive.optional(),
  failureThreshold: positive.optional(),
  successThreshold: positive.optional(),
};

const probe = z.looseObject({
  httpGet: z.looseObject({ path: text.optional(), port: portReference, scheme: text.optional() }).optional(),
  tcpSocket: z.looseObject({ port: portReference }).optional(),
  grpc: z.looseObject({ port: portNumber, service: text.optional() }).optional(),
  exec: z.looseObject({ command: words.optional() }).optional(),
  ...timing,
});

const keyReference = z.looseObject({ name: text, key: text, optional: z.boolean().optional() });

const variable = z.looseObject({
  name: text.refine(
    isVariableName,
    "is refused by Kubernetes; a variable's name is printable ASCII without =, and not empty",
  ),
  value: text.optional(),
  valueFrom: z
    .looseObject({
      secretKeyRef: keyReference.optional(),
      configMapKeyRef: keyReference.optional(),
      fieldRef: z.looseObject({ fieldPath: text }).optional(),
      resourceFieldRef: z
        .looseObject({
          containerName: text.optional(),
          resource: text,
          divisor: z.union([z.string(), z.number()]).transform(String).optional(),
        })
        .optional(),
    })
    .optional(),
});

const sourceReference = z.looseObject({ name: text });

const container = z.looseObject({
  name: text,
  image: text.min(1, "must name an image"),
  command: words.optional(),
  args: words.optional(),
  ports: z
    .array(z.looseObject({ containerPort: portNumber, name: text.optional(), protocol: text.optional() }))
    .optional(),
  env: z.array(variable).optional(),
  envFrom: z
    .array(
      z.looseObject({
        prefix: text.optional(),
        configMapRef: sourceReference.optional(),
        secretRef: sourceReference.optional(),
      }),
    )
    .optional(),
  resources: z
    .looseObject({
      requests: z.record(z.string(), quantity).optional(),
      limits: z.record(z.string(), quantity).optional(),
    })
    .optional(),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  lifecycle: z
    .looseObject({
      preStop: z
        .looseObject({
          exec: z.looseObject({ command: words.optional() }).optional(),
          sleep: z.looseObject({ seconds: whole }).optional(),
        })
        .optional(),
    })
    .optional(),
  restartPolicy: text.optional(),
  securityContext: z
    .looseObject({
      readOnlyRootFilesystem: z.boolean().optional(),
      runAsUser: whole.optional(),
      runAsGroup: whole.optional(),
      runAsNonRoot: z.boolean().optional(),
    })
    .optional(),
  volumeMounts: z
    .array(z.looseObject({ name: text, mountPath: text, subPath: text.optional(), readOnly: z.boolean().optional() }))
    .optional(),
});

const volume = z.looseObject({
  name: text,
  configMap: z
    .looseObject({ name: text, items: z.array(z.looseObject({ key: text, path: text })).optional() })
    .optional(),
  hostPath: z.looseObject({ path: text }).optional(),
  secret: z
    .looseObject({
      secretName: text.optional(),
      items: z.array(z.looseObject({ key: text, path: text })).optional(),
    })
    .optional(),
  emptyDir: z.looseObject({ sizeLimit: quantity.optional(), medium: text.optional() }).optional(),
  persistentVolumeClaim: z.looseObject({ claimName: text, readOnly: z.boolean().optional() }).optional(),
});

const affinityTerm = z.looseObject({ topologyKey: text.optional() });

const toleration = z.looseObject({
  key: text.optional(),
  operator: text.optional(),
  value: text.optional(),
  effect: text.optional(),
  tolerationSeconds: z.int("must be a whole number without quotes").optional(),
});

const podSpec = z.looseObject({
  containers: z.array(container).min(1, "must hold a container"),
  initContainers: z.array(container).optional(),
  volumes: z.array(volume).optional(),
  serviceAccountName: text.optional(),
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean().optional(),
  terminationGracePeriodSeconds: whole.optional(),
  priorityClassName: text.optional(),
  nodeSelector: z.record(z.string(), text).optional(),
  tolerations: z.array(toleration).optional(),
  securityContext: z
    .looseObject({ runAsUser: whole.optional(), runAsGroup: whole.optional(), fsGroup: whole.optional() })
    .optional(),
  affinity: z
    .looseObject({
      podAntiAffinity: z
        .looseObject({ requiredDuringSchedulingIgnoredDuringExecution: z.array(affinityTerm).optional() })
        .optional(),
    })
    .optional(),
  topologySpreadConstraints: z
    .array(z.looseObject({ topologyKey: text.optional(), whenUnsatisfiable: text.optional() }))
    .optional(),
});

/** A Deployment. */
export const deploymentSchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    replicas: whole.optional(),
    minReadySeconds: whole.optional(),
    strategy: z
      .looseObject({
        rollingUpdate: z.looseObject({ maxSurge: z.union([whole, z.string()]).optional() }).optional(),
      })
      .optional(),
    template: z.looseObject({ metadata: metadata.optional(), spec: podSpec }),
  }),
});

/** A Service. */
export const serviceSchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    selector: z.record(z.string(), text).optional(),
    clusterIP: text.optional(),
    ports: z
      .array(
        z.looseObject({
          name: text.optional(),
          port: portNumber,
          targetPort: portReference.optional(),
          protocol: text.optional(),
          appProtocol: text.optional(),
        }),
      )
      .optional(),
  }),
});

const target = z.looseObject({ averageUtilization: positive.optional(), averageValue: quantity.optional() }).optional();
const namedMetric = z.looseObject({ metric: z.looseObject({ name: text.optional() }).optional(), target }).optional();

/** A HorizontalPodAutoscaler in the form of `autoscaling/v2`. */
export const autoscalerSchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    minReplicas: whole.optional(),
    maxReplicas: positive,
    metrics: z
      .array(
        z.looseObject({
          resource: z.looseObject({ name: text.optional(), target }).optional(),
          containerResource: z.looseObject({ name: text.optional(), target }).optional(),
          pods: namedMetric,
          external: namedMetric,
        }),
      )
      .optional(),
  }),
});

const ingressBackend = z
  .looseObject({
    service: z
      .looseObject({
        name: text.optional(),
        port: z.looseObject({ number: portNumber.optional(), name: text.optional() }).optional(),
      })
      .optional(),
  })
  .optional();

/** An Ingress in the form of `networking.k8s.io/v1`. */
export const ingressSchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    rules: z
      .array(
        z.looseObject({
          host: text.optional(),
          http: z
            .looseObject({
              paths: z.array(z.looseObject({ path: text.optional(), backend: ingressBackend })).optional(),
            })
            .optional(),
        }),
      )
      .optional(),
  }),
});

/** A Gateway API HTTPRoute. */
export const httpRouteSchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    hostnames: z.array(text).optional(),
    rules: z
      .array(
        z.looseObject({
          matches: z
            .array(z.looseObject({ path: z.looseObject({ type: text.optional(), value: text.optional() }).optional() }))
            .optional(),
          backendRefs: z.array(z.looseObject({ name: text, port: portNumber.optional() })).optional(),
        }),
      )
      .optional(),
  }),
});

/** A ConfigMap. */
export const configMapSchema = z.looseObject({ metadata, data: z.record(z.string(), text).optional() });

/** A Secret, of which only the keys are used. */
export const secretSchema = z.looseObject({
  metadata,
  data: z.record(z.string(), text).optional(),
  stringData: z.record(z.string(), text).optional(),
});

/** What is read of an object of any other kind. */
export const anySchema = z.looseObject({ metadata: metadata.optional() });

export type SourceDeployment = z.infer<typeof deploymentSchema>;
export type SourceService = z.infer<typeof serviceSchema>;
export type SourceAutoscaler = z.infer<typeof autoscalerSchema>;
export type SourceIngress = z.infer<typeof ingressSchema>;
export type SourceHttpRoute = z.infer<typeof httpRouteSchema>;
export type SourceContainer = z.infer<typeof container>;
export type SourcePod = z.infer<typeof podSpec>;
export type SourceProbe = z.infer<typeof probe>;
