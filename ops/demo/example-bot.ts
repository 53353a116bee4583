// An example bot: signs in with a personal access token, prints the channels it follows, joins a room, and says a line.
//
//   TOKEN=tcl_pat_… bun ops/demo/example-bot.ts http://127.0.0.1:3000 <channel> "hello, room"
//
// The token (dashboard, or POST /api/v1/me/tokens) needs the scopes profile:read, follows:read, chat:read and chat:write.

import { createClient, dataOf, joinRoom } from "twitchclone/client";

const [origin = "http://127.0.0.1:3000", channel = "demo", line = "hello, room"] = process.argv.slice(2);
const token = process.env.TOKEN;
if (!token) {
  console.error("set TOKEN to a personal access token");
  process.exit(1);
}

const api = createClient(origin, { token });
const me = await dataOf(api.me.get());
console.log(`signed in as ${me.login}`);

const { items: follows } = await dataOf(api.me.follows.get({ query: {} }));
console.log(
  `follows ${follows.length === 0 ? "no channel" : follows.map((follow) => follow.channel.login).join(", ")}`,
);

let newestSeq = 0;
const room = await joinRoom({
  origin,
  channel,
  token,
  onEntry(entry) {
    console.log(`${entry.seq} ${entry.user.login}: ${entry.body}`);
    newestSeq = entry.seq;
  },
});
const { seq } = await room.say(line);
console.log(`said ${seq}`);
// The room's entries come a moment before the answer, or after it.
for (let tries = 0; newestSeq < seq && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
room.close();
