/** A branch of a Git repository that holds histories. */
export interface GitHistory {
  /** `git`: a branch of a Git repository. `s3`: a bucket of an S3-compatible store. */
  readonly kind: "git";
  /**
   * The repository, as Git names it, without a password: an https or ssh URL, `git@host:path`, or an absolute path.
   * @default the remote `origin` of the clone from which a deployment runs
   * @example ssh://git@git.dc1.tax.example/platform/history.git
   */
  readonly url?: string;
  /**
   * The branch, which holds nothing else.
   * @default gemelos-history
   * @example gemelos-history
   */
  readonly branch?: string;
}

/** A bucket of an S3-compatible store that holds histories, an object a record. */
export interface S3History {
  /** `git`: a branch of a Git repository. `s3`: a bucket of an S3-compatible store. */
  readonly kind: "s3";
  /**
   * URL of the store; the bucket is the first part of the path. Key and secret come from the environment.
   * @example https://s3.dc1.tax.example
   */
  readonly endpoint: string;
  /**
   * The bucket.
   * @example gemelos-history
   */
  readonly bucket: string;
  /**
   * What the store calls its region.
   * @default us-east-1
   * @example dc1
   */
  readonly region?: string;
  /**
   * The certificate (PEM) of the authority that signed the store's certificate.
   * @default those that the operating system trusts
   * @example "-----BEGIN CERTIFICATE-----\n(lines of base64)\n-----END CERTIFICATE-----\n"
   */
  readonly caCertificate?: string;
}

/** Where the history of a site's deployments is kept. */
export type SiteHistory = GitHistory | S3History;
