# Uses the client that openapi-generator writes for Ruby.

require 'json'
require 'uri'
require 'openapi_client'

SERVICE, ANSWERS, PUBLIC_KEY, SECRET_KEY, *CASES = ARGV

# call
def sources(url, key)
  address = URI(url)
  configuration = OpenapiClient::Configuration.new
  configuration.server_index = nil
  configuration.scheme = address.scheme
  configuration.host = "#{address.host}:#{address.port}"
  configuration.username = key
  OpenapiClient::SourcesApi.new(OpenapiClient::ApiClient.new(configuration))
end
# end

def create(url, key, amount)
  # call
  api = sources(url, key)
  type = OpenapiClient::SourceType::PROMPTPAY
  request = OpenapiClient::SourceParameters.new(amount: amount, currency: 'THB', type: type)
  api.create_source(request)
  # end
end

def outcome
  source = yield
  { source: {
    id: source.id, type: source.type, flow: source.flow, amount: source.amount,
    currency: source.currency, created: source.created_at.to_i, status: source.charge_status,
    code: source.scannable_code&.image&.download_uri
  } }
rescue OpenapiClient::ApiError => e
  body = OpenapiClient::ErrorBody.build_from_hash(JSON.parse(e.response_body, symbolize_names: true))
  { error: { status: e.code, code: body.code, message: body.message } }
rescue StandardError => e
  { failure: e.message }
end

created = outcome { create(SERVICE, PUBLIC_KEY, 10_000) }
api = sources(SERVICE, SECRET_KEY)
outcomes = {
  created: created,
  retrieved: outcome { api.retrieve_source(created.dig(:source, :id)) },
  absent: outcome { api.retrieve_source('src_test_5g5in1we65199wlsyji') },
  keyless: outcome { create(SERVICE, '', 10_000) },
  refused: outcome { create(SERVICE, PUBLIC_KEY, 1) }
}
CASES.each { |name| outcomes[name] = outcome { sources(ANSWERS, SECRET_KEY).retrieve_source(name) } }
puts JSON.generate(outcomes)
