<?php
// Uses the client that openapi-generator writes for PHP.

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
use OpenAPI\Client\Model\SourceParameters;
use OpenAPI\Client\Model\Source;
use OpenAPI\Client\Model\SourceType;

[, $service, $answers, $publicKey, $secretKey] = $argv;

// call
function sources(string $host, string $key): SourcesApi
{
    return new SourcesApi(new Client(), (new Configuration())->setHost($host)->setUsername($key));
}
// end

function create(string $host, string $key, int $amount): Source
{
    // call
    $api = sources($host, $key);
    $request = new SourceParameters(['amount' => $amount, 'currency' => 'THB']);
    $request->setType(SourceType::PROMPTPAY);
    return $api->createSource($request);
    // end
}

function outcome(callable $call): array
{
    try {
        $source = $call();
        return ['source' => [
            'id' => $source->getId(),
            'type' => $source->getType(),
            'flow' => $source->getFlow(),
            'amount' => $source->getAmount(),
            'currency' => $source->getCurrency(),
            'created' => $source->getCreatedAt()->getTimestamp(),
            'status' => $source->getChargeStatus(),
            'code' => $source->getScannableCode()?->getImage()?->getDownloadUri(),
        ]];
    } catch (ApiException $error) {
        $body = $error->getResponseObject();
        return ['error' => ['status' => $error->getCode(), 'code' => $body->getCode(), 'message' => $body->getMessage()]];
    } catch (Throwable $error) {
        return ['failure' => $error->getMessage()];
    }
}

$created = outcome(fn () => create($service, $publicKey, 10000));
$api = sources($service, $secretKey);
$outcomes = [
    'created' => $created,
    'retrieved' => outcome(fn () => $api->retrieveSource($created['source']['id'])),
    'absent' => outcome(fn () => $api->retrieveSource('src_test_5g5in1we65199wlsyji')),
    'keyless' => outcome(fn () => create($service, '', 10000)),
    'refused' => outcome(fn () => create($service, $publicKey, 1)),
];
foreach (array_slice($argv, 5) as $case) {
    $outcomes[$case] = outcome(fn () => sources($answers, $secretKey)->retrieveSource($case));
}
echo json_encode($outcomes), "\n";
