//! Gives what the program imports from its JavaScript short names. wasm-bindgen's end in sixteen
//! hexadecimal digits that do not compress, and every phone downloads each of them twice.

use std::collections::BTreeMap;

use crate::failure::Failure;

/// The module of the imports, as wasm-bindgen names it for the name `app`.
const MODULE: &str = "./app_bg.js";
/// How the long names begin.
const LONG: &str = "__wb";

/// Shortens the names on both sides.
pub(super) fn shorten(javascript: &str, wasm: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let mut module =
        walrus::Module::from_buffer(wasm).map_err(|error| Failure::Split(error.into()))?;
    // An export of the same name is another thing, which keeps its name.
    let exported = |name: &str| module.exports.iter().any(|export| export.name == name);
    let mut shorts = BTreeMap::new();
    for import in module.imports.iter() {
        if import.module == MODULE && import.name.starts_with(LONG) && !exported(&import.name) {
            let short = format!("${:x}", shorts.len());
            shorts.entry(import.name.clone()).or_insert(short);
        }
    }
    for import in module.imports.iter_mut() {
        if let (MODULE, Some(short)) = (&*import.module, shorts.get(&import.name)) {
            import.name.clone_from(short);
        }
    }
    Ok((renamed(javascript, &shorts), module.emit_wasm()))
}

/// Returns the text with every identifier replaced that has another name.
fn renamed(javascript: &str, names: &BTreeMap<String, String>) -> String {
    let is_in_name =
        |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let mut text = String::with_capacity(javascript.len());
    let mut rest = javascript;
    while !rest.is_empty() {
        let begin = rest.find(is_in_name).unwrap_or(rest.len());
        let (between, from_name) = rest.split_at(begin);
        let end = from_name
            .find(|letter| !is_in_name(letter))
            .unwrap_or(from_name.len());
        let (name, after) = from_name.split_at(end);
        text.push_str(between);
        text.push_str(names.get(name).map_or(name, String::as_str));
        rest = after;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that imports a long name from each of two modules and exports a third.
    fn program() -> Vec<u8> {
        let mut module = walrus::Module::default();
        let kind = module.types.add(&[], &[]);
        module.add_import_func(MODULE, "__wbg_get_0123456789abcdef", kind);
        let (kept, _) = module.add_import_func(MODULE, "__wbg_free", kind);
        module.add_import_func("./other.js", "__wbg_get_0123456789abcdef", kind);
        module.exports.add("__wbg_free", kept);
        module.emit_wasm()
    }

    #[test]
    fn both_sides_have_the_same_short_name_and_all_else_stays() {
        let javascript =
            "const a = { __wbg_get_0123456789abcdef: () => 报(1), __wbg_free: $x.__wbg_get };";
        let (javascript, wasm) = shorten(javascript, &program()).unwrap();
        assert_eq!(
            javascript,
            "const a = { $0: () => 报(1), __wbg_free: $x.__wbg_get };"
        );
        let module = walrus::Module::from_buffer(&wasm).unwrap();
        let imports: Vec<_> = module
            .imports
            .iter()
            .map(|import| (import.module.as_str(), import.name.as_str()))
            .collect();
        let long = "__wbg_get_0123456789abcdef";
        assert_eq!(
            imports,
            [(MODULE, "$0"), (MODULE, "__wbg_free"), ("./other.js", long)]
        );
    }

    #[test]
    fn bytes_that_are_no_program_are_an_error() {
        assert!(shorten("", b"nonsense").is_err());
    }
}
