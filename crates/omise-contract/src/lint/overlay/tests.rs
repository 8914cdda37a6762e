//! Proof that each rule can fail: one of the two files with one thing changed, and what is told.

use std::collections::BTreeSet;

use crate::overlay::Overlay;
use crate::tree::Node;
use crate::{SOURCE_YAML, Spec};

use super::{Pair, RULES, lint, told};

const SOURCE_JA_YAML: &str = include_str!("../../../../../openapi/source.ja.yaml");

#[test]
fn the_translation_has_no_problem() {
    let told = lint(&SOURCE_YAML, SOURCE_JA_YAML).err().unwrap_or_default();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn the_translated_document_is_a_document() {
    let mut document = Node::read(&SOURCE_YAML).expect("it is YAML");
    let overlay = Overlay::read(SOURCE_JA_YAML).expect("it is an overlay");
    overlay.apply(&mut document).expect("it can be applied");
    let translated = serde_json::to_string(&document).expect("it is JSON too");
    let spec = Spec::read(&translated).expect("only words have changed");
    let types = |spec: &Spec| {
        spec.payment_methods()
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let translated: Vec<String> = types(&spec);
    let original: Vec<String> = types(&Spec::read(&SOURCE_YAML).expect("it is a document"));
    assert_eq!(translated, original);
}

#[test]
fn every_spoil_is_told_by_its_rule_with_its_path_and_a_way_to_mend_it() {
    let failures: Vec<String> = SPOILS.iter().filter_map(Spoil::failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_has_a_spoil() {
    let spoiled: BTreeSet<&str> = SPOILS.iter().map(|spoil| spoil.rule).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|(name, _)| *name).collect();
    assert_eq!(spoiled, rules);
}

#[test]
fn a_line_that_is_badly_written_is_told_with_its_number() {
    for (line, expected) in [
        ("\t# a", "has a tab"),
        (" # a", "is indented by 1"),
        ("a: &name b", "has an anchor"),
        (
            &format!("# {}", "字".repeat(50)),
            "has 102 columns, more than 100: end it",
        ),
    ] {
        let told = lint(&SOURCE_YAML, &format!("{SOURCE_JA_YAML}{line}\n"));
        let told = told.expect_err("the line is bad");
        let number = SOURCE_JA_YAML.lines().count() + 1;
        let expected = format!("openapi/source.ja.yaml: line {number}: {expected}");
        assert!(
            told.iter().any(|told| told.starts_with(&expected)),
            "{told:?}"
        );
    }
}

#[test]
fn a_text_that_is_missing_is_told_once() {
    let spoiled = SOURCE_JA_YAML.replace("      summary: ソースを作成する\n", "");
    let told = lint(&SOURCE_YAML, &spoiled).expect_err("a summary is missing");
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn what_is_no_yaml_is_told_of_the_right_file() {
    for (source, overlay, expected) in [
        (SOURCE_YAML.as_str(), "overlay: [\n", "(document): "),
        (
            "openapi: [\n",
            SOURCE_JA_YAML,
            "(document): cannot be compared with openapi/source.yaml: ",
        ),
    ] {
        let told = lint(source, overlay).expect_err("it cannot be read");
        let expected = format!("openapi/source.ja.yaml: {expected}");
        assert!(told[0].starts_with(&expected), "{told:?}");
    }
}

/// Which of the two files is spoiled.
enum File {
    Document,
    Translation,
}

use File::{Document, Translation};

struct Spoil {
    rule: &'static str,
    file: File,
    // What to replace; it stands there once.
    find: &'static str,
    replace: &'static str,
    // How a problem of that rule begins.
    expected: &'static str,
}

impl Spoil {
    /// What is not as expected, if anything is not.
    fn failure(&self) -> Option<String> {
        let (mut document, mut translation) = (SOURCE_YAML.to_owned(), SOURCE_JA_YAML.to_owned());
        let spoiled = match self.file {
            Document => &mut document,
            Translation => &mut translation,
        };
        let places = spoiled.matches(self.find).count();
        if places != 1 {
            return Some(format!(
                "{}: {:?} stands {places} times",
                self.rule, self.find
            ));
        }
        *spoiled = spoiled.replace(self.find, self.replace);
        let told = match Pair::read(&document, &translation) {
            Ok(pair) => self.problems(&pair),
            Err(problem) => vec![told(&problem)],
        };
        let expected = format!("openapi/source.ja.yaml: {}", self.expected);
        if told.iter().any(|told| told.starts_with(&expected)) {
            return None;
        }
        let told = told.join("\n  ");
        Some(format!(
            "{}: `{expected}` is not among what is told:\n  {told}",
            self.rule
        ))
    }

    fn problems(&self, pair: &Pair) -> Vec<String> {
        let rules = RULES.iter().filter(|(name, _)| *name == self.rule);
        let problems = rules.flat_map(|(_, rule)| rule(pair));
        problems.map(|problem| told(&problem)).collect()
    }
}

/// Shorthand for a row of the list below.
const fn spoil(
    rule: &'static str,
    file: File,
    find: &'static str,
    replace: &'static str,
    expected: &'static str,
) -> Spoil {
    Spoil {
        rule,
        file,
        find,
        replace,
        expected,
    }
}

const SPOILS: [Spoil; 40] = [
    spoil(
        "the head fits the document",
        Translation,
        "overlay: 1.0.0\n",
        "overlay: 1.1.0\n",
        "overlay: must be `1.0.0`",
    ),
    spoil(
        "the head fits the document",
        Translation,
        "extends: source.yaml\n",
        "extends: other.yaml\n",
        "extends: must be `source.yaml`",
    ),
    spoil(
        "the head fits the document",
        Document,
        "  version: 0.2.0\n",
        "  version: 0.3.0\n",
        "info.version: must be `0.3.0`",
    ),
    spoil(
        "targets meet one node",
        Translation,
        "  - target: $.externalDocs\n",
        "  - target: $.components.headers[*]\n",
        "$.components.headers[*]: must meet one node of the document, not 5",
    ),
    spoil(
        "targets meet one node",
        Document,
        "externalDocs:\n  description: The documentation of the API that this document describes.\n  \
         url: https://docs.omise.co/sources-api\n",
        "",
        "$.externalDocs: must meet one node of the document, not 0",
    ),
    spoil(
        "targets meet one node",
        Translation,
        "  - target: $.externalDocs\n",
        "  - target: $.externalDocs[\n",
        "(document): cannot be applied: actions[1] ($.externalDocs[): ",
    ),
    spoil(
        "targets meet one node",
        Translation,
        "\nactions:\n",
        "\nacts:\n",
        "(document): cannot be applied: ",
    ),
    spoil(
        "actions translate and do no more",
        Translation,
        "      description: 本仕様書が対象とする API のドキュメント。\n",
        "      description: 本仕様書が対象とする API のドキュメント。\n      url: https://example.com\n",
        "$.externalDocs.url: must go: the document has no such text",
    ),
    spoil(
        "actions translate and do no more",
        Translation,
        "      description: 本仕様書が対象とする API のドキュメント。\n",
        "      description: 本仕様書が対象とする API のドキュメント。\n    remove: true\n",
        "$.externalDocs.remove: must go: an action has target, x-omise-of, update only",
    ),
    spoil(
        "actions translate and do no more",
        Translation,
        "      description: 本仕様書が対象とする API のドキュメント。\n",
        "      description: [本仕様書が対象とする API のドキュメント。]\n",
        "$.externalDocs.description: must go: the document has no such text",
    ),
    spoil(
        "actions translate and do no more",
        Translation,
        "  - target: $.externalDocs\n",
        "  - target: $.components.headers[*]\n",
        "$.components.headers[*]: must go, or be written as `$.components.schemas.Item`",
    ),
    spoil(
        "actions translate and do no more",
        Translation,
        "  - target: $.externalDocs\n",
        "  - target: $.tags[1]\n",
        "$.tags[1]: must go, or be written as `$.components.schemas.Item`",
    ),
    spoil(
        "everything is translated once",
        Translation,
        "      summary: ソースを作成する\n",
        "",
        "$.paths['/sources'].post.summary: is not translated: set it in the action of that target, \
         with x-omise-of \"",
    ),
    spoil(
        "everything is translated once",
        Document,
        "          label: PayPay\n",
        "          label: PayPay wallet\n",
        "$.components.schemas.SourceType['x-omise-payment-methods'].paypay.label: is not \
         translated: set it in the action of that target, with x-omise-of \"",
    ),
    spoil(
        "everything is translated once",
        Document,
        "  - url: \"{origin}\"\n",
        "  - url: \"{origin}\"\n    summary: New words\n",
        "$.servers[0].summary: is not translated: set it in the action of that target",
    ),
    spoil(
        "everything is translated once",
        Translation,
        "  - target: $.externalDocs\n",
        "  - target: $.info\n",
        "$.info: must be the target of one action, not more",
    ),
    spoil(
        "actions are in order",
        Translation,
        "  - target: $.externalDocs\n",
        "  - target: $.tags[0]\n",
        "$.servers[0]: must stand before `$.tags[0]`, as in the document",
    ),
    spoil(
        "digests are current",
        Document,
        "  description: The documentation of the API that this document describes.\n",
        "  description: The documentation of the API.\n",
        "$.externalDocs: has not the digest of the English that stands there now: compare the two \
         texts, then set x-omise-of \"",
    ),
    spoil(
        "digests are current",
        Document,
        "      summary: Create a source\n",
        "      summary: Make a source\n",
        "$.paths['/sources'].post: has not the digest of the English",
    ),
    spoil(
        "digests are current",
        Document,
        "          label: Alipay (online)\n",
        "          label: Alipay (on the web)\n",
        "$.components.schemas.SourceType['x-omise-payment-methods'].alipay: has not the digest",
    ),
    spoil(
        "digests are current",
        Translation,
        "    x-omise-of: \"89acff72\"\n",
        "",
        "$.externalDocs: has not the digest of the English that stands there now: compare the two \
         texts, then set x-omise-of \"89acff72\"",
    ),
    spoil(
        "translations are Japanese",
        Translation,
        "      description: 本仕様書が対象とする API のドキュメント。\n",
        "      description: The documentation of the API.\n",
        "$.externalDocs.description: must be in Japanese",
    ),
    spoil(
        "translations are Japanese",
        Translation,
        "      label: SCB 分割払い\n",
        "      label: SCB installments\n",
        "$.components.schemas.SourceType['x-omise-payment-methods'].installment_scb.label: must be",
    ),
    spoil(
        "sentences end as sentences",
        Translation,
        "      description: 本仕様書が対象とする API のドキュメント。\n",
        "      description: 本仕様書が対象とする API のドキュメント\n",
        "$.externalDocs.description: must end with `。`",
    ),
    spoil(
        "sentences end as sentences",
        Translation,
        "      note: 最後に確認されたのは 2020 年です。\n",
        "      note: 最後に確認されたのは 2020 年です\n",
        "$.components.schemas.SourceType['x-omise-payment-methods'].barcode_wechat.note: must end",
    ),
    spoil(
        "sentences end as sentences",
        Translation,
        "      summary: ソースを作成する\n",
        "      summary: ソースを作成する。\n",
        "$.paths['/sources'].post.summary: must not end with `。`",
    ),
    spoil(
        "marks are kept",
        Translation,
        "      description: ソースの `id`。\n",
        "      description: ソースの ID。\n",
        "$.components.parameters.SourceIdInPath.description: must have `id`, as the English has",
    ),
    spoil(
        "marks are kept",
        Translation,
        "      description: 本仕様書が対象とする API のドキュメント。\n",
        "      description: Omise の `api`。\n",
        "$.externalDocs.description: has `api`, which the English has not",
    ),
    spoil(
        "marks are kept",
        Translation,
        "**エンコーディング。** レスポンス",
        "**エンコーディング。**レスポンス",
        "$.info.description: must have 7 bold words, as the English has, not 6",
    ),
    spoil(
        "marks are kept",
        Translation,
        "商標は Omise に帰属します。",
        "商標は Omise に帰属します。\\n\\n",
        "$.info.description: must have 6 paragraphs, as the English has, not 7",
    ),
    spoil(
        "numbers are kept",
        Translation,
        "65,536 バイト",
        "65,535 バイト",
        "$.components.responses.BodyTooLarge.description: must have the number 65,536",
    ),
    spoil(
        "numbers are kept",
        Document,
        "The body is larger than 65,536 bytes",
        "The body is larger than 131,072 bytes",
        "$.components.responses.BodyTooLarge.description: must have the number 131,072",
    ),
    spoil(
        "what is ours is called so",
        Translation,
        "リクエストを受信できませんでした（本プロジェクトの仮定）。",
        "リクエストを受信できませんでした。",
        "$.components.responses.RequestTimeout.description: must say （本プロジェクトの仮定）",
    ),
    spoil(
        "what is ours is called so",
        Document,
        "The request did not arrive in time (Ours).",
        "The request did not arrive in time.",
        "$.components.responses.RequestTimeout.description: must say （本プロジェクトの仮定） as often \
         as the English says (Ours): 0, not 1",
    ),
    spoil(
        "the glossary agrees with itself",
        Translation,
        "  payer: { use: 顧客, not: [支払者, 支払い者, 支払人, 購入者] }\n",
        "  payer: 顧客\n",
        "x-omise-glossary.payer: must be written as `payer: { use: 顧客, not: [支払者] }` is",
    ),
    spoil(
        "the glossary agrees with itself",
        Translation,
        "\nx-omise-glossary:\n",
        "\nx-omise-words:\n",
        "x-omise-glossary: must have a term",
    ),
    spoil(
        "the glossary agrees with itself",
        Translation,
        "  payer's name: { use: 顧客名,",
        "  payer's name: { use: 購入者名,",
        "x-omise-glossary.payer's name: must not prescribe `購入者名`: x-omise-glossary.payer \
         forbids `購入者`",
    ),
    spoil(
        "terms are those of the glossary",
        Translation,
        "      description: 分割払いの利子の負担者。\n",
        "      description: 分割払いの利息の負担者。\n",
        "$.components.schemas.Source.properties.absorption_type.description: has `利息`: write \
         `利子` for \"interest\"",
    ),
    spoil(
        "terms are those of the glossary",
        Translation,
        "      label: Lotus's 請求書決済\n",
        "      label: Lotus's 請求書払い\n",
        "$.components.schemas.SourceType['x-omise-payment-methods'].bill_payment_tesco_lotus.label: \
         has `請求書払い`: write `請求書決済` for \"bill payment\"",
    ),
    spoil(
        "terms are those of the glossary",
        Translation,
        "      description: API のバージョンがソースに対応していません。\n",
        "      description: API のバージョンにソースがありません。\n",
        "$.components.responses.ServiceNotFound.description: has `ソースがありません`: write \
         `対応していません` for \"has no sources\"",
    ),
];
