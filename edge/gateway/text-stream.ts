// A long text as the body of an answer.

/** Reads a piece when the client has taken the one before: a slow client holds one piece. `broke`: called before the answer breaks off. */
export function streamOf(text: AsyncGenerator<string>, broke: (error: unknown) => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        broke(error);
        controller.error(error); // A text without its end must not pass for complete.
      }
    },
    async cancel() {
      await text.return(undefined);
    },
  });
}
