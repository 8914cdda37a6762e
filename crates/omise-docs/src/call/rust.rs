//! The call for Rust: with the type of the payment method, or by its name if it is discontinued.

use heck::{ToSnakeCase, ToUpperCamelCase};
use omise_codegen::{Constructor, Names};
use omise_contract::Problems;
use serde_json::Value;

use super::{Body, Program};
use crate::value::{in_order, json_text};

pub(super) fn write(program: &Program<'_>) -> Result<String, Problems> {
    let Program { server, key, .. } = program;
    let variable = program.key_variable();
    let [key_type, key_setter] = [key.to_upper_camel_case(), key.to_snake_case()];
    let (uses, statements) = match &program.body {
        Some(body) => match body.typed {
            Some(constructor) => typed(constructor, &key_type)?,
            None => by_name(body, &key_type)?,
        },
        None => (
            format!("use omise_client::{{Client, {key_type}}};\n"),
            "    let id = std::env::args().nth(1).ok_or(\"give the id of a source\")?;\n"
                .to_owned(),
        ),
    };
    let method = program.operation.to_snake_case();
    let argument = program.either("request", "&id.parse()?");
    Ok(format!(
        r#"{uses}
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let url = std::env::var("OMISE_API_URL");
    let client = Client::builder()
        .base_url(url.as_deref().unwrap_or("{server}"))
        .{key_setter}({key_type}::new(&std::env::var("{variable}")?)?)
        .build()?;
{statements}    let source = client.{method}({argument}).await?;
    println!("{{}} {{}}", source.id, source.flow);
    Ok(())
}}
"#
    ))
}

fn typed(constructor: &Constructor, key_type: &str) -> Result<(String, String), Problems> {
    let Names {
        currency,
        payment_methods,
        types,
    } = constructor.names();
    let mut uses = format!("use omise_client::money::{currency};\n");
    if !types.is_empty() {
        uses += &format!("use omise_client::omise_types::{};\n", list(&types));
    }
    let payment_methods = list(&payment_methods);
    uses += &format!("use omise_client::payment_methods::{payment_methods};\n");
    uses += &format!("use omise_client::{{Client, {key_type}}};\n");
    Ok((uses, constructor.statements()?))
}

fn by_name(body: &Body<'_>, key_type: &str) -> Result<(String, String), Problems> {
    const OF_CONSTRUCTOR: [&str; 3] = ["amount", "currency", "type"];
    let request = &body.request;
    let [amount, currency, source_type] = OF_CONSTRUCTOR.map(|name| &request[name]);
    let mut fields = String::new();
    let members = in_order(Some(body.schema), request.as_object().expect("it is one"));
    for (name, _, value) in members {
        if OF_CONSTRUCTOR.contains(&name) {
            continue;
        }
        let value = match value {
            Value::String(text) => format!("{}.to_owned()", json_text(text)),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                let path = format!("components.schemas.SourceParameters.properties.{name}");
                return Err(crate::problem(
                    &path,
                    "its example cannot be written as Rust",
                ));
            }
        };
        fields += &format!("    request.{name} = Some({value});\n");
    }
    let mutable = if fields.is_empty() { "" } else { "mut " };
    let names = format!("Amount, Client, CreateSourceRequest, {key_type}, SourceType");
    Ok((
        format!("use omise_client::{{{names}}};\n"),
        format!(
            "    let {mutable}request = CreateSourceRequest::new(\n        \
             Amount::new({amount})?,\n        {currency}.parse()?,\n        \
             SourceType::from({source_type}),\n    );\n{fields}"
        ),
    ))
}

fn list(names: &[String]) -> String {
    match names {
        [only] => only.clone(),
        several => format!("{{{}}}", several.join(", ")),
    }
}
