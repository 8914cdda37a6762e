// The protocol of the drivers: a call as a line of JSON on stdin, its answer as one on stdout.
import { createInterface } from 'node:readline';

export interface Call {
  url: string;
  key: string | null;
  operation: string;
  method: string;
  /** As the document has it, such as `/sources/{id}`. */
  path: string;
  /** By where they go; only those that are given. */
  arguments: { path?: Arguments; query?: Arguments; header?: Arguments; body?: unknown };
  /** The names of the schemas of the body and of the answer. */
  request: string | null;
  answer: string;
}

export type Arguments = Record<string, any>;

/** What was read by the client: a success, an error of the API, or neither. */
export type Answer = { value: unknown } | { status: number; error: unknown } | { failure: string };

/** Answers every call on stdin. */
export async function answerAll(answer: (call: Call) => Promise<Answer>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const failed = (error: unknown): Answer => ({ failure: String(error) });
    console.log(JSON.stringify(await answer(JSON.parse(line)).catch(failed)));
  }
}
