/** Addresses behind the hosts of the site's file, and one way to write an address, so that where a datagram came from can be compared. */
import { lookup } from "node:dns";
import { isIP, SocketAddress } from "node:net";

const resolveTimeoutMs = 5_000;

/** The system's own order; an address is its own. Empty: no such name, or nobody says so in time. */
export function addressesOf(host: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), resolveTimeoutMs);
    lookup(host, { all: true }, (error, found) => {
      clearTimeout(timer);
      resolve(error === null ? found.map(({ address }) => address) : []);
    });
  });
}

/** Without a zone, an IPv4 address as such, IPv6 as RFC 5952 writes it; what is no address stays as it is. */
export function plainAddress(address: string): string {
  const [unzoned = ""] = address.split("%");
  if (isIP(unzoned) !== 6) return unzoned;
  const plain = new SocketAddress({ address: unzoned, family: "ipv6" }).address;
  // How a socket of both families tells of an IPv4 sender (RFC 4291 2.5.5.2).
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  return mapped?.[1] ?? plain;
}
