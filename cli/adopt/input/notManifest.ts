import { basename } from "node:path";
import { formatValue } from "../../../components/diagnostic.ts";
import { isObject } from "../../../recorder/registeredResource.ts";
import { templateLine } from "./helmTemplate.ts";
import type { PassedOver } from "./passedOver.ts";
import { quoted } from "./recipes.ts";
import { readYaml } from "./yamlText.ts";

/** A file's own kind of reason. */
type Reason = Omit<PassedOver, "file">;

const template: Reason = {
  reason: "is a template; fill it in with the tool that it is for (helm template NAME CHART), and give the result",
  isLoss: true,
};

/** Beginnings of `apiVersion` by which tools know their own files. None of them is ever sent to a cluster. */
const toolVersions =
  /^(skaffold\/|kustomize\.config\.k8s\.io\/|kind\.x-k8s\.io\/|k3d\.io\/|ctlptl\.dev\/|kubeadm\.k8s\.io\/|kubelet\.config\.k8s\.io\/|eksctl\.io\/|mirrord|tilt|devspace|v2(beta)?\d*$)/;

/** Why a file that is in a folder by its name is no manifest, or undefined for one that may be. */
export function reasonByName(path: string): Reason | undefined {
  const name = basename(path);
  if (/\.(ya?ml|json)$/i.test(name)) return undefined;
  if (/\.(ya?ml|json)\.\w+$/i.test(name) && !/\.(bak|orig|md|swp|enc|gpg|age)$/i.test(name)) return template;
  if (/\.(tpl|tmpl|gotmpl|j2)$/i.test(name)) return { ...template, isLoss: false };
  return { reason: "is no .yaml, .yml or .json file", isLoss: false };
}

/**
 * Why the text of a file in a folder is no manifest: a tool's own file, values, a template. Undefined for what is one,
 * and for what its author seems to mean as one, which is then refused with what is wrong.
 */
export function reasonByContent(file: string, text: string): Reason | undefined {
  // The usual case, without reading the text twice.
  if (/^kind:[ \t]*["']?[A-Z]/m.test(text) && /^apiVersion:/m.test(text) && !text.includes("{{")) {
    const [, version = ""] = /^apiVersion:[ \t]*["']?([^\s"']+)/m.exec(text) ?? [];
    if (!toolVersions.test(version) && !/^kind:[ \t]*["']?(Config|Kustomization)\b/m.test(text)) return undefined;
  }
  const yaml = readYaml(text);
  if ("problems" in yaml) {
    if (templateLine(text) !== undefined || /<%|\{%/.test(text)) return template;
    return /\bkind\b/.test(text)
      ? undefined
      : { reason: "cannot be read as YAML or JSON, and names no kind", isLoss: false };
  }
  const contents = yaml.documents.filter((document) => document !== null);
  if (contents.length === 0) return { reason: "is empty", isLoss: false };
  const reasons = contents.map((content) => reasonOf(file, content));
  const [first] = reasons;
  return reasons.every((reason) => reason !== undefined) ? first : undefined;
}

function reasonOf(file: string, content: unknown): Reason | undefined {
  const nothing: Reason = { reason: "is no Kubernetes manifest", isLoss: false };
  if (!isObject(content)) return nothing;
  const { apiVersion, kind, metadata, services } = content;
  if (typeof apiVersion === "string" && toolVersions.test(apiVersion)) {
    return { reason: `is a tool's file (apiVersion ${formatValue(apiVersion)})`, isLoss: false };
  }
  if (kind === "Config" && apiVersion === "v1") return { reason: "is a kubeconfig", isLoss: false };
  if (kind !== undefined) return undefined;
  if (isObject(services)) {
    return { reason: `is for Docker Compose; kompose convert -f ${quoted(file)} makes manifests of it`, isLoss: false };
  }
  return isObject(metadata) || (apiVersion !== undefined && content["spec"] !== undefined) ? undefined : nothing;
}
