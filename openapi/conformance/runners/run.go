// Runs the conformance cases: go run run.go URL PUBLIC_KEY SECRET_KEY [NEED_TO_SKIP ...]
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

type raw = json.RawMessage // nil is nothing: no such member, no such header, no body

type step struct {
	Id      string
	Needs   []string
	Given   []step
	Capture map[string]string
	Answer  raw
	Request struct {
		Method, Path, Key, Text, Base64 string
		Headers                         map[string]string
		Json                            raw
		Form                            *string
		Pad                             int
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func decode(text raw) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	decoder.Decode(&value)
	return value
}

func encode(value any) raw { return must(json.Marshal(value)) }

var base64Of = regexp.MustCompile(`{base64:(.*?)}`)

func fill(text string, names map[string]raw) string {
	for name, value := range names {
		if plain, is := decode(value).(string); is {
			text = strings.ReplaceAll(text, "{"+name+"}", plain)
		}
	}
	return base64Of.ReplaceAllStringFunc(text, func(found string) string {
		return base64.StdEncoding.EncodeToString([]byte(found[len("{base64:") : len(found)-1]))
	})
}

func send(url string, s step, names map[string]raw) map[string]raw {
	asked, headers := s.Request, map[string]string{}
	body := must(base64.StdEncoding.DecodeString(asked.Base64))
	body = append(body, string(asked.Json)+asked.Text...)
	if asked.Key != "" {
		headers["authorization"] = "Basic {base64:{" + asked.Key + "_key}:}"
	}
	if asked.Json != nil {
		headers["content-type"] = "application/json"
	}
	if asked.Form != nil {
		headers["content-type"] = "application/x-www-form-urlencoded"
		body = append(body, *asked.Form...)
	}
	body = append(body, strings.Repeat("x", asked.Pad)...)
	path := strings.TrimSuffix(url, "/") + fill(asked.Path, names)
	request := must(http.NewRequest(asked.Method, path, bytes.NewReader(body)))
	for _, given := range []map[string]string{headers, asked.Headers} {
		for name, value := range given {
			request.Header.Set(name, fill(value, names))
		}
	}
	answer := must(http.DefaultTransport.RoundTrip(request)) // It follows no redirect.
	defer answer.Body.Close()
	text := must(io.ReadAll(answer.Body))
	seen := map[string]string{}
	for name, values := range answer.Header {
		seen[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	whole := map[string]raw{"status": encode(answer.StatusCode), "headers": encode(seen)}
	if len(text) > 0 {
		whole["body"] = text
	}
	return whole
}

func keys(object raw) (names []any) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	for decoder.Token(); decoder.More(); {
		name, _ := decoder.Token()
		decoder.Decode(new(raw))
		names = append(names, name)
	}
	return names
}

func matches(want any, got raw, names map[string]raw) bool {
	switch want := want.(type) {
	case string:
		return decode(got) == fill(want, names)
	case []any:
		var list []raw
		if json.Unmarshal(got, &list) != nil || len(list) != len(want) {
			return false
		}
		for index := range want {
			if !matches(want[index], list[index], names) {
				return false
			}
		}
		return list != nil
	case map[string]any:
		if assumed, is := want["$assumed"]; is {
			return slices.Contains(os.Args[4:], "emulator") || matches(assumed, got, names)
		} else if want["$absent"] != nil {
			return got == nil
		} else if pattern, is := want["$match"].(string); is {
			text, isText := decode(got).(string)
			return isText && regexp.MustCompile(pattern).MatchString(text)
		} else if name, is := want["$captured"].(string); is {
			return got != nil && reflect.DeepEqual(decode(got), decode(names[name]))
		}
		var members map[string]raw
		if json.Unmarshal(got, &members) != nil {
			return false
		}
		for name, value := range want {
			if name == "$keys" && !reflect.DeepEqual(value, keys(got)) {
				return false
			} else if name != "$keys" && !matches(value, members[name], names) {
				return false
			}
		}
		return members != nil
	}
	return got != nil && reflect.DeepEqual(want, decode(got))
}

func problem(test step, url, publicKey, secretKey string) (found string) {
	defer func() {
		if err := recover(); err != nil {
			found = fmt.Sprint("no answer that can be read: ", err)
		}
	}()
	names := map[string]raw{"public_key": encode(publicKey), "secret_key": encode(secretKey)}
	for _, s := range append(test.Given, test) {
		answer := send(url, s, names)
		var members map[string]raw
		json.Unmarshal(answer["body"], &members)
		for name, member := range s.Capture {
			if names[name] = members[member]; member == "" {
				names[name] = answer["body"]
			}
		}
		if !matches(decode(s.Answer), encode(answer), names) {
			return fmt.Sprintf("expected %s, saw %s", s.Answer, encode(answer))
		}
	}
	return ""
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: go run run.go URL PUBLIC_KEY SECRET_KEY [NEED_TO_SKIP ...]")
		os.Exit(2)
	}
	passed, failed := 0, 0
	_, script, _, _ := runtime.Caller(0)
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(script), "../*.json"))
	for _, file := range files {
		var suite struct{ Cases []step }
		must(0, json.Unmarshal(must(os.ReadFile(file)), &suite))
		for _, test := range suite.Cases {
			skip := func(need string) bool { return slices.Contains(os.Args[4:], need) }
			if slices.ContainsFunc(test.Needs, skip) {
				continue
			}
			if found := problem(test, os.Args[1], os.Args[2], os.Args[3]); found != "" {
				failed++
				fmt.Printf("%s: %s\n", test.Id, found)
			} else {
				passed++
			}
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
