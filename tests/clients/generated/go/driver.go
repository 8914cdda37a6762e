// Uses the client that openapi-generator writes for Go.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	sourceapi "shop.example/checkout/client"
)

type object = map[string]any

// call
func sources(url, key string) (context.Context, *sourceapi.SourcesAPIService) {
	configuration := sourceapi.NewConfiguration()
	configuration.Servers = sourceapi.ServerConfigurations{{URL: url}}
	ctx := context.Background()
	if key != "" {
		ctx = context.WithValue(ctx, sourceapi.ContextBasicAuth, sourceapi.BasicAuth{UserName: key})
	}
	return ctx, sourceapi.NewAPIClient(configuration).SourcesAPI
}
// end

func create(url, key string, amount int64) object {
	// call
	ctx, api := sources(url, key)
	request := sourceapi.NewSourceParameters(amount, "THB", sourceapi.PROMPTPAY)
	source, answer, err := api.CreateSource(ctx).SourceParameters(*request).Execute()
	// end
	return outcome(source, answer, err)
}

func retrieve(url, key, id string) object {
	ctx, api := sources(url, key)
	return outcome(api.RetrieveSource(ctx, id).Execute())
}

func outcome(source *sourceapi.Source, answer *http.Response, err error) object {
	var refused *sourceapi.GenericOpenAPIError
	if errors.As(err, &refused) {
		if body, ok := refused.Model().(sourceapi.ErrorBody); ok {
			return object{"error": object{"status": answer.StatusCode, "code": body.Code, "message": body.Message}}
		}
	}
	if err != nil {
		return object{"failure": err.Error()}
	}
	code, image := source.GetScannableCode(), sourceapi.Document{}
	if code.Image.IsSet() && code.Image.Get() != nil {
		image = *code.Image.Get()
	}
	return object{"source": object{
		"id": source.Id, "type": source.Type, "flow": source.Flow, "amount": source.Amount,
		"currency": source.Currency, "created": source.CreatedAt.Unix(),
		"status": source.ChargeStatus.Get(), "code": image.DownloadUri.Get(),
	}}
}

func main() {
	service, answers, publicKey, secretKey := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	created := create(service, publicKey, 10000)
	id := ""
	if source, ok := created["source"].(object); ok {
		id = source["id"].(string)
	}
	outcomes := object{
		"created":   created,
		"retrieved": retrieve(service, secretKey, id),
		"absent":    retrieve(service, secretKey, "src_test_5g5in1we65199wlsyji"),
		"keyless":   create(service, "", 10000),
		"refused":   create(service, publicKey, 1),
	}
	for _, name := range os.Args[5:] {
		outcomes[name] = retrieve(answers, secretKey, name)
	}
	if err := json.NewEncoder(os.Stdout).Encode(outcomes); err != nil {
		panic(err)
	}
}
