import { expect, test } from "bun:test";
import { natsAddress } from "./nats-address.ts";

test("the user of the URL becomes client options, and answers go to an inbox of that user's own", () => {
  expect(natsAddress("nats://edge:s%40crt@10.0.0.1:4222")).toEqual({
    servers: ["nats://10.0.0.1:4222"],
    user: "edge",
    pass: "s@crt",
    inboxPrefix: "_INBOX.edge",
  });
  expect(natsAddress("nats://edge.one%3E:x@a").inboxPrefix).toBe("_INBOX.edge_one_");
});

test("a URL without a user stays as it is", () => {
  expect(natsAddress("nats://127.0.0.1:4222")).toEqual({ servers: ["nats://127.0.0.1:4222"], inboxPrefix: "_INBOX" });
});

test("every server of a cluster is listed, and one user serves for all", () => {
  const { servers, user } = natsAddress("nats://actor:x@a:4222, tls://[::1]:4223,nats://c");
  expect(servers).toEqual(["nats://a:4222", "tls://[::1]:4223", "nats://c"]);
  expect(user).toBe("actor");
});
