// Calls by the client that Hey API writes for fetch.
import * as generated from './client';
import { createClient, createConfig } from './client/client';
import { answerAll, type Answer, type Call } from './lines';

function client(baseUrl: string, key: string | null) {
  return createClient(createConfig({ baseUrl, auth: key ? `${key}:` : undefined }));
}

// The call of generators.md: it is compiled, and not run.
export async function example(baseUrl: string, key: string): Promise<string | undefined> {
  const body = { amount: 10000, currency: 'THB', type: 'promptpay' } as const;
  const { data, error } = await generated.createSource({ client: client(baseUrl, key), body });
  return data ? data.id : error?.message;
}

async function answer(call: Call): Promise<Answer> {
  const { header: headers, ...rest } = call.arguments;
  const operation = (generated as Record<string, any>)[call.operation];
  const { data, error, response } = await operation({ client: client(call.url, call.key), headers, ...rest });
  return error ? { status: response.status, error } : { value: data };
}

answerAll(answer);
