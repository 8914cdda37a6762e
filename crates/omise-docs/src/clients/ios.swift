import OmiseSDK

let server = URL(string: "http://127.0.0.1:4010")!
let sdk = OmiseSDK(
    publicKey: "pkey_test_...",
    configuration: Configuration(vaultURL: server, apiURL: server)
)
let payload = CreateSourcePayload(
    amount: 10000,
    currency: "THB",
    details: .sourceType(.promptPay)
)
sdk.client.createSource(payload: payload) { result in
    switch result {
    case .success(let source): print(source.id, source.flow)
    case .failure(let error): print(error)
    }
}
