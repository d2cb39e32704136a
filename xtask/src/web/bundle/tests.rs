use super::*;

fn public() -> tempfile::TempDir {
    let public = tempfile::tempdir().unwrap();
    for (name, content) in [
        (
            "index.html",
            "<link href={{styles}}><script src={{boot}}></script>",
        ),
        (
            "boot.js",
            "import init from '{{script}}'; init({module_or_path: '{{wasm}}'})",
        ),
        (
            "sw.js",
            "const urls = {{precache}}; const later = {{later}}; const version = '{{version}}'",
        ),
        ("manifest.webmanifest", "{}"),
        ("icons/app.svg", "<svg/>"),
        ("styles/order.txt", "tokens.css\n\npage.css\n"),
        ("styles/page.css", "b{}"),
        ("styles/tokens.css", "a{}"),
    ] {
        write_file(&public.path().join(name), content.as_bytes()).unwrap();
    }
    public
}

fn program(javascript: &str) -> Program {
    Program {
        javascript: javascript.to_owned(),
        wasm: b"\0asm".to_vec(),
        loader: "import './app.js'; fetch('./split_hosts.wasm'); fetch('./split_own.wasm')"
            .to_owned(),
        parts: vec![
            ("split_hosts".to_owned(), b"\0asm\x01".to_vec()),
            ("split_own".to_owned(), b"\0asm\x02".to_vec()),
        ],
        snippets: vec![("crate-1/inline0.js".to_owned(), b"export {}".to_vec())],
    }
}

fn read(dist: &Path, name: &str) -> String {
    fs::read_to_string(dist.join(name)).unwrap()
}

fn names(dist: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    gather(dist, &mut paths).unwrap();
    paths
        .iter()
        .map(|path| {
            path.strip_prefix(dist)
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

#[test]
fn every_placeholder_becomes_the_address_of_a_file_that_is_there() {
    let (public, dist) = (public(), tempfile::tempdir().unwrap());
    assemble(
        public.path(),
        &program("import './snippets/crate-1/inline0.js'"),
        dist.path(),
    )
    .unwrap();
    let worker = read(dist.path(), "sw.js");
    let list = &worker["const urls = ".len()..worker.find(';').unwrap()];
    let addresses: Vec<String> = serde_json::from_str(list).unwrap();
    assert_eq!(addresses.len(), 10, "{addresses:?}");
    for address in addresses.iter().filter(|address| *address != "/") {
        assert!(dist.path().join(&address[1..]).is_file(), "{address}");
    }
    let page = read(dist.path(), "index.html");
    assert!(
        addresses
            .iter()
            .filter(|address| page.contains(*address))
            .count()
            >= 3,
        "{page}"
    );
}

#[test]
fn a_part_for_later_is_there_and_not_among_what_everybody_keeps() {
    let (public, dist) = (public(), tempfile::tempdir().unwrap());
    let program = program(
        "import * as parts from \"./__wasm_split.js\"; const imports = { \"./__wasm_split.js\": parts }",
    );
    assemble(public.path(), &program, dist.path()).unwrap();
    let worker = read(dist.path(), "sw.js");
    let (everybody, later) = worker.split_once("const later").unwrap();
    assert!(!everybody.contains("split_hosts"), "{worker}");
    assert!(everybody.contains("/assets/split_own-"), "{worker}");
    assert!(!later.contains("split_own"), "{worker}");
    assert!(later.contains("/assets/split_hosts-"), "{worker}");
    let names = names(dist.path());
    let named = |beginning: &str| {
        let is_named = |name: &&String| name.starts_with(beginning) && name.ends_with(".js");
        names.iter().find(is_named)
    };
    let (script, loader) = (named("assets/app-"), named("assets/parts-"));
    let (script, loader) = (script.unwrap(), loader.unwrap());
    let script_text = read(dist.path(), script);
    assert!(script_text.contains(loader.as_str()), "{script_text}");
    let name_in_the_program = "{ \"./__wasm_split.js\": parts }";
    assert!(script_text.contains(name_in_the_program), "{script_text}");
    assert!(read(dist.path(), loader).contains(script.as_str()));
}

#[test]
fn style_sheets_stand_in_the_order_of_the_list() {
    let public = public();
    assert_eq!(styles(&public.path().join("styles")).unwrap(), "a{}\nb{}\n");
}

#[test]
fn a_second_build_leaves_nothing_of_the_first() {
    let (public, dist) = (public(), tempfile::tempdir().unwrap());
    assemble(public.path(), &program("first"), dist.path()).unwrap();
    let first = (names(dist.path()), read(dist.path(), "sw.js"));
    assemble(public.path(), &program("second"), dist.path()).unwrap();
    let second = (names(dist.path()), read(dist.path(), "sw.js"));
    assert_eq!(first.0.len(), second.0.len());
    assert_ne!(first.0, second.0);
    assert_ne!(first.1, second.1);
}

#[test]
fn a_compressed_copy_reads_as_the_original() {
    let (public, dist) = (public(), tempfile::tempdir().unwrap());
    assemble(public.path(), &program("first"), dist.path()).unwrap();
    let compressed = fs::read(dist.path().join("index.html.br")).unwrap();
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut compressed.as_slice(), &mut plain).unwrap();
    assert_eq!(plain, fs::read(dist.path().join("index.html")).unwrap());
}

#[test]
fn a_misspelt_placeholder_is_an_error_that_names_it() {
    let (public, dist) = (public(), tempfile::tempdir().unwrap());
    write_file(&public.path().join("sw.js"), b"{{precahce}}").unwrap();
    let failure = assemble(public.path(), &program("first"), dist.path()).unwrap_err();
    assert!(failure.to_string().contains("{{precahce}}"), "{failure}");
}
