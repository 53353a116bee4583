// Bots that say a line now and then, over the public chat WebSocket.

import { joinRoom, type Room } from "#edge/client/client.ts";
import { signedIn } from "./accounts.ts";

const NAMES = ["demo_mara", "demo_jonas", "demo_yuki"];
const LINES = [
  "hello from the demo",
  "the clock looks about right here",
  "that is under two seconds behind, nice",
  "who let the ball loose?",
  "open a second window and say something",
  "/me waves",
  "it plays on my phone too",
  "colours!",
  "try killing a node and keep watching",
  "is there a VOD of this clock?",
  "first time I see this in 720p",
  "A major, if anybody wonders",
];
const FIRST_LINE_MS = 2_000;
const PAUSE_MS = { least: 4_000, most: 9_000 };
const RETRY_MS = 3_000;

interface ChatterOptions {
  url: string;
  channel: string;
  /** Password of all bots. */
  password: string;
}

/** Chats until the returned function is called. It retries after errors, since the demo also runs while nodes are killed. */
export function chatter({ url, channel, password }: ChatterOptions): () => Promise<void> {
  const done = Promise.withResolvers<void>();
  let stopped = false;
  const rooms = new Map<string, Room>();

  const roomOf = async (login: string) => {
    const known = rooms.get(login);
    if (known) return known;
    const token = await signedIn(url, { login, password });
    const room = await joinRoom({ origin: url, channel, token });
    rooms.set(login, room);
    return room;
  };
  const pause = (ms: number) => Promise.race([Bun.sleep(ms), done.promise]);
  const talking = (async () => {
    await pause(FIRST_LINE_MS);
    for (let turn = 0; !stopped; turn++) {
      const login = NAMES[turn % NAMES.length]!;
      try {
        const room = await roomOf(login);
        await room.say(LINES[turn % LINES.length]!);
        await pause(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
      } catch {
        // The edge is away, or the token has expired: the next turn signs in again.
        rooms.get(login)?.close();
        rooms.delete(login);
        await pause(RETRY_MS);
      }
    }
  })();
  return async () => {
    stopped = true;
    done.resolve();
    // This rejects a line that waits for its room.
    for (const room of rooms.values()) room.close();
    await talking;
  };
}
