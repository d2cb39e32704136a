//! `docs/refusals.md` is made of the codes, of what phones do about them, and of the app's locales:
//! it can neither lack a code nor say something else than the program.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use shared::codes::{Code, Handling};

const HEAD: &str = "\
# Refusals

Every stable code: what it means, what a phone does about it, and what its owner reads. The table is
made of `shared/src/codes.rs`, `shared/src/codes/handling.rs` and `app/locales`; a test fails when it
differs, and `BAODAO_WRITE_DOCS=1 cargo test --package shared --test refusals` writes it anew. Nothing
that a person entered is dropped for any of them.

The gate (`shared/src/gate.rs`) asks in this order, and the first check that fails names the code:
size and shape (`change_too_large`, `change_malformed`); the writer (`change_forbidden`,
`device_revoked`); room (`document_too_large`, `quota_exceeded`); order (`device_copied`,
`dependency_missing`, `change_out_of_order`); the records (`entry_rewritten`, `entry_malformed`,
`clock_insane`, `activity_elsewhere`). A change that is stored already is answered `stored` whatever
else became of its writer.

| code | meaning | what the phone does | its owner reads |
| --- | --- | --- | --- |
";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// One locale's texts by code.
struct Texts(toml::Table);

impl Texts {
    fn read(locale: &str) -> Self {
        let file = repository().join(format!("app/locales/{locale}.toml"));
        let text = fs::read_to_string(file).expect("the locale is in the repository");
        let mut table: toml::Table = text.parse().expect("the locale is TOML");
        match table.remove("error") {
            Some(toml::Value::Table(errors)) => Self(errors),
            _ => panic!("the locale has a table of errors"),
        }
    }

    /// Returns what people read of a code, `None` when the locale does not know it.
    fn of(&self, code: Code) -> Option<String> {
        let texts = self.0.get(code.as_str())?.as_table()?;
        let part = |name: &str| texts.get(name)?.as_str();
        Some(format!("{} {}", part("message")?, part("next")?))
    }
}

fn render() -> String {
    let (zh, en) = (Texts::read("zh-CN"), Texts::read("en"));
    let mut text = HEAD.to_owned();
    for code in Code::ALL {
        let reads = match (code.handling(), zh.of(*code), en.of(*code)) {
            (Handling::NeverMeets, None, None) => "—".to_owned(),
            (_, Some(zh), Some(en)) => format!("{zh}<br>{en}"),
            (handling, zh, en) => panic!(
                "app/locales lacks error.{}: {handling:?} {zh:?} {en:?}",
                code.as_str()
            ),
        };
        let meaning = code.message();
        let does = code.handling().sentence();
        writeln!(
            text,
            "| `{}` | {meaning} | {does} | {reads} |",
            code.as_str()
        )
        .expect("a string takes everything");
    }
    text
}

#[test]
fn the_table_of_refusals_says_what_the_program_does() {
    let file = repository().join("docs/refusals.md");
    let rendered = render();
    if std::env::var_os("BAODAO_WRITE_DOCS").is_some() {
        fs::write(&file, &rendered).expect("the folder is there");
    }
    let written = fs::read_to_string(&file).expect("docs/refusals.md is in the repository");
    assert!(
        written == rendered,
        "docs/refusals.md is out of date: BAODAO_WRITE_DOCS=1 cargo test --package shared --test refusals"
    );
}
