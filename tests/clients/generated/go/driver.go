// Calls by the client that openapi-generator writes for Go.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"

	sourceapi "shop.example/checkout/client"
)

type object = map[string]any

type call struct {
	Url, Key, Operation, Request string
	Arguments                    struct {
		Path, Query, Header map[string]json.RawMessage
		Body                json.RawMessage
	}
}

func connect(url, key string) (context.Context, *sourceapi.APIClient) {
	configuration := sourceapi.NewConfiguration()
	configuration.Servers = sourceapi.ServerConfigurations{{URL: url}}
	ctx := context.Background()
	if key != "" {
		ctx = context.WithValue(ctx, sourceapi.ContextBasicAuth, sourceapi.BasicAuth{UserName: key})
	}
	return ctx, sourceapi.NewAPIClient(configuration)
}

// The call of generators.md: it is compiled, and not run.
func example(url, key string) (*sourceapi.Source, *http.Response, error) {
	ctx, client := connect(url, key)
	request := sourceapi.NewSourceParameters(10000, "THB", sourceapi.PROMPTPAY)
	return client.SourcesAPI.CreateSource(ctx).SourceParameters(*request).Execute()
}

// An operation is a method of one of the client's services; it takes what the path has and gives a
// builder with a method for each other argument.
func send(call call) (reflect.Value, *http.Response, error) {
	ctx, client := connect(call.Url, call.Key)
	method := operation(reflect.ValueOf(client).Elem(), call.Operation)
	in := []reflect.Value{reflect.ValueOf(ctx)}
	for _, value := range call.Arguments.Path {
		in = append(in, read(value, method.Type().In(len(in))))
	}
	request := method.Call(in)[0]
	named := map[string]json.RawMessage{}
	for _, group := range []map[string]json.RawMessage{call.Arguments.Query, call.Arguments.Header} {
		for name, value := range group {
			named[name] = value
		}
	}
	if call.Request != "" {
		named[call.Request] = call.Arguments.Body
	}
	for name, value := range named {
		setter := request.MethodByName(strings.ReplaceAll(name, "-", ""))
		request = setter.Call([]reflect.Value{read(value, setter.Type().In(0))})[0]
	}
	out := request.MethodByName("Execute").Call(nil)
	err, _ := out[2].Interface().(error)
	return out[0], out[1].Interface().(*http.Response), err
}

func operation(client reflect.Value, name string) reflect.Value {
	for field := range client.NumField() {
		if !client.Field(field).CanInterface() {
			continue
		}
		method := client.Field(field).MethodByName(strings.ToUpper(name[:1]) + name[1:])
		if method.IsValid() {
			return method
		}
	}
	panic("no operation " + name)
}

func read(text json.RawMessage, as reflect.Type) reflect.Value {
	value := reflect.New(as)
	if err := json.Unmarshal(text, value.Interface()); err != nil {
		panic(err)
	}
	return value.Elem()
}

func answer(line []byte) (answered object) {
	defer func() {
		if failure := recover(); failure != nil {
			answered = object{"failure": fmt.Sprint(failure)}
		}
	}()
	var call call
	if err := json.Unmarshal(line, &call); err != nil {
		panic(err)
	}
	value, response, err := send(call)
	var refused *sourceapi.GenericOpenAPIError
	if errors.As(err, &refused) {
		if body, ok := refused.Model().(sourceapi.ErrorBody); ok {
			return object{"status": response.StatusCode, "error": body}
		}
	}
	if err != nil {
		return object{"failure": err.Error()}
	}
	return object{"value": value.Interface()}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if err := json.NewEncoder(os.Stdout).Encode(answer(lines.Bytes())); err != nil {
			panic(err)
		}
	}
}
