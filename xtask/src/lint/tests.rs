//! Proof that the lint can fail: the document with one thing changed, and where that is told.

use omise_codegen::SOURCE_YAML;

use super::lint;

#[test]
fn the_document_has_no_problem() {
    let problems = lint(SOURCE_YAML).err().unwrap_or_default();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn every_change_for_the_worse_is_told_with_its_path() {
    let failures: Vec<String> = MUTATIONS.iter().filter_map(Mutation::failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_request_without_its_source_and_a_source_without_its_request_are_told() {
    let changed = SOURCE_YAML.replace("PaynowSource", "PaymaybeSource");
    let changed = changed.replace("              Paynow:\n", "              Paymaybe:\n");
    let problems = lint(&changed).expect_err("the pair is broken");
    for expected in [
        "components.examples.PaynowRequest: has no `PaynowSource`",
        "components.examples.PaymaybeSource: has no `PaymaybeRequest`",
    ] {
        let told = problems.iter().map(ToString::to_string);
        let told: Vec<String> = told.collect();
        assert!(
            told.iter().any(|told| told.ends_with(expected)),
            "{expected} is not among:\n{}",
            told.join("\n")
        );
    }
}

/// A change of the document.
struct Mutation {
    // What is wrong after it.
    name: &'static str,
    // The text to replace: the first place where it stands at or behind the line `under`.
    under: &'static str,
    find: &'static str,
    replace: &'static str,
    // How a problem begins that must be told.
    expected: &'static str,
}

impl Mutation {
    /// What is not as expected, if anything is not.
    fn failure(&self) -> Option<String> {
        let name = self.name;
        let Some(under) = SOURCE_YAML.find(&format!("\n{}\n", self.under)) else {
            return Some(format!("{name}: there is no line `{}`", self.under));
        };
        let (before, after) = SOURCE_YAML.split_at(under + 1);
        if !after.contains(self.find) {
            return Some(format!(
                "{name}: there is no `{}` under `{}`",
                self.find, self.under
            ));
        }
        let changed = format!("{before}{}", after.replacen(self.find, self.replace, 1));
        let problems = lint(&changed).err().unwrap_or_default();
        let told = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.path, problem.message));
        let told: Vec<String> = told.collect();
        if told.iter().any(|told| told.starts_with(self.expected)) {
            return None;
        }
        Some(format!(
            "{name}: `{}` is not among what is told:\n  {}",
            self.expected,
            told.join("\n  ")
        ))
    }
}

/// Shorthand for a row of the list below.
const fn mutation(
    name: &'static str,
    under: &'static str,
    find: &'static str,
    replace: &'static str,
    expected: &'static str,
) -> Mutation {
    Mutation {
        name,
        under,
        find,
        replace,
        expected,
    }
}

const MUTATIONS: [Mutation; 113] = [
    // What omise-codegen refuses.
    mutation(
        "a member that is none of OpenAPI's",
        "    Flow:",
        "type: string\n",
        "type: string\n      typo: 1\n",
        "components.schemas.Flow",
    ),
    mutation(
        "a keyword that not every generator understands",
        "    Item:",
        "type: object\n",
        "type: object\n      additionalProperties: true\n",
        "components.schemas.Item",
    ),
    mutation(
        "a choice of shapes",
        "    Item:",
        "type: object\n",
        "oneOf: []\n",
        "components.schemas.Item",
    ),
    mutation(
        "a pattern",
        "  schemas:",
        "    SourceId:\n      type: string\n",
        "    SourceId:\n      type: string\n      pattern: ^src\n",
        "components.schemas.SourceId",
    ),
    mutation(
        "a member given twice",
        "    Flow:",
        "      type: string\n",
        "      type: string\n      type: string\n",
        "",
    ),
    mutation(
        "an operation without a summary",
        "  /sources:",
        "      summary: Create a source\n",
        "",
        "paths./sources",
    ),
    mutation(
        "a reference to no schema",
        "    Source:",
        "#/components/schemas/Flow",
        "#/components/schemas/Flows",
        "components.schemas.Source.properties.flow",
    ),
    mutation(
        "a reference to no example",
        "  /sources:",
        "#/components/examples/PromptpayRequest",
        "#/components/examples/Promptpay",
        "paths./sources.post.requestBody.examples.Promptpay",
    ),
    mutation(
        "a reference to no response",
        "  /sources:",
        "#/components/responses/BadRequest",
        "#/components/responses/Bad",
        "paths./sources.post.responses.400",
    ),
    mutation(
        "something beside a reference",
        "    Source:",
        "          $ref: \"#/components/schemas/Flow\"\n",
        "          $ref: \"#/components/schemas/Flow\"\n          nullable: true\n",
        "components.schemas.Source.properties.flow",
    ),
    mutation(
        "a range of statuses",
        "  /sources:",
        "\"400\":",
        "4XX:",
        "paths./sources.post.responses.4XX",
    ),
    mutation(
        "an answer for all other statuses",
        "  /sources:",
        "\"400\":",
        "default:",
        "paths./sources.post.responses.default",
    ),
    mutation(
        "a failure without ErrorBody",
        "    BadRequest:",
        "#/components/schemas/ErrorBody",
        "#/components/schemas/Item",
        "paths./sources.post.responses.400",
    ),
    mutation(
        "a form as a body",
        "      requestBody:",
        "application/json:",
        "application/x-www-form-urlencoded:",
        "paths./sources.post.requestBody.content",
    ),
    mutation(
        "a key that is none",
        "  /sources:",
        "- publicKey: []",
        "- masterKey: []",
        "paths./sources.post.security",
    ),
    mutation(
        "a kind of key that the server does not know",
        "  securitySchemes:",
        "    secretKey:\n",
        "    masterKey:\n",
        "components.securitySchemes: must be",
    ),
    mutation(
        "a value that gives no name in Rust",
        "    ErrorCode:",
        "x-extensible-enum:\n",
        "x-extensible-enum:\n        - 3ds_failed\n",
        "components.schemas.ErrorCode: `3dsFailed` is no name",
    ),
    mutation(
        "two values with one name in Rust",
        "    ErrorCode:",
        "x-extensible-enum:\n",
        "x-extensible-enum:\n        - not__found\n",
        "components.schemas.ErrorCode: `not_found` has the name",
    ),
    mutation(
        "a title that gives no name in Rust",
        "    Source:",
        "title: Barcode",
        "title: Bar code",
        "components.schemas.Source.properties.scannable_code",
    ),
    mutation(
        "another name of a parameter that there is not",
        "    CreateSourceRequest:",
        "x-omise-alias-of: ",
        "x-omise-alias-of: no_",
        "components.schemas.CreateSourceRequest.properties",
    ),
    mutation(
        "a named number",
        "  schemas:",
        "  schemas:\n",
        "  schemas:\n    Count:\n      type: integer\n      format: int32\n\n",
        "components.schemas.Count: must be an object",
    ),
    mutation(
        "a payment method without a row",
        "    SourceType:",
        "        - alipay\n",
        "        - alipay\n        - alipay_xx\n",
        "components.schemas.SourceType.enum: must list",
    ),
    mutation(
        "a payment method that answers do not know",
        "    SourceTypeCode:",
        "        - alipay\n",
        "",
        "components.schemas.SourceTypeCode.x-extensible-enum: must list",
    ),
    mutation(
        "a flow that is none",
        "        alipay:",
        "flow: redirect",
        "flow: teleport",
        "components.schemas.SourceType.x-omise-payment-methods.alipay.flow",
    ),
    mutation(
        "a currency without a row",
        "        alipay:",
        "currencies: [THB]",
        "currencies: [XXX]",
        "components.schemas.SourceType.x-omise-payment-methods.alipay.currencies",
    ),
    mutation(
        "a country that is none",
        "        alipay:",
        "countries: [TH]",
        "countries: [thai]",
        "components.schemas.SourceType.x-omise-payment-methods.alipay.countries",
    ),
    mutation(
        "limits the wrong way round",
        "        econtext:",
        "min: 150, max: 49999",
        "min: 49999, max: 150",
        "components.schemas.SourceType.x-omise-payment-methods.econtext.amount.JPY",
    ),
    mutation(
        "a parameter that a request does not have",
        "        econtext:",
        "required: [name, email, phone_number]",
        "required: [name, e_mail, phone_number]",
        "components.schemas.SourceType.x-omise-payment-methods.econtext.required",
    ),
    mutation(
        "banks without the parameter",
        "        fpx:",
        "required: [bank]",
        "required: []",
        "components.schemas.SourceType.x-omise-payment-methods.fpx.banks",
    ),
    mutation(
        "a constraint of another parameter",
        "        econtext:",
        "name: { max_length: 10 }",
        "barcode: { max_length: 10 }",
        "components.schemas.SourceType.x-omise-payment-methods.econtext.constraints.barcode",
    ),
    mutation(
        "a constraint of an unknown kind",
        "        econtext:",
        "format: email",
        "format: phone",
        "components.schemas.SourceType.x-omise-payment-methods.econtext.constraints.email",
    ),
    mutation(
        "two constraints of one parameter",
        "        econtext:",
        "name: { max_length: 10 }",
        "name: { max_length: 10, format: email }",
        "components.schemas.SourceType.x-omise-payment-methods.econtext.constraints",
    ),
    mutation(
        "a constraint that nothing meets",
        "        econtext:",
        "digits: [10, 11]",
        "digits: [11, 10]",
        "components.schemas.SourceType.x-omise-payment-methods.econtext.constraints.phone_number",
    ),
    mutation(
        "a row that says not how it is known",
        "        alipay:",
        "evidence: [documented, fixture]",
        "evidence: []",
        "components.schemas.SourceType.x-omise-payment-methods.alipay: `evidence`",
    ),
    mutation(
        "a row without its page",
        "        alipay:",
        "          see: alipay\n",
        "",
        "components.schemas.SourceType.x-omise-payment-methods.alipay",
    ),
    mutation(
        "an integer without a format",
        "    Item:",
        "          format: int64\n",
        "",
        "components.schemas.Item.properties.amount",
    ),
    mutation(
        "an object in place without a title",
        "    Source:",
        "          title: Barcode\n",
        "",
        "components.schemas.Source.properties.scannable_code",
    ),
    mutation(
        "a required attribute that is none",
        "    ErrorBody:",
        "required: [object, location, code, message]",
        "required: [object, location, code, text]",
        "components.schemas.ErrorBody.required",
    ),
    mutation(
        "a parameter that is not classified",
        "    ItemRequest:",
        "          x-omise-sensitive: false\n",
        "",
        "components.schemas.ItemRequest.properties.sku: is a text that is not classified; write",
    ),
    mutation(
        "a sensitive parameter that is not classified",
        "    CreateSourceRequest:",
        "          x-omise-sensitive: true\n",
        "",
        "components.schemas.CreateSourceRequest.properties.name: is a text that is not classified",
    ),
    mutation(
        "an attribute of an object in place that is not classified",
        "        scannable_code:",
        "              x-omise-sensitive: true\n",
        "",
        "components.schemas.Source.properties.scannable_code.properties.raw_data: is a text",
    ),
    mutation(
        "a list of texts that are not classified",
        "    Item:",
        "        quantity:\n",
        "        tags:\n          type: array\n          description: Words.\n          items:\n            type: string\n        quantity:\n",
        "components.schemas.Item.properties.tags.items: is a text that is not classified",
    ),
    mutation(
        "a named text that is not classified",
        "    SourceId:",
        "      x-omise-sensitive: false\n",
        "",
        "components.schemas.SourceId: is a text that is not classified",
    ),
    mutation(
        "a closed list that is not classified",
        "    PlatformType:",
        "      x-omise-sensitive: false\n",
        "",
        "components.schemas.PlatformType: is a text that is not classified",
    ),
    mutation(
        "a header of a request that is not classified",
        "  parameters:",
        "        x-omise-sensitive: false\n",
        "",
        "components.parameters.OmiseVersion.schema: is a text that is not classified",
    ),
    mutation(
        "a header of an answer that is not classified",
        "    RequestId:",
        "        x-omise-sensitive: false\n",
        "",
        "components.headers.RequestId.schema: is a text that is not classified",
    ),
    mutation(
        "a text that is classified as something else",
        "    Item:",
        "x-omise-sensitive: false",
        "x-omise-sensitive: maybe",
        "components.schemas.Item.properties.sku",
    ),
    mutation(
        "an object that is classified",
        "    BillingRequest:",
        "      properties:\n",
        "      x-omise-sensitive: true\n      properties:\n",
        "components.schemas.BillingRequest.x-omise-sensitive: classifies what is no text",
    ),
    mutation(
        "a reference to an object that is classified",
        "        billing:",
        "          x-omise-every-type: true\n",
        "          x-omise-every-type: true\n          x-omise-sensitive: true\n",
        "components.schemas.CreateSourceRequest.properties.billing.x-omise-sensitive: classifies",
    ),
    mutation(
        "a list that is classified",
        "        items:",
        "          type: array\n",
        "          type: array\n          x-omise-sensitive: false\n",
        "components.schemas.CreateSourceRequest.properties.items.x-omise-sensitive: classifies",
    ),
    mutation(
        "a number that is classified",
        "    Item:",
        "          format: int32\n",
        "          format: int32\n          x-omise-sensitive: false\n",
        "components.schemas.Item.properties.quantity.x-omise-sensitive: classifies",
    ),
    mutation(
        "a use of a named text that is classified",
        "    Source:",
        "          $ref: \"#/components/schemas/SourceId\"\n",
        "          $ref: \"#/components/schemas/SourceId\"\n          x-omise-sensitive: false\n",
        "components.schemas.Source.properties.id: nothing may stand beside `$ref`",
    ),
    // How the file is written.
    mutation(
        "a tab",
        "  title: Source API",
        "  title: Source API",
        "  title:\tSource API",
        "line ",
    ),
    mutation(
        "a blank at the end of a line",
        "  title: Source API",
        "  title: Source API",
        "  title: Source API ",
        "line ",
    ),
    mutation(
        "an odd indent",
        "    SourceId:",
        "        The id of a source",
        "         The id of a source",
        "line ",
    ),
    mutation(
        "a line that is too long",
        "  title: Source API",
        "  contact:\n",
        "  # word word word word word word word word word word word word word word word word word word word word word word word word word\n  contact:\n",
        "line ",
    ),
    mutation(
        "an anchor",
        "    Flow:",
        "type: string",
        "type: &text string",
        "line ",
    ),
    mutation(
        "a status code that is not quoted",
        "  /sources:",
        "\"400\":",
        "400:",
        "line ",
    ),
    // The order of members.
    mutation(
        "an operation whose tag stands before its name",
        "    post:",
        "      operationId: createSource\n      tags: [Sources]\n",
        "      tags: [Sources]\n      operationId: createSource\n",
        "paths./sources.post: `operationId` must stand before `tags`",
    ),
    mutation(
        "a property whose example stands before its type",
        "    Item:",
        "          type: string\n          nullable: true\n",
        "          nullable: true\n          type: string\n",
        "components.schemas.Item.properties.sku: `type` must stand before `nullable`",
    ),
    mutation(
        "a schema whose description stands before its type",
        "    Item:",
        "      type: object\n      description: One of the goods that are paid for.\n",
        "      description: One of the goods that are paid for.\n      type: object\n",
        "components.schemas.Item: `type` must stand before `description`",
    ),
    mutation(
        "a property that is classified behind its example",
        "    Item:",
        "          x-omise-sensitive: false\n          example: Shoes\n",
        "          example: Shoes\n          x-omise-sensitive: false\n",
        "components.schemas.Item.properties.name: `x-omise-sensitive` must stand before `example`",
    ),
    mutation(
        "a named text that is classified behind its example",
        "    Flow:",
        "      x-omise-sensitive: false\n      example: offline\n",
        "      example: offline\n      x-omise-sensitive: false\n",
        "components.schemas.Flow: `x-omise-sensitive` must stand before `example`",
    ),
    // Words.
    mutation(
        "a summary with a full stop",
        "    post:",
        "summary: Create a source",
        "summary: Create a source.",
        "paths./sources.post.summary",
    ),
    mutation(
        "a summary that begins small",
        "    post:",
        "summary: Create a source",
        "summary: create a source",
        "paths./sources.post.summary",
    ),
    mutation(
        "a summary in title case",
        "    PromptpayRequest:",
        "summary: PromptPay QR code",
        "summary: PromptPay Quick Response Code Scan",
        "components.examples.PromptpayRequest.summary",
    ),
    mutation(
        "a description without a full stop",
        "    Item:",
        "description: The name of the goods.",
        "description: The name of the goods",
        "components.schemas.Item.properties.name.description",
    ),
    mutation(
        "a description that begins small",
        "    Item:",
        "description: The name of the goods.",
        "description: the name of the goods.",
        "components.schemas.Item.properties.name.description",
    ),
    mutation(
        "a version that is none",
        "info:",
        "version: 0.1.0",
        "version: \"0.1\"",
        "info.version",
    ),
    // Operations and components.
    mutation(
        "an operation without 401",
        "  /sources:",
        "        \"401\":\n          $ref: \"#/components/responses/Unauthorized\"\n",
        "",
        "paths./sources.post.responses: `401`",
    ),
    mutation(
        "an operation without 429",
        "  /sources/{id}:",
        "        \"429\":\n          $ref: \"#/components/responses/TooManyRequests\"\n",
        "",
        "paths./sources/{id}.get.responses: `429`",
    ),
    mutation(
        "an operationId in snake case",
        "    post:",
        "operationId: createSource",
        "operationId: create_source",
        "paths./sources.post.operationId",
    ),
    mutation(
        "an operationId given twice",
        "    post:",
        "operationId: createSource",
        "operationId: retrieveSource",
        "paths./sources/{id}.get.operationId",
    ),
    mutation(
        "a tag that is not declared",
        "    post:",
        "tags: [Sources]",
        "tags: [Charges]",
        "paths./sources.post.tags",
    ),
    mutation(
        "a response that is not used",
        "  /sources:",
        "        \"413\":\n          $ref: \"#/components/responses/BodyTooLarge\"\n",
        "",
        "components.responses.BodyTooLarge: is not used",
    ),
    mutation(
        "an example that is not used",
        "  /sources:",
        "              Promptpay:\n                $ref: \"#/components/examples/PromptpayRequest\"\n",
        "",
        "components.examples.PromptpayRequest: is not used",
    ),
    mutation(
        "a schema that is not used",
        "  schemas:",
        "  schemas:\n",
        "  schemas:\n    Unused:\n      type: string\n      description: A.\n      x-extensible-enum: [a]\n      x-omise-sensitive: false\n      example: a\n\n",
        "components.schemas.Unused: is not used",
    ),
    mutation(
        "a header that is not used",
        "  headers:",
        "  headers:\n",
        "  headers:\n    Unused:\n      description: A.\n      schema:\n        type: string\n        x-omise-sensitive: false\n      example: a\n\n",
        "components.headers.Unused: is not used",
    ),
    // Schemas.
    mutation(
        "a schema with a generator's name",
        "  schemas:",
        "  schemas:\n",
        "  schemas:\n    ApiError:\n      type: string\n      description: A.\n      x-extensible-enum: [a]\n      x-omise-sensitive: false\n      example: a\n\n",
        "components.schemas.ApiError: is a name",
    ),
    mutation(
        "a title that is a generator's name",
        "    Source:",
        "title: Barcode",
        "title: Pair",
        "components.schemas.Source.properties.scannable_code.title",
    ),
    mutation(
        "a schema in snake case",
        "  schemas:",
        "  schemas:\n",
        "  schemas:\n    new_thing:\n      type: string\n      description: A.\n      x-extensible-enum: [a]\n      x-omise-sensitive: false\n      example: a\n\n",
        "components.schemas.new_thing: must be",
    ),
    mutation(
        "an attribute in camel case",
        "    Item:",
        "        brand:",
        "        brandName:",
        "components.schemas.Item.properties.brandName",
    ),
    mutation(
        "an attribute without a description",
        "    Item:",
        "          description: The name of the goods.\n",
        "",
        "components.schemas.Item.properties.name: needs a description",
    ),
    mutation(
        "an attribute without an example",
        "    Item:",
        "          example: Shoes\n",
        "",
        "components.schemas.Item.properties.name: needs an example",
    ),
    mutation(
        "a named scalar without an example",
        "    Flow:",
        "      example: offline\n",
        "",
        "components.schemas.Flow: needs an example",
    ),
    mutation(
        "a constraint in an answer",
        "    Item:",
        "          format: int32\n",
        "          format: int32\n          minimum: 1\n",
        "components.schemas.Item.properties.quantity.minimum",
    ),
    mutation(
        "a closed list in an answer",
        "    Source:",
        "x-extensible-enum: [merchant",
        "enum: [merchant",
        "components.schemas.Source.properties.absorption_type.enum",
    ),
    mutation(
        "an optional attribute that cannot be null",
        "    Item:",
        "          type: string\n          nullable: true\n",
        "          type: string\n",
        "components.schemas.Item.properties.sku: is optional",
    ),
    mutation(
        "a row whose page is empty",
        "        alipay:",
        "see: alipay\n",
        "see: \"\"\n",
        "components.schemas.SourceType.x-omise-payment-methods.alipay.see",
    ),
    // Examples.
    mutation(
        "an example of another type",
        "    Item:",
        "example: Shoes",
        "example: 12",
        "components.schemas.Item.properties.name.example",
    ),
    mutation(
        "an example below the minimum",
        "    ItemRequest:",
        "          minimum: 1\n          description: The number of pieces.\n          example: 1",
        "          minimum: 1\n          description: The number of pieces.\n          example: 0",
        "components.schemas.ItemRequest.properties.quantity.example",
    ),
    mutation(
        "an example that is no time",
        "    Source:",
        "example: \"2019-12-31T12:59:59Z\"",
        "example: \"2019-13-31\"",
        "components.schemas.Source.properties.created_at.example",
    ),
    mutation(
        "an example that is not in its list",
        "    Flow:",
        "example: offline",
        "example: online",
        "components.schemas.Flow.example",
    ),
    mutation(
        "a header's example of another type",
        "    RequestId:",
        "example: 1c2b5e0e-6a0c-4f0b-9a5e-2f3f9a1f7f10",
        "example: 1",
        "components.headers.RequestId.example",
    ),
    mutation(
        "a body of another type",
        "    PromptpayRequest:",
        "amount: 10000",
        "amount: ten",
        "components.examples.PromptpayRequest.value.amount",
    ),
    mutation(
        "a body with a slip of the pen",
        "    PromptpayRequest:",
        "currency: THB",
        "currency: THB\n        curency: THB",
        "components.examples.PromptpayRequest.value: ",
    ),
    mutation(
        "a body with a value that no list has",
        "    PromptpaySource:",
        "flow: offline",
        "flow: online",
        "components.examples.PromptpaySource.value.flow",
    ),
    mutation(
        "a body with null where none may be",
        "    PromptpaySource:",
        "livemode: false",
        "livemode: null",
        "components.examples.PromptpaySource.value.livemode",
    ),
    mutation(
        "a body under another name",
        "  /sources:",
        "              Promptpay:\n",
        "              PromptPay:\n",
        "paths./sources.post.requestBody.content.application/json.examples.PromptPay: must",
    ),
    mutation(
        "a request below the limit of its method",
        "    EcontextRequest:",
        "amount: 5000",
        "amount: 149",
        "components.examples.EcontextRequest.value: is refused: amount",
    ),
    mutation(
        "a request without a required parameter",
        "    EcontextRequest:",
        "        email: taro.yamada@example.com\n",
        "",
        "components.examples.EcontextRequest.value: is refused: email",
    ),
    mutation(
        "a request with a bank that its method does not have",
        "    FpxRequest:",
        "bank: uob",
        "bank: scb",
        "components.examples.FpxRequest.value: is refused: bank",
    ),
    mutation(
        "a request with a term that its method does not have",
        "    InstallmentWlbKtcRequest:",
        "installment_term: 6",
        "installment_term: 7000",
        "components.examples.InstallmentWlbKtcRequest.value: is refused: installment_term",
    ),
    mutation(
        "a source that its request does not make",
        "    PromptpaySource:",
        "amount: 10000",
        "amount: 10001",
        "components.examples.PromptpaySource.value.amount: is 10001",
    ),
    mutation(
        "a source at another path",
        "    PromptpaySource:",
        "location: /sources/src_test_",
        "location: /source/src_test_",
        "components.examples.PromptpaySource.value.location",
    ),
    mutation(
        "a source with an id that is none",
        "    PromptpaySource:",
        "id: src_test_",
        "id: chrg_test_",
        "components.examples.PromptpaySource.value: its id",
    ),
    mutation(
        "a source without an attribute",
        "    ChargedPromptpaySource:",
        "        store_name: null\n",
        "",
        "components.examples.ChargedPromptpaySource.value: `store_name`",
    ),
    mutation(
        "an error that points elsewhere",
        "  examples:",
        "api-errors#key-expired-error",
        "api-errors#key-expired",
        "components.examples.KeyExpired.value.location: must be",
    ),
    mutation(
        "a code that the document does not have",
        "  examples:",
        "code: key_expired_error",
        "code: key_is_old",
        "components.examples.KeyExpired.value.code",
    ),
    mutation(
        "a request without its source",
        "  examples:",
        "\n    PromptpaySource:\n",
        "\n    PromptpaysSource:\n",
        "paths./sources.post",
    ),
    mutation(
        "a section in the wrong place",
        "externalDocs:",
        "externalDocs:\n  description: The documentation of the API that this document describes.\n  url: https://docs.omise.co/sources-api\n\nservers:\n  - url: http://127.0.0.1:4010\n    description: The server of this project on its default address.\n  - url: https://api.omise.co\n    description: The service of Omise.\n\n",
        "servers:\n  - url: http://127.0.0.1:4010\n    description: The server of this project on its default address.\n  - url: https://api.omise.co\n    description: The service of Omise.\n\nexternalDocs:\n  description: The documentation of the API that this document describes.\n  url: https://docs.omise.co/sources-api\n\n",
        ": `externalDocs` must stand before `servers`",
    ),
    mutation(
        "a default outside of a schema",
        "servers:",
        "    description: The service of Omise.\n",
        "    description: The service of Omise.\n    default: true\n",
        "servers[1].default",
    ),
    mutation(
        "a failure that is not shown",
        "    NotAcceptable:",
        "          examples:\n            NotAcceptable:\n              $ref: \"#/components/examples/NotAcceptable\"\n",
        "",
        "components.responses.NotAcceptable: needs an example",
    ),
];
