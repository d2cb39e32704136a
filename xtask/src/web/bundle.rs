//! Puts the bundle together: files named by their content, the page, the service worker, and a
//! compressed copy of all that compresses. Knows `public/`'s placeholders, and nothing of Rust.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::compile::Program;
use super::digest::{content_hash, digest_of};
use super::inputs::gather;
use super::split::{LOADER, SCRIPT};
use crate::failure::Failure;

const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;
const BROTLI_BUFFER_BYTES: usize = 4096;

const COMPRESSIBLE: [&str; 8] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "svg",
    "wasm",
    "webmanifest",
];

/// How the names of the parts begin that every phone keeps: the owner's own pages, the one that reads
/// codes, and what these share with other parts. The others are kept only where they are wanted.
const EVERYBODYS: [&str; 3] = ["split_own", "split_scanner", "chunk_"];

/// Writes the bundle into `dist` and returns a line about its size.
pub(super) fn assemble(public: &Path, program: &Program, dist: &Path) -> Result<String, Failure> {
    let mut bundle = Bundle::new(dist);
    let mut values = bundle.add_program(program)?;
    let styles = styles(&public.join("styles"))?;
    values.push((
        "{{styles}}",
        bundle.add_asset("styles", "css", styles.as_bytes())?,
    ));
    let boot = fill(&public.join("boot.js"), &values)?;
    values.push(("{{boot}}", bundle.add_asset("boot", "js", boot.as_bytes())?));
    bundle.add(
        "/",
        "index.html",
        fill(&public.join("index.html"), &values)?.as_bytes(),
    )?;
    bundle.add_public(public)?;
    bundle.add_service_worker(&public.join("sw.js"))?;
    bundle.remove_stale()?;
    Ok(bundle.sizes())
}

/// A bundle on its way to its folder.
struct Bundle<'a> {
    dist: &'a Path,
    /// The address and the content hash of all that the service worker keeps on the phone.
    precached: Vec<(String, String)>,
    /// The addresses of what it keeps only where it is wanted.
    later: Vec<String>,
    written: BTreeSet<PathBuf>,
    plain_bytes: usize,
    compressed_bytes: usize,
}

impl<'a> Bundle<'a> {
    fn new(dist: &'a Path) -> Self {
        Self {
            dist,
            precached: Vec::new(),
            later: Vec::new(),
            written: BTreeSet::new(),
            plain_bytes: 0,
            compressed_bytes: 0,
        }
    }

    /// Adds the program and returns the placeholders that stand for its parts.
    fn add_program(&mut self, program: &Program) -> Result<Vec<(&'static str, String)>, Failure> {
        let parts = program
            .snippets
            .iter()
            .flat_map(|(name, content)| [name.as_bytes(), content.as_slice()]);
        let snippets = format!("snippets-{}", digest_of(parts));
        for (name, content) in &program.snippets {
            let path = format!("assets/{snippets}/{name}");
            self.add(&format!("/{path}"), &path, content)?;
        }
        let loader = self.loader_path(program);
        let javascript = program
            .javascript
            .replace("./snippets/", &format!("./{snippets}/"))
            // The program asks for the loader by its old name: only the file has another.
            .replace(
                &format!("from \"{LOADER}\""),
                &format!("from \"/{loader}\""),
            );
        let script = self.add_asset("app", "js", javascript.as_bytes())?;
        self.add_parts(program, &loader, &script)?;
        let wasm = self.add_asset("app", "wasm", &program.wasm)?;
        Ok(vec![("{{script}}", script), ("{{wasm}}", wasm)])
    }

    /// Returns where the script is that fetches parts of the program. It and the program's own script
    /// name each other, so it is named by what both are made of.
    fn loader_path(&self, program: &Program) -> String {
        let parts = program.parts.iter().map(|(_, content)| content.as_slice());
        let sources = [program.javascript.as_bytes(), program.loader.as_bytes()];
        format!("assets/parts-{}.js", digest_of(parts.chain(sources)))
    }

    /// Adds the parts that are fetched later, and the script that fetches them.
    fn add_parts(&mut self, program: &Program, path: &str, script: &str) -> Result<(), Failure> {
        let mut loader = program.loader.replace(SCRIPT, script);
        for (stem, content) in &program.parts {
            let path = format!("assets/{stem}-{}.wasm", content_hash(content));
            let address = format!("/{path}");
            loader = loader.replace(&format!("./{stem}.wasm"), &address);
            if EVERYBODYS.iter().any(|begin| stem.starts_with(begin)) {
                self.add(&address, &path, content)?;
            } else {
                self.write(&path, content)?;
                self.later.push(address);
            }
        }
        self.add(&format!("/{path}"), path, loader.as_bytes())
    }

    /// Adds a file whose name says its content, and returns its address.
    fn add_asset(
        &mut self,
        name: &str,
        extension: &str,
        content: &[u8],
    ) -> Result<String, Failure> {
        let path = format!("assets/{name}-{}.{extension}", content_hash(content));
        let address = format!("/{path}");
        self.add(&address, &path, content)?;
        Ok(address)
    }

    /// Adds the files that are copied as they are: the manifest and the icons.
    fn add_public(&mut self, public: &Path) -> Result<(), Failure> {
        let mut paths = vec![public.join("manifest.webmanifest")];
        gather(&public.join("icons"), &mut paths)?;
        for path in paths {
            let content = fs::read(&path).map_err(Failure::at(&path))?;
            let name = path
                .strip_prefix(public)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            self.add(&format!("/{name}"), &name, &content)?;
        }
        Ok(())
    }

    /// Adds the service worker, which lists everything before it and must not list itself.
    fn add_service_worker(&mut self, source: &Path) -> Result<(), Failure> {
        let addresses: Vec<_> = self
            .precached
            .iter()
            .map(|(address, _)| address.as_str())
            .collect();
        let parts = self
            .precached
            .iter()
            .flat_map(|(address, hash)| [address.as_bytes(), hash.as_bytes()]);
        let values = [
            ("{{precache}}", serde_json::json!(addresses).to_string()),
            ("{{later}}", serde_json::json!(self.later).to_string()),
            ("{{version}}", digest_of(parts)),
        ];
        let content = fill(source, &values)?;
        self.write("sw.js", content.as_bytes())
    }

    fn add(&mut self, address: &str, path: &str, content: &[u8]) -> Result<(), Failure> {
        self.precached
            .push((address.to_owned(), content_hash(content)));
        self.write(path, content)
    }

    /// Writes a file and its compressed copy, unless they are there from an earlier build.
    fn write(&mut self, path: &str, content: &[u8]) -> Result<(), Failure> {
        let target = self.dist.join(path);
        let is_same = fs::read(&target).is_ok_and(|before| before == content);
        if !is_same {
            write_file(&target, content)?;
        }
        self.plain_bytes += content.len();
        let extension = target
            .extension()
            .map(|extension| extension.to_string_lossy().into_owned());
        if extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension.as_str())) {
            let compressed = self.dist.join(format!("{path}.br"));
            if !(is_same && compressed.is_file()) {
                write_file(
                    &compressed,
                    &compress(content).map_err(Failure::at(&compressed))?,
                )?;
            }
            let metadata = fs::metadata(&compressed).map_err(Failure::at(&compressed))?;
            self.compressed_bytes += usize::try_from(metadata.len()).unwrap_or(usize::MAX);
            self.written.insert(compressed);
        } else {
            self.compressed_bytes += content.len();
        }
        self.written.insert(target);
        Ok(())
    }

    /// Removes what earlier builds left behind.
    fn remove_stale(&self) -> Result<(), Failure> {
        let mut present = Vec::new();
        gather(self.dist, &mut present)?;
        for path in present.iter().filter(|path| !self.written.contains(*path)) {
            fs::remove_file(path).map_err(Failure::at(path))?;
        }
        Ok(())
    }

    fn sizes(&self) -> String {
        let kilobytes = |bytes: usize| bytes.div_ceil(1000);
        format!(
            "{} kB in {} files, {} kB compressed",
            kilobytes(self.plain_bytes),
            self.precached.len() + 1,
            kilobytes(self.compressed_bytes),
        )
    }
}

/// Returns all style sheets as one, in the order that `order.txt` lists them.
fn styles(folder: &Path) -> Result<String, Failure> {
    let order = folder.join("order.txt");
    let order = fs::read_to_string(&order).map_err(Failure::at(&order))?;
    let mut styles = String::new();
    for name in order.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let path = folder.join(name);
        styles.push_str(&fs::read_to_string(&path).map_err(Failure::at(&path))?);
        styles.push('\n');
    }
    Ok(styles)
}

/// Returns a file with its placeholders filled in.
fn fill(path: &Path, values: &[(&str, String)]) -> Result<String, Failure> {
    let mut text = fs::read_to_string(path).map_err(Failure::at(path))?;
    for (placeholder, value) in values {
        text = text.replace(placeholder, value);
    }
    match leftover(&text) {
        None => Ok(text),
        Some(placeholder) => Err(Failure::Placeholder {
            path: path.to_owned(),
            placeholder: placeholder.to_owned(),
        }),
    }
}

/// Returns the first placeholder left in a text.
fn leftover(text: &str) -> Option<&str> {
    text.match_indices("{{").find_map(|(begin, _)| {
        let end = begin + text[begin..].find("}}")? + 2;
        let name = &text[begin + 2..end - 2];
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        is_name.then(|| &text[begin..end])
    })
}

fn write_file(path: &Path, content: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::at(folder))?;
    }
    fs::write(path, content).map_err(Failure::at(path))
}

fn compress(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(
        compressed,
        BROTLI_BUFFER_BYTES,
        BROTLI_QUALITY,
        BROTLI_WINDOW,
    );
    writer.write_all(content)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

#[cfg(test)]
mod tests;
