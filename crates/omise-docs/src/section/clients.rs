//! The official clients: a program for each that creates a source, and how to point it at this
//! server.

use maud::{Markup, html};

use super::Section;
use crate::both::Words;
use crate::field::copy_button;

/// An official client with a program that uses it.
pub struct ClientSample {
    /// Its name for people.
    pub name: &'static str,
    /// The name of the file that the program is pasted into.
    pub file: &'static str,
    /// The program. It talks to `http://127.0.0.1:4010`, or says why it cannot.
    pub text: &'static str,
    // How it is pointed at this server.
    server: Words,
}

/// The samples, in the order of the page.
pub const CLIENT_SAMPLES: [ClientSample; 8] = [
    ClientSample {
        name: "Omise.js",
        file: "index.html",
        text: include_str!("../clients/omise.html"),
        server: Words(
            "Set `Omise.config.interfaceUrl` before the first call. It sends the public key from \
             the payer's browser; this server allows that from every page.",
            "最初の呼び出しの前に `Omise.config.interfaceUrl` を設定します。公開鍵は顧客のブラウザから\
             送信されます。このサーバーは、どのページからの呼び出しも許可します。",
        ),
    },
    ClientSample {
        name: "iOS SDK",
        file: "CreateSource.swift",
        text: include_str!("../clients/ios.swift"),
        server: Words(
            "Give `OmiseSDK` a `Configuration` with both URLs. iOS refuses `http` unless the app \
             allows it (`NSAllowsLocalNetworking`).",
            "`OmiseSDK` に、2 つの URL を設定した `Configuration` を渡します。`http` で接続するには、\
             アプリで `NSAllowsLocalNetworking` を有効にする必要があります。",
        ),
    },
    ClientSample {
        name: "Android SDK",
        file: "CreateSource.kt",
        text: include_str!("../clients/android.kt"),
        server: Words(
            "It has no setting for the address and speaks HTTPS only. Put a TLS proxy in front of \
             this server, let the emulator resolve `api.omise.co` to it, and let the debug build \
             trust its certificate.",
            "接続先を変更する設定はなく、HTTPS でのみ接続します。このサーバーの前に TLS プロキシを置き、\
             エミュレーターで `api.omise.co` をプロキシのアドレスに名前解決させ、デバッグビルドで\
             その証明書を信頼するように設定します。",
        ),
    },
    ClientSample {
        name: "omise-php",
        file: "create_source.php",
        text: include_str!("../clients/php.php"),
        server: Words(
            "Define `OMISE_API_URL`, with a slash at its end, before the library is loaded. The \
             library then warns that it is defined already.",
            "ライブラリを読み込む前に、末尾にスラッシュを付けて `OMISE_API_URL` を定義します。\
             定義済みであるという警告がライブラリから表示されます。",
        ),
    },
    ClientSample {
        name: "omise-node",
        file: "create_source.js",
        text: include_str!("../clients/node.js"),
        server: Words(
            "The host is an option and the scheme an environment variable. There is no option for \
             the port; the default port of Node's agent stands in for it.",
            "ホストはオプションで、スキームは環境変数で指定します。ポートのオプションはないため、\
             Node のエージェントの既定ポートとして指定します。",
        ),
    },
    ClientSample {
        name: "omise-java",
        file: "CreateSource.java",
        text: include_str!("../clients/java.java"),
        server: Words(
            "It has no setting for the address and speaks HTTPS only. Put a TLS proxy in front of \
             this server, point `api.omise.co` at it with `-Djdk.net.hosts.file`, and trust its \
             certificate with `-Djavax.net.ssl.trustStore`.",
            "接続先を変更する設定はなく、HTTPS でのみ接続します。このサーバーの前に TLS プロキシを置き、\
             `-Djdk.net.hosts.file` で `api.omise.co` をプロキシのアドレスに向け、\
             `-Djavax.net.ssl.trustStore` にその証明書を指定します。",
        ),
    },
    ClientSample {
        name: "omise-python",
        file: "create_source.py",
        text: include_str!("../clients/python.py"),
        server: Words(
            "Set `omise.api_main`. It creates sources with the secret key.",
            "`omise.api_main` を設定します。ソースは秘密鍵で作成されます。",
        ),
    },
    ClientSample {
        name: "omise-go",
        file: "main.go",
        text: include_str!("../clients/go.go"),
        server: Words(
            "Replace the address of the operation's endpoint in `client.Endpoints`.",
            "`client.Endpoints` で、操作のエンドポイントのアドレスを置き換えます。",
        ),
    },
];

pub(crate) fn section() -> Section {
    let content = html! {
        p {
            (Words(
                "The clients that Omise publishes work with this server. The programs for \
                 omise-node and omise-python are run by our tests; the others are written from \
                 what is publicly known of the clients.",
                "Omise が公開しているクライアントは、このサーバーで動作します。omise-node と omise-python \
                 のプログラムは、本プロジェクトのテストで実行しています。その他のプログラムは、公開情報\
                 をもとに作成したものです。",
            ))
        }
        @for sample in &CLIENT_SAMPLES { (client(sample)) }
    };
    Section::new(
        "clients",
        Words("Official clients", "公式クライアント"),
        content,
    )
}

fn client(sample: &ClientSample) -> Markup {
    let ClientSample {
        name,
        file,
        text,
        server,
    } = sample;
    html! {
        details.client {
            summary { (name) }
            p { (server) }
            div.code {
                p.file { code { (file) } }
                (copy_button())
                pre tabindex="0" aria-label=(name) { code.program data-client=(name) { (text) } }
            }
        }
    }
}
