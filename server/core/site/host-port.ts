/** Where somebody listens. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export type GatewayKind = "trunk" | "interface" | "phone";
