// Uses the client that openapi-generator writes for TypeScript and fetch.
import { Configuration, ErrorBodyFromJSON, ResponseError, SourceType, SourcesApi, type Source } from './client';

const [service, answers, publicKey, secretKey, ...cases] = process.argv.slice(2);

// call
function sources(basePath: string, key?: string): SourcesApi {
  // A password that is left out would be sent as the word `undefined`.
  const login = key ? { username: key, password: '' } : {};
  return new SourcesApi(new Configuration({ basePath, ...login }));
}
// end

function create(basePath: string, key: string | undefined, amount: number): Promise<Source> {
  // call
  const api = sources(basePath, key);
  const sourceParameters = { amount, currency: 'THB', type: SourceType.Promptpay };
  return api.createSource({ sourceParameters });
  // end
}

async function outcome(call: Promise<Source>): Promise<Record<string, any>> {
  try {
    const { id, type, flow, amount, currency, createdAt, chargeStatus, scannableCode } = await call;
    const code = scannableCode?.image?.downloadUri;
    return { source: { id, type, flow, amount, currency, created: createdAt.getTime() / 1000, status: chargeStatus, code } };
  } catch (error) {
    if (!(error instanceof ResponseError)) return { failure: String(error) };
    const { code, message } = ErrorBodyFromJSON(await error.response.json());
    return { error: { status: error.response.status, code, message } };
  }
}

async function main(): Promise<void> {
  const created = await outcome(create(service, publicKey, 10000));
  const api = sources(service, secretKey);
  const outcomes: Record<string, object> = {
    created,
    retrieved: await outcome(api.retrieveSource({ id: created.source?.id })),
    absent: await outcome(api.retrieveSource({ id: 'src_test_5g5in1we65199wlsyji' })),
    keyless: await outcome(create(service, undefined, 10000)),
    refused: await outcome(create(service, publicKey, 1)),
  };
  for (const id of cases) {
    outcomes[id] = await outcome(sources(answers, secretKey).retrieveSource({ id }));
  }
  console.log(JSON.stringify(outcomes));
}

main();
