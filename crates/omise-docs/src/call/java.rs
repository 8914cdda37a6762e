//! The call for Java's standard library, 17 or later.
//!
//! It has no reader of JSON, so the program prints the answer as it is.

use super::{Creation, Retrieval};
use crate::value::JSON;

pub(super) fn write(creation: &Creation<'_>) -> String {
    let Creation {
        server,
        path,
        method,
        success,
        ..
    } = creation;
    let key = creation.key_variable();
    let body = creation.body(&JSON, 0).replace('\\', r"\\");
    let body = body.replace('\n', "\n            ");
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

        var body = """
            {body}
            """;
        var request = HttpRequest.newBuilder(URI.create(url + "{path}"))
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/json")
            .method("{method}", BodyPublishers.ofString(body))
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

pub(super) fn retrieve(retrieval: &Retrieval<'_>) -> String {
    let Retrieval {
        server,
        path,
        method,
        success,
        ..
    } = retrieval;
    let key = retrieval.key_variable();
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

        var request = HttpRequest.newBuilder(URI.create(url + "{path}" + arguments[0]))
            .header("Authorization", "Basic " + basic)
            .method("{method}", BodyPublishers.noBody())
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
