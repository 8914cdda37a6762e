<?php
define('OMISE_API_URL', 'http://127.0.0.1:4010/');
require 'vendor/autoload.php';

define('OMISE_PUBLIC_KEY', getenv('OMISE_PUBLIC_KEY'));
define('OMISE_SECRET_KEY', getenv('OMISE_SECRET_KEY'));
$source = OmiseSource::create(['type' => 'promptpay', 'amount' => 10000, 'currency' => 'THB']);
echo $source['id'], ' ', $source['flow'], PHP_EOL;
