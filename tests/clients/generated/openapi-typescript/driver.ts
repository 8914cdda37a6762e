// Calls with the types that openapi-typescript writes, by openapi-fetch.
import createClient from 'openapi-fetch';
import type { paths } from './client/schema';
import { answerAll, type Answer, type Call } from './lines';

function client(baseUrl: string, key: string | null) {
  const headers = key ? { Authorization: `Basic ${btoa(`${key}:`)}` } : {};
  return createClient<paths>({ baseUrl, headers });
}

// The call of generators.md: it is compiled, and not run.
export async function example(baseUrl: string, key: string): Promise<string | undefined> {
  const body = { amount: 10000, currency: 'THB', type: 'promptpay' } as const;
  const { data, error } = await client(baseUrl, key).POST('/sources', { body });
  return data ? data.id : error.message;
}

async function answer(call: Call): Promise<Answer> {
  // The types know each path by itself, so a path from a line has none.
  const api: any = client(call.url, call.key);
  const { body, ...params } = call.arguments;
  const { data, error, response } = await api.request(call.method.toLowerCase(), call.path, { params, body });
  return error ? { status: response.status, error } : { value: data };
}

answerAll(answer);
