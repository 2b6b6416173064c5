/** A secret by reference: `file:<path>` or `env:<NAME>`; never the secret itself. */
export type SecretRef = string;
