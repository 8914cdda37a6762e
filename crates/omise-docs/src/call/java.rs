//! The call for Java's standard library, 17 or later.
//!
//! It has no reader of JSON, so the program prints the answer as it is.

use super::Program;
use crate::value::JSON;

pub(super) fn write(program: &Program<'_>) -> String {
    let Program {
        server,
        path,
        method,
        success,
        ..
    } = program;
    let key = program.key_variable();
    let body = program.body(&JSON, 0).map(|body| {
        let body = body.replace('\\', r"\\");
        let body = body.replace('\n', "\n            ");
        format!("        var body = \"\"\"\n            {body}\n            \"\"\";\n")
    });
    let body = body.unwrap_or_default();
    let id = program.either("", " + arguments[0]");
    let content_type = program.either(
        "            .header(\"Content-Type\", \"application/json\")\n",
        "",
    );
    let publisher = program.either("ofString(body)", "noBody()");
    format!(
        r#"import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;

class Call {{
    public static void main(String[] arguments) throws Exception {{
        var key = System.getenv("{key}");
        var url = System.getenv().getOrDefault("OMISE_API_URL", "{server}");
        var basic = Base64.getEncoder().encodeToString((key + ":").getBytes());

{body}        var request = HttpRequest.newBuilder(URI.create(url + "{path}"{id}))
            .header("Authorization", "Basic " + basic)
{content_type}            .method("{method}", BodyPublishers.{publisher})
            .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (answer.statusCode() != {success}) {{
            throw new IllegalStateException(answer.body());
        }}
        System.out.println(answer.body());
    }}
}}
"#
    )
}
