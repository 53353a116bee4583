// A UDP proxy that loses packets of media: between a browser and a relay.

import { createSocket, type Socket } from "node:dgram";

export interface UdpProxy {
  port: number;
  /** Packets of RTP and RTCP that it lost, of those to the client. */
  readonly lost: number;
  readonly passed: number;
  /** Share of packets to the client, 0–1, that is lost from now on. */
  lose(share: number): void;
  stop(): void;
}

/** Each client has a socket of its own towards the relay, as behind NAT. */
export async function startUdpProxy(targetPort: number): Promise<UdpProxy> {
  const front = createSocket("udp4");
  const backs = new Map<string, Socket>();
  let [share, lost, passed] = [0, 0, 0];
  front.on("message", (message, { address, port }) => {
    const key = `${address}:${port}`;
    let back = backs.get(key);
    if (!back) {
      back = createSocket("udp4");
      backs.set(key, back);
      back.on("message", (answer) => {
        // Media and its reports begin with these bytes (RFC 7983); connection checks and handshakes are not lost.
        const isMedia = answer[0]! >= 128 && answer[0]! <= 191;
        if (isMedia && Math.random() < share) lost++;
        else {
          if (isMedia) passed++;
          front.send(answer, port, address);
        }
      });
    }
    back.send(message, targetPort, "127.0.0.1");
  });
  await new Promise<void>((resolve) => front.bind(0, "127.0.0.1", resolve));
  return {
    port: front.address().port,
    get lost() {
      return lost;
    },
    get passed() {
      return passed;
    },
    lose(next) {
      share = next;
    },
    stop() {
      front.close();
      for (const back of backs.values()) back.close();
    },
  };
}
