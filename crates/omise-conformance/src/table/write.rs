//! Files in which a case is a paragraph: a line a member, so that a diff shows what changed.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

use crate::CaseFile;

/// The text of a file.
pub(super) fn file(file: &CaseFile) -> String {
    let mut text = String::from("{\n");
    let generated_by = file.generated_by.as_deref();
    let head = [
        ("$schema", Some(file.schema.as_str())),
        ("version", Some(&file.version)),
        ("generated_by", generated_by),
        ("title", Some(&file.title)),
    ];
    for (name, value) in head {
        if let Some(value) = value {
            text.push_str(&format!("  \"{name}\": {},\n", line(&value)));
        }
    }
    text.push_str("  \"cases\": [\n");
    let cases: Vec<String> = file.cases.iter().map(case).collect();
    text.push_str(&cases.join(",\n"));
    text.push_str("\n  ]\n}\n");
    text
}

fn case(case: &crate::Case) -> String {
    let mut members = vec![
        ("id", line(&case.id)),
        ("title", line(&case.title)),
        ("evidence", line(&case.evidence)),
    ];
    if let Some(see) = &case.see {
        members.push(("see", line(see)));
    }
    if !case.needs.is_empty() {
        members.push(("needs", line(&case.needs)));
    }
    if !case.given.is_empty() {
        members.push(("given", line(&case.given)));
    }
    members.push(("request", line(&case.step.request)));
    if !case.step.capture.is_empty() {
        members.push(("capture", line(&case.step.capture)));
    }
    members.push(("answer", line(&case.step.answer)));
    let members = members
        .iter()
        .map(|(name, value)| format!("      \"{name}\": {value}"));
    let members: Vec<String> = members.collect();
    format!("    {{\n{}\n    }}", members.join(",\n"))
}

/// JSON on one line, with a blank behind each colon and comma.
fn line(value: &impl Serialize) -> String {
    let mut written = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut written, OneLine);
    value
        .serialize(&mut serializer)
        .expect("what is written to memory has no error");
    String::from_utf8(written).expect("JSON is UTF-8")
}

struct OneLine;

impl Formatter for OneLine {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

fn separate<W: ?Sized + io::Write>(writer: &mut W, first: bool) -> io::Result<()> {
    writer.write_all(if first { b"" } else { b", " })
}
