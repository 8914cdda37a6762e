// Calls by the client that orval writes for fetch.
import * as generated from './client/source';
import { configure } from './fetcher';
import { answerAll, type Answer, type Call } from './lines';

// The call of generators.md: it is compiled, and not run.
export async function example(baseUrl: string, key: string): Promise<string> {
  configure(baseUrl, key);
  const { SourceType, createSource } = generated;
  const { status, data } = await createSource({ amount: 10000, currency: 'THB', type: SourceType.promptpay });
  return status === 200 ? data.id : data.message;
}

async function answer(call: Call): Promise<Answer> {
  configure(call.url, call.key);
  // In its order: what the path has, the body, the query.
  const { path, query, body } = call.arguments;
  const given = [...Object.values(path ?? {}), body, query].filter((value) => value !== undefined);
  const { status, data } = await (generated as Record<string, any>)[call.operation](...given);
  return status === 200 ? { value: data } : { status, error: data };
}

answerAll(answer);
