// Calls by the client that openapi-generator writes for TypeScript and fetch.
import * as client from './client';
import { answerAll, type Answer, type Call } from './lines';

const { Configuration, ErrorBodyFromJSON, ErrorBodyToJSON, ResponseError, SourcesApi, SourceType } = client;
const generated: Record<string, any> = client;

// The call of generators.md: it is compiled, and not run.
export function example(basePath: string, key: string): Promise<client.Source> {
  const api = new SourcesApi(new Configuration({ basePath, username: key, password: '' }));
  const sourceParameters = { amount: 10000, currency: 'THB', type: SourceType.Promptpay };
  return api.createSource({ sourceParameters });
}

async function answer(call: Call): Promise<Answer> {
  const { url, key, operation, request } = call;
  // A password that is left out would be sent as the word `undefined`.
  const login = key ? { username: key, password: '' } : {};
  const configuration = new Configuration({ basePath: url, ...login });
  const Api = Object.values(generated).find((exported) => exported.prototype?.[operation]);
  const { path, query, header, body } = call.arguments;
  const named: Record<string, unknown> = {};
  for (const [name, value] of Object.entries({ ...path, ...query, ...header })) named[camelCase(name)] = value;
  if (request) named[camelCase(request)] = generated[`${request}FromJSON`](body);
  try {
    return { value: generated[`${call.answer}ToJSON`](await new Api(configuration)[operation](named)) };
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    const { status } = error.response;
    return { status, error: ErrorBodyToJSON(ErrorBodyFromJSON(await error.response.json())) };
  }
}

function camelCase(name: string): string {
  const joined = name.replace(/[-_](.)/g, (_, letter) => letter.toUpperCase());
  return joined[0].toLowerCase() + joined.slice(1);
}

answerAll(answer);
