<?php
// Calls by the client that openapi-generator writes for PHP.

require 'GuzzleHttp/autoload.php';

// With Composer, `autoload` of the generated composer.json does this.
spl_autoload_register(function (string $class): void {
    $path = __DIR__ . '/client/lib/' . str_replace('\\', '/', substr($class, strlen('OpenAPI\\Client\\'))) . '.php';
    if (str_starts_with($class, 'OpenAPI\\Client\\') && is_file($path)) {
        require $path;
    }
});

use GuzzleHttp\Client;
use OpenAPI\Client\Api\SourcesApi;
use OpenAPI\Client\ApiException;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\Model\Source;
use OpenAPI\Client\Model\SourceParameters;
use OpenAPI\Client\Model\SourceType;
use OpenAPI\Client\ObjectSerializer;

function configuration(string $host, string $key): Configuration
{
    return (new Configuration())->setHost($host)->setUsername($key);
}

// The call of generators.md: it is compiled, and not run.
function example(string $host, string $key): Source
{
    $request = new SourceParameters(['amount' => 10000, 'currency' => 'THB']);
    $request->setType(SourceType::PROMPTPAY);
    return (new SourcesApi(new Client(), configuration($host, $key)))->createSource($request);
}

function send(object $call): object
{
    foreach (glob(__DIR__ . '/client/lib/Api/*.php') as $file) {
        $class = 'OpenAPI\\Client\\Api\\' . basename($file, '.php');
        if (method_exists($class, $call->operation)) {
            break;
        }
    }
    $given = [];
    foreach (['path', 'query', 'header'] as $place) {
        foreach ($call->arguments->$place ?? [] as $name => $value) {
            $given[plain($name)] = $value;
        }
    }
    if ($call->request) {
        $model = 'OpenAPI\\Client\\Model\\' . $call->request;
        $given[plain($call->request)] = ObjectSerializer::deserialize($call->arguments->body, $model);
    }
    $named = [];
    foreach ((new ReflectionMethod($class, $call->operation))->getParameters() as $parameter) {
        if (isset($given[plain($parameter->name)])) {
            $named[$parameter->name] = $given[plain($parameter->name)];
        }
    }
    $api = new $class(new Client(), configuration($call->url, $call->key ?? ''));
    return $api->{$call->operation}(...$named);
}

function plain(string $name): string
{
    return strtolower(str_replace(['-', '_'], '', $name));
}

function answer(object $call): array
{
    try {
        return ['value' => ObjectSerializer::sanitizeForSerialization(send($call))];
    } catch (ApiException $error) {
        $body = ObjectSerializer::sanitizeForSerialization($error->getResponseObject());
        return ['status' => $error->getCode(), 'error' => $body];
    } catch (Throwable $error) {
        return ['failure' => $error->getMessage()];
    }
}

while (($line = fgets(STDIN)) !== false) {
    echo json_encode(answer(json_decode($line))), "\n";
}
