//! Turns `locales/*.toml` into typed code, so that a missing key, a key missing
//! in one locale, or differing placeholders stop the build with a plain message.
//!
//! Writes `OUT_DIR/locale_keys.rs`: a module for each table, a struct for each
//! key (its fields are the key's placeholders), and a look-up of the error texts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// The locales in the order of `Locale`'s variants; the first is the reference.
const LOCALES: [&str; 2] = ["zh-CN", "en"];

/// The table whose entries are looked up by a code known only at run time.
const ERROR_TABLE: &str = "error";

fn main() {
    let source = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let target = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let folder = Path::new(&source).join("locales");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let code = match generate(&folder) {
        Ok(code) => code,
        Err(problems) => {
            for problem in &problems {
                println!("cargo::error={problem}");
                eprintln!("{problem}");
            }
            process::exit(1);
        }
    };
    let file = PathBuf::from(target).join("locale_keys.rs");
    if let Err(error) = fs::write(&file, code) {
        println!("cargo::error=cannot write {}: {error}", file.display());
        process::exit(1);
    }
}

/// One key's place and its text in every locale.
struct Phrase {
    path: Vec<String>,
    texts: Vec<String>,
    placeholders: BTreeSet<String>,
}

fn generate(folder: &Path) -> Result<String, Vec<String>> {
    let mut problems = Vec::new();
    let mut tables = Vec::new();
    for locale in LOCALES {
        match read_locale(folder, locale) {
            Ok(table) => tables.push(table),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let reference = flatten(&tables[0], LOCALES[0], &mut problems);
    let mut phrases: Vec<Phrase> = reference
        .into_iter()
        .map(|(path, text)| Phrase {
            placeholders: placeholders(&path, LOCALES[0], &text, &mut problems),
            path,
            texts: vec![text],
        })
        .collect();
    for (table, locale) in tables.iter().zip(LOCALES).skip(1) {
        join(&mut phrases, table, locale, &mut problems);
    }
    let errors = error_codes(&phrases, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut code = String::new();
    write_modules(&mut code, &phrases, 0);
    write_error_lookup(&mut code, &errors, &phrases);
    Ok(code)
}

fn read_locale(folder: &Path, locale: &str) -> Result<toml::Table, String> {
    let file = folder.join(format!("{locale}.toml"));
    let text = fs::read_to_string(&file)
        .map_err(|error| format!("locales/{locale}.toml cannot be read: {error}"))?;
    text.parse::<toml::Table>().map_err(|error| {
        format!("locales/{locale}.toml is not valid TOML: {error}").replace('\n', " ")
    })
}

/// Lists every key of a locale with its text, sorted by path.
fn flatten(
    table: &toml::Table,
    locale: &str,
    problems: &mut Vec<String>,
) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![(Vec::new(), table)];
    while let Some((prefix, table)) = waiting.pop() {
        for (name, value) in table {
            let mut path: Vec<String> = prefix.clone();
            path.push(name.clone());
            if !is_identifier(name) {
                problems.push(format!(
                    "locales/{locale}.toml: `{}` cannot be a key: use lower-case letters, digits and _, and no Rust keyword",
                    path.join(".")
                ));
                continue;
            }
            match value {
                toml::Value::Table(inner) => waiting.push((path, inner)),
                toml::Value::String(text) if !text.trim().is_empty() => {
                    found.push((path, text.clone()));
                }
                _ => problems.push(format!(
                    "locales/{locale}.toml: `{}` must be a text that is not empty",
                    path.join(".")
                )),
            }
        }
    }
    found.sort();
    found
}

/// Adds another locale's texts, noting what is missing, extra or different.
fn join(phrases: &mut [Phrase], table: &toml::Table, locale: &str, problems: &mut Vec<String>) {
    let mut texts: std::collections::BTreeMap<_, _> =
        flatten(table, locale, problems).into_iter().collect();
    for phrase in phrases {
        let key = phrase.path.join(".");
        let Some(text) = texts.remove(&phrase.path) else {
            problems.push(format!(
                "locales/{locale}.toml lacks `{key}`, which locales/{}.toml has",
                LOCALES[0]
            ));
            continue;
        };
        let theirs = placeholders(&phrase.path, locale, &text, problems);
        if theirs != phrase.placeholders {
            problems.push(format!(
                "`{key}` has the placeholders {:?} in {} but {:?} in {locale}",
                phrase.placeholders, LOCALES[0], theirs
            ));
        }
        phrase.texts.push(text);
    }
    for path in texts.keys() {
        problems.push(format!(
            "locales/{locale}.toml has `{}`, which locales/{}.toml lacks",
            path.join("."),
            LOCALES[0]
        ));
    }
}

/// Returns the names between braces.
fn placeholders(
    path: &[String],
    locale: &str,
    text: &str,
    problems: &mut Vec<String>,
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(start) = rest.find(['{', '}']) {
        let name = rest[start..]
            .strip_prefix('{')
            .and_then(|after| after.split_once('}'))
            .filter(|(name, _)| is_identifier(name));
        let Some((name, after)) = name else {
            problems.push(format!(
                "locales/{locale}.toml: `{}` has a brace that is no {{placeholder}}",
                path.join(".")
            ));
            break;
        };
        names.insert(name.to_owned());
        rest = after;
    }
    names
}

/// Returns the codes under the error table, checking that each can be looked up.
fn error_codes(phrases: &[Phrase], problems: &mut Vec<String>) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for phrase in phrases
        .iter()
        .filter(|phrase| phrase.path[0] == ERROR_TABLE)
    {
        let key = phrase.path.join(".");
        match phrase.path.as_slice() {
            [_, code, part] if part == "message" || part == "next" => {
                codes.insert(code.clone());
            }
            _ => problems.push(format!(
                "`{key}` is not of the form error.<code>.message or .next"
            )),
        }
        if !phrase.placeholders.is_empty() {
            problems.push(format!(
                "`{key}` must have no placeholders: it is looked up by its code"
            ));
        }
    }
    for code in &codes {
        for part in ["message", "next"] {
            if find(phrases, code, part).is_none() {
                problems.push(format!("`error.{code}` lacks `{part}`"));
            }
        }
    }
    codes
}

fn find<'a>(phrases: &'a [Phrase], code: &str, part: &str) -> Option<&'a Phrase> {
    phrases
        .iter()
        .find(|phrase| phrase.path == [ERROR_TABLE, code, part])
}

/// Writes the phrases, which share their first `depth` path parts, as nested modules.
fn write_modules(code: &mut String, phrases: &[Phrase], depth: usize) {
    let mut rest = phrases;
    while let Some(first) = rest.first() {
        let name = &first.path[depth];
        let end = rest.partition_point(|phrase| phrase.path[depth] <= *name);
        let (group, after) = rest.split_at(end);
        rest = after;
        if first.path.len() == depth + 1 {
            write_phrase(code, first, name);
        } else {
            let _ = writeln!(code, "/// Keys of `{}`.", first.path[..=depth].join("."));
            let _ = writeln!(code, "pub mod {name} {{");
            write_modules(code, group, depth + 1);
            let _ = writeln!(code, "}}");
        }
    }
}

fn write_phrase(code: &mut String, phrase: &Phrase, name: &str) {
    let lifetime = if phrase.placeholders.is_empty() {
        ""
    } else {
        "<'a>"
    };
    let _ = writeln!(code, "/// {}", phrase.texts[0].replace('\n', " "));
    let _ = writeln!(code, "pub struct {name}{lifetime} {{");
    for placeholder in &phrase.placeholders {
        let _ = writeln!(code, "    /// Fills `{{{placeholder}}}`.");
        let _ = writeln!(code, "    pub {placeholder}: &'a dyn ::core::fmt::Display,");
    }
    let anonymous = if phrase.placeholders.is_empty() {
        ""
    } else {
        "<'_>"
    };
    let _ = writeln!(code, "}}\nimpl {name}{anonymous} {{");
    let _ = writeln!(code, "    /// Returns the text in the current locale.");
    let _ = writeln!(code, "    pub fn say(&self) -> ::std::string::String {{");
    let fills: Vec<String> = phrase
        .placeholders
        .iter()
        .map(|placeholder| format!("({placeholder:?}, self.{placeholder})"))
        .collect();
    let _ = writeln!(
        code,
        "        crate::locale::phrase(&{}, &[{}])\n    }}\n}}",
        texts_literal(&phrase.texts),
        fills.join(", ")
    );
}

fn write_error_lookup(code: &mut String, codes: &BTreeSet<String>, phrases: &[Phrase]) {
    code.push_str("/// Returns the message and the next step of a stable code, in every locale.\n");
    code.push_str("#[rustfmt::skip]\n");
    let _ = writeln!(
        code,
        "pub(crate) fn error_lookup(code: &str) -> Option<([&'static str; {0}], [&'static str; {0}])> {{\n    Some(match code {{",
        LOCALES.len()
    );
    for error in codes {
        let parts = ["message", "next"].map(|part| {
            let phrase =
                find(phrases, error, part).expect("error_codes checked that both parts exist");
            texts_literal(&phrase.texts)
        });
        let _ = writeln!(code, "        {error:?} => ({}, {}),", parts[0], parts[1]);
    }
    code.push_str("        _ => return None,\n    })\n}\n");
}

fn texts_literal(texts: &[String]) -> String {
    format!("{texts:?}")
}

/// Says whether a key can be a Rust name: lower case, and no keyword.
fn is_identifier(name: &str) -> bool {
    const KEYWORDS: [&str; 43] = [
        "as", "async", "await", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
        "enum", "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match",
        "mod", "move", "mut", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
        "trait", "true", "try", "type", "unsafe", "use", "where", "while", "yield",
    ];
    let starts_well = name
        .chars()
        .next()
        .is_some_and(|first| first.is_ascii_lowercase());
    let body = name
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    starts_well && body && !KEYWORDS.contains(&name)
}
