// A room of a running system with two edges and two actor nodes: its owner, a moderator, and somebody who talks.

import { type Account, call, register } from "./api.ts";
import { ChatClient } from "./chat-client.ts";
import { bootSystem, type TestSystem } from "./system.ts";

const ACTORS = ["actor-1", "actor-2"];

export class ModeratedRoom {
  private constructor(
    readonly system: TestSystem,
    readonly owner: Account,
    readonly moderator: Account,
    readonly talker: Account,
  ) {}

  static async open(): Promise<ModeratedRoom> {
    const system = await bootSystem({ edges: 2, actors: 2 });
    const [owner, moderator, talker] = [
      await register(system.url),
      await register(system.url),
      await register(system.url),
    ];
    const room = new ModeratedRoom(system, owner, moderator, talker);
    await room.act(owner, "PUT", `moderators/${moderator.login}`, {});
    return room;
  }

  close() {
    return this.system.stop();
  }

  /** `path` is below the channel. Throws where the answer is not 2xx. */
  act<Answer = unknown>(who: Account, method: string, path: string, body?: object): Promise<Answer> {
    return call<Answer>(`${this.system.url}/api/v1/channels/${this.owner.login}/${path}`, {
      method,
      token: who.accessToken,
      ...(body && { body }),
    });
  }

  /** A socket at this edge. Without `who` a visitor's. */
  join(edge: number, who?: Account): Promise<ChatClient> {
    return ChatClient.join({
      url: this.system.edgeUrl(edge),
      channel: this.owner.login,
      ...(who && { token: who.accessToken }),
    });
  }

  /** Kills both actor nodes. Returns a wait for their successors. */
  killActors(): () => Promise<unknown> {
    const { system } = this;
    const killed = ACTORS.map((name) => ({ name, starts: system.startsOf(name) }));
    for (const { name } of killed) process.kill(system.pidOf(name), "SIGKILL");
    return () => Promise.all(killed.map(({ name, starts }) => system.restarted(name, starts)));
  }
}
