# Calls by the client that openapi-generator writes for Ruby.

require 'json'
require 'time'
require 'uri'
require 'openapi_client'

def client(url, key)
  address = URI(url)
  configuration = OpenapiClient::Configuration.new
  configuration.server_index = nil
  configuration.scheme = address.scheme
  configuration.host = "#{address.host}:#{address.port}"
  configuration.username = key
  OpenapiClient::ApiClient.new(configuration)
end

# The call of generators.md: it is compiled, and not run.
def example(url, key)
  type = OpenapiClient::SourceType::PROMPTPAY
  request = OpenapiClient::SourceParameters.new(amount: 10_000, currency: 'THB', type: type)
  OpenapiClient::SourcesApi.new(client(url, key)).create_source(request)
end

def snake_case(name)
  name.to_s.gsub(/([a-z0-9])([A-Z])/, '\1_\2').tr('-', '_').downcase
end

# Required parameters are positions: what the path has, then the body. Others are options.
def call(call)
  operation = snake_case(call[:operation]).to_sym
  apis = OpenapiClient.constants.grep(/Api\z/).map { |name| OpenapiClient.const_get(name) }
  api = apis.find { |found| found.method_defined?(operation) }
  given = call[:arguments]
  positions = (given[:path] || {}).values
  positions << OpenapiClient.const_get(call[:request]).build_from_hash(given[:body]) if call[:request]
  options = { **(given[:query] || {}), **(given[:header] || {}) }.transform_keys { |name| snake_case(name).to_sym }
  api.new(client(call[:url], call[:key] || '')).public_send(operation, *positions, options)
end

# As JSON has it.
def plain(value)
  case value
  when Hash then value.transform_values { |member| plain(member) }
  when Array then value.map { |element| plain(element) }
  when Time, DateTime then value.to_time.utc.iso8601
  else value
  end
end

def answer(line)
  { value: plain(call(line).to_hash) }
rescue OpenapiClient::ApiError => e
  body = OpenapiClient::ErrorBody.build_from_hash(JSON.parse(e.response_body, symbolize_names: true))
  { status: e.code, error: plain(body.to_hash) }
rescue StandardError => e
  { failure: e.message }
end

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(answer(JSON.parse(line, symbolize_names: true))) }
