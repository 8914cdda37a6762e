//! The whole document, from its head to its components.
//!
//! Every type of the document is taken apart without `..` somewhere below: a member that the
//! document gets does not compile here until somebody says what a change of it means.

use crate::document::{
    Components, Document, Example, ExternalDocs, Info, SecurityScheme, Server, Tag,
};

use serde_json::Value;

use super::change::{
    Change, Changes, Class, EXAMPLES, ORDER, REWORDED, SPELLING, Site, Uses, same,
};
use super::diff::{Lists, lists, maps};
use super::reach::Reach;
use super::{operations, schemas};

/// Every change from one document to the other, what breaks first.
///
/// The version of the document is none: it says how great the others are.
pub(super) fn compare(old: &Document, new: &Document) -> Vec<Change> {
    let mut changes = Changes::default();
    let Document {
        openapi,
        info,
        external_docs,
        servers,
        tags,
        security,
        paths: _,
        components,
    } = old;
    if *openapi != new.openapi {
        let line = format!(
            "the document is written in OpenAPI {}, was {openapi}",
            new.openapi
        );
        changes.breaks(&Site::new("openapi", "openapi", Uses::BOTH), line);
    }
    self::info(&mut changes, info, &new.info);
    self::external_docs(
        &mut changes,
        "externalDocs",
        "`externalDocs`",
        external_docs.as_ref(),
        new.external_docs.as_ref(),
    );
    self::servers(&mut changes, servers, &new.servers);
    self::tags(&mut changes, tags, &new.tags);
    // What it means is judged by operation.
    changes.words_if_changed(security, &new.security, "security", SPELLING, "`security`");
    let reach = Reach::new(old, new);
    operations::compare(&mut changes, &reach);
    self::components(&mut changes, &reach, components, &new.components);
    if changes.is_empty() && !same_but_for_the_version(old, new) {
        let line = "the document differs in a way that has no class".to_owned();
        changes.breaks(&Site::new("", "", Uses::BOTH), line);
    }
    changes.sorted()
}

fn same_but_for_the_version(old: &Document, new: &Document) -> bool {
    let mut old = old.clone();
    old.info.version.clone_from(&new.info.version);
    same(&old, new)
}

fn info(changes: &mut Changes, old: &Info, new: &Info) {
    let Info {
        title,
        version: _,
        description,
        contact,
        license,
    } = old;
    if *title != new.title {
        // Generators name packages and modules by it.
        let line = format!("the API is titled `{}`, was `{title}`", new.title);
        changes.add(Class::BreakingRequests, "info.title", line);
    }
    let mut words = |member: &str, old: &Value, new: &Value| {
        let path = format!("info.{member}");
        let name = format!("`{path}`");
        changes.words_if_changed(old, new, path, REWORDED, &name);
    };
    words(
        "description",
        &Value::from(description.as_str()),
        &Value::from(new.description.as_str()),
    );
    words("contact", contact, &new.contact);
    words("license", license, &new.license);
}

/// A link for people.
pub(super) fn external_docs(
    changes: &mut Changes,
    path: &str,
    name: &str,
    old: Option<&ExternalDocs>,
    new: Option<&ExternalDocs>,
) {
    let parts = |docs: &ExternalDocs| {
        let ExternalDocs { description, url } = docs;
        (description.clone(), url.clone())
    };
    if old.map(parts) != new.map(parts) {
        changes.words(path, REWORDED, name);
    }
}

fn servers(changes: &mut Changes, old: &[Server], new: &[Server]) {
    let addresses = |servers: &[Server]| -> Vec<String> {
        servers.iter().flat_map(Server::addresses).collect()
    };
    let (before, after) = (addresses(old), addresses(new));
    let Lists { gone, come, moved } = lists(&before, &after);
    let shown = |url: &str| format!("`{url}`");
    for url in &gone {
        let line = format!("the server {} is gone", shown(url));
        changes.add(Class::BreakingRequests, "servers", line);
    }
    for url in &come {
        changes.add(
            Class::Safe,
            "servers",
            format!("the server {} is new", shown(url)),
        );
    }
    let address = |servers: &[Server]| servers.first().map(Server::address);
    let first = address(new).filter(|first| address(old).as_ref() != Some(first));
    if let Some(first) = &first {
        // Generated clients call it if nobody says otherwise.
        let line = format!("the first server is {}", shown(first));
        changes.add(Class::BreakingRequests, "servers", line);
    } else if moved {
        changes.words("servers", ORDER, "`servers`");
    } else if gone.is_empty() && come.is_empty() {
        changes.words_if_changed(&old, &new, "servers", REWORDED, "`servers`");
    }
}

// Generators go by the tags of the operations; these only describe them.
fn tags(changes: &mut Changes, old: &[Tag], new: &[Tag]) {
    let name = |tag: &Tag| tag.name.clone();
    let (before, after): (Vec<_>, Vec<_>) = (
        old.iter().map(name).collect(),
        new.iter().map(name).collect(),
    );
    let Lists { gone, come, moved } = lists(&before, &after);
    for tag in gone.iter().chain(&come) {
        changes.words("tags", REWORDED, &format!("the tag `{tag}`"));
    }
    if moved {
        changes.words("tags", ORDER, "`tags`");
    }
    for tag in new {
        let Some(before) = old.iter().find(|before| before.name == tag.name) else {
            continue;
        };
        let Tag {
            name,
            description,
            external_docs,
        } = before;
        let path = format!("tags.{name}");
        let name = format!("the tag `{name}`");
        changes.words_if_changed(description, &tag.description, &path, REWORDED, &name);
        self::external_docs(
            changes,
            &format!("{path}.externalDocs"),
            &name,
            external_docs.as_ref(),
            tag.external_docs.as_ref(),
        );
    }
}

fn components(changes: &mut Changes, reach: &Reach<'_>, old: &Components, new: &Components) {
    let Components {
        parameters,
        headers,
        responses,
        schemas,
        examples,
        security_schemes,
    } = old;
    operations::unused_components(changes, reach, "parameters", parameters, &new.parameters);
    operations::unused_components(changes, reach, "headers", headers, &new.headers);
    operations::unused_components(changes, reach, "responses", responses, &new.responses);
    schemas::components(changes, reach, schemas, &new.schemas);
    let examples = maps(examples, &new.examples);
    let all_gone = examples.gone.iter().chain(&examples.come);
    for (name, _) in all_gone {
        let path = format!("components.examples.{name}");
        changes.words(path, EXAMPLES, &format!("`{name}`"));
    }
    if examples.moved {
        changes.words("components.examples", ORDER, "`components.examples`");
    }
    for (name, before, after) in examples.kept {
        let Example { summary, value } = before;
        if *summary != after.summary || !same(value, &after.value) {
            let path = format!("components.examples.{name}");
            changes.words(path, EXAMPLES, &format!("`{name}`"));
        }
    }
    let schemes = maps(security_schemes, &new.security_schemes);
    for (name, _) in schemes.gone {
        let line = format!("the kind of key `{name}` is gone");
        let path = format!("components.securitySchemes.{name}");
        changes.add(Class::BreakingRequests, path, line);
    }
    for (name, _) in schemes.come {
        let line = format!("the kind of key `{name}` is new");
        changes.add(
            Class::Safe,
            format!("components.securitySchemes.{name}"),
            line,
        );
    }
    if schemes.moved {
        changes.words(
            "components.securitySchemes",
            ORDER,
            "`components.securitySchemes`",
        );
    }
    for (name, before, after) in schemes.kept {
        security_scheme(changes, name, before, after);
    }
}

fn security_scheme(changes: &mut Changes, name: &str, old: &SecurityScheme, new: &SecurityScheme) {
    let SecurityScheme {
        kind,
        scheme,
        description,
    } = old;
    let path = format!("components.securitySchemes.{name}");
    if (kind, scheme) != (&new.kind, &new.scheme) {
        let line = format!(
            "`{name}` is sent as {} {}, was {kind} {scheme}",
            new.kind, new.scheme
        );
        changes.add(Class::BreakingRequests, &path, line);
    }
    let shown = format!("`{name}`");
    changes.words_if_changed(description, &new.description, path, REWORDED, &shown);
}
