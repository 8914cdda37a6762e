// Calls with the models that openapi-generator writes for C#; `System.Net.Http` sends them.
using System;
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

    static HttpResponseMessage Send(string method, string url, string key, string body)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), url);
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":"));
        if (key != null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", token);
        if (body != null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return new HttpClient().SendAsync(request).Result;
    }

    // The call of generators.md: it is compiled, and not run.
    static HttpResponseMessage Example(string url, string key)
    {
        var request = new SourceParameters(10000, "THB", SourceType.Promptpay);
        return Send("POST", url + "/sources", key, JsonConvert.SerializeObject(request, Settings));
    }

    // What a model of this name reads, as it writes it.
    static string Read(string model, string text, JsonSerializerSettings settings = null)
    {
        var type = typeof(Source).Assembly.GetType("Org.OpenAPITools.Model." + model, true);
        return JsonConvert.SerializeObject(JsonConvert.DeserializeObject(text, type), settings);
    }

    static JObject Answer(JObject call)
    {
        var request = (string)call["request"];
        var body = request == null ? null : Read(request, call["arguments"]["body"].ToString(Formatting.None), Settings);
        var answered = Send((string)call["method"], (string)call["url"] + call["target"], (string)call["key"], body);
        var text = answered.Content.ReadAsStringAsync().Result;
        var read = new JRaw(Read(answered.IsSuccessStatusCode ? (string)call["answer"] : "ErrorBody", text));
        return answered.IsSuccessStatusCode
            ? new JObject { ["value"] = read }
            : new JObject { ["status"] = (int)answered.StatusCode, ["error"] = read };
    }

    public static void Main()
    {
        // Texts that look like times stay as they came.
        JsonConvert.DefaultSettings = () => new JsonSerializerSettings { DateParseHandling = DateParseHandling.None };
        for (var line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            JObject answered;
            try
            {
                answered = Answer(JsonConvert.DeserializeObject<JObject>(line));
            }
            catch (Exception error)
            {
                answered = new JObject { ["failure"] = error.Message };
            }
            Console.WriteLine(answered.ToString(Formatting.None));
        }
    }
}
