// Uses the client that orval writes for fetch.
import { SourceType, createSource, retrieveSource } from './client/source';
import { configure } from './fetcher';

type Answer = ReturnType<typeof createSource> | ReturnType<typeof retrieveSource>;

const [service, answers, publicKey, secretKey, ...cases] = process.argv.slice(2);

function create(baseUrl: string, key: string | undefined, amount: number): Answer {
  // call
  configure(baseUrl, key);
  const request = { amount, currency: 'THB', type: SourceType.promptpay };
  return createSource(request);
  // end
}

function retrieve(baseUrl: string, id: string): Answer {
  configure(baseUrl, secretKey);
  return retrieveSource(id);
}

async function outcome(call: Answer): Promise<Record<string, any>> {
  const { status, data } = await call;
  if (status !== 200) return { error: { status, code: data.code, message: data.message } };
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
