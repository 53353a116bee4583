// A route and its handler, as one value that the gateway can mount.
//
//   serve(changeChannel, ({ channel, body, who }) => …)

import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route } from "#schema/api/route.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { MaybePromise } from "./requests/maybe-promise.ts";
import type { Visit } from "./requests/visit.ts";
import type { RuledChannel } from "./rules/authorize.ts";

/** The argument of a handler. The route's rule and schemas have checked all of it. */
export type Input<R extends Route> = Visit & {
  params: ParamsOf<R>;
  query: QueryOf<R>;
  body: BodyOf<R>;
  /** The person or bot that sent the request; null: a visitor. */
  asker: Who | null;
} & (R["access"] extends "all" ? unknown : { who: Who }) &
  (R["path"] extends `${string}:channel${string}` ? { channel: RuledChannel } : unknown);

export interface Served {
  route: Route;
  handle(input: Input<Route>): MaybePromise<unknown>;
}

/** A handler answers the value that the route declares, or its own Response (redirects, streams). It throws Refusals. */
export const serve = <R extends Route>(
  route: R,
  handle: (input: Input<R>) => MaybePromise<AnswerOf<R> | Response>,
): Served => ({ route, handle: handle as unknown as Served["handle"] });
