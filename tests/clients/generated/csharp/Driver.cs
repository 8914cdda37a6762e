// Uses the models that openapi-generator writes for C#; `System.Net.Http` sends the requests.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Org.OpenAPITools.Model;

public static class Driver
{
    // What is not given is left out.
    static readonly JsonSerializerSettings Settings =
        new JsonSerializerSettings { DefaultValueHandling = DefaultValueHandling.Ignore };

    static HttpResponseMessage Send(HttpMethod method, string url, string key, string body)
    {
        var request = new HttpRequestMessage(method, url);
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":"));
        if (key != "") request.Headers.Authorization = new AuthenticationHeaderValue("Basic", token);
        if (body != null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return new HttpClient().SendAsync(request).Result;
    }

    static JObject Create(string url, string key, long amount)
    {
        // call
        var request = new SourceParameters(amount, "THB", SourceType.Promptpay);
        var body = JsonConvert.SerializeObject(request, Settings);
        var answer = Send(HttpMethod.Post, url + "/sources", key, body);
        // end
        return Outcome(answer);
    }

    static JObject Retrieve(string url, string key, string id)
    {
        return Outcome(Send(HttpMethod.Get, url + "/sources/" + id, key, null));
    }

    static JObject Outcome(HttpResponseMessage answer)
    {
        var text = answer.Content.ReadAsStringAsync().Result;
        if (!answer.IsSuccessStatusCode)
        {
            var error = JsonConvert.DeserializeObject<ErrorBody>(text);
            var status = (int)answer.StatusCode;
            return JObject.FromObject(new { error = new { status, code = error.Code, message = error.Message } });
        }
        try
        {
            var source = JsonConvert.DeserializeObject<Source>(text);
            var created = (source.CreatedAt.ToUniversalTime() - new DateTime(1970, 1, 1)).TotalSeconds;
            var seen = new
            {
                id = source.Id,
                type = source.Type,
                flow = source.Flow,
                amount = source.Amount,
                currency = source.Currency,
                created,
                status = source.ChargeStatus,
                code = source.ScannableCode?.Image?.DownloadUri,
            };
            return JObject.FromObject(new { source = seen });
        }
        catch (JsonException error)
        {
            return JObject.FromObject(new { failure = error.Message });
        }
    }

    public static void Main(string[] arguments)
    {
        string service = arguments[0], answers = arguments[1];
        string publicKey = arguments[2], secretKey = arguments[3];
        var created = Create(service, publicKey, 10000);
        var id = (string)created.SelectToken("source.id");
        var outcomes = new Dictionary<string, JObject>
        {
            ["created"] = created,
            ["retrieved"] = Retrieve(service, secretKey, id),
            ["absent"] = Retrieve(service, secretKey, "src_test_5g5in1we65199wlsyji"),
            ["keyless"] = Create(service, "", 10000),
            ["refused"] = Create(service, publicKey, 1),
        };
        foreach (var name in arguments.Skip(4)) outcomes[name] = Retrieve(answers, secretKey, name);
        Console.WriteLine(JsonConvert.SerializeObject(outcomes));
    }
}
