/** What Kubernetes runtimes say of a pod in CNI_ARGS. */
export interface KubernetesArgs {
  /** K8S_POD_NAMESPACE */
  readonly podNamespace?: string
  /** K8S_POD_NAME */
  readonly podName?: string
  /** K8S_POD_INFRA_CONTAINER_ID */
  readonly infraContainerId?: string
  /** IgnoreUnknown: whether plugins are asked to pass over keys that they do not know. */
  readonly ignoreUnknown: boolean
}

/**
 * Reads what Kubernetes runtimes say in CNI_ARGS; what is absent or empty is left out.
 *
 * Other keys are ignored, whatever IgnoreUnknown says. The reference refuses them without it, but CNI_ARGS goes to every
 * plugin of a chain: a key that this one does not know is another one's.
 *
 * @param args `args` of a request
 * @see LoadArgs() in pkg/types/args.go of containernetworking/cni
 */
export function kubernetesArgs(args: Readonly<Record<string, string>>): KubernetesArgs {
  const {
    K8S_POD_NAMESPACE: podNamespace,
    K8S_POD_NAME: podName,
    K8S_POD_INFRA_CONTAINER_ID: infraContainerId,
    IgnoreUnknown: ignoreUnknown = '',
  } = args
  return {
    ...(podNamespace ? { podNamespace } : {}),
    ...(podName ? { podName } : {}),
    ...(infraContainerId ? { infraContainerId } : {}),
    ignoreUnknown: ['1', 'true'].includes(ignoreUnknown.toLowerCase()),
  }
}
