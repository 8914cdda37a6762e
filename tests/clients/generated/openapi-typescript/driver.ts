// Uses the types that openapi-typescript writes, with openapi-fetch.
import createClient from 'openapi-fetch';
import type { components, paths } from './client/schema';

type Source = components['schemas']['Source'];
type ErrorBody = components['schemas']['ErrorBody'];
type Answer = Promise<{ data?: Source; error?: ErrorBody; response: Response }>;

const [service, answers, publicKey, secretKey, ...cases] = process.argv.slice(2);

// call
function client(baseUrl: string, key?: string) {
  const headers = key ? { Authorization: `Basic ${btoa(`${key}:`)}` } : {};
  return createClient<paths>({ baseUrl, headers });
}
// end

function create(baseUrl: string, key: string | undefined, amount: number): Answer {
  // call
  const api = client(baseUrl, key);
  const body = { amount, currency: 'THB', type: 'promptpay' } as const;
  return api.POST('/sources', { body });
  // end
}

function retrieve(baseUrl: string, id: string): Answer {
  return client(baseUrl, secretKey).GET('/sources/{id}', { params: { path: { id } } });
}

async function outcome(call: Answer): Promise<Record<string, any>> {
  const { data, error, response } = await call;
  if (error) return { error: { status: response.status, code: error.code, message: error.message } };
  if (!data) return { failure: 'an answer without a body' };
  const { id, type, flow, amount, currency } = data;
  const created = Date.parse(data.created_at) / 1000;
  const code = data.scannable_code?.image?.download_uri;
  return { source: { id, type, flow, amount, currency, created, status: data.charge_status, code } };
}

async function main(): Promise<void> {
  const created = await outcome(create(service, publicKey, 10000));
  const outcomes: Record<string, object> = {
    created,
    retrieved: await outcome(retrieve(service, created.source?.id)),
    absent: await outcome(retrieve(service, 'src_test_5g5in1we65199wlsyji')),
    keyless: await outcome(create(service, undefined, 10000)),
    refused: await outcome(create(service, publicKey, 1)),
  };
  for (const id of cases) outcomes[id] = await outcome(retrieve(answers, id));
  console.log(JSON.stringify(outcomes));
}

main();
