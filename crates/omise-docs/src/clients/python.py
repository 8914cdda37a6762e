import os

import omise

omise.api_main = "http://127.0.0.1:4010"
omise.api_secret = os.environ["OMISE_SECRET_KEY"]

source = omise.Source.create(type="promptpay", amount=10000, currency="THB")
print(source.id, source.flow)
