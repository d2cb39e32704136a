//! The bundle: the shell for navigations, hashed assets for ever, nothing for what is missing.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use shared::codes::Code;

use super::Counter;
use super::error::ApiError;

const SHELL: &str = "index.html";

/// Where the bundle is.
#[derive(Clone, Debug)]
pub enum Bundle {
    /// In a folder.
    Folder(PathBuf),
    /// Inside the binary, if it was built so.
    Embedded,
}

#[cfg(feature = "embed-app")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../target/web/dist"]
struct Embedded;

impl Bundle {
    async fn file(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Folder(folder) => read_file(&folder.join(path)).await.map(Cow::Owned),
            Self::Embedded => embedded(path),
        }
    }
}

async fn read_file(path: &Path) -> Option<Vec<u8>> {
    tokio::fs::read(path).await.ok()
}

#[cfg(feature = "embed-app")]
fn embedded(path: &str) -> Option<Cow<'static, [u8]>> {
    Embedded::get(path).map(|file| file.data)
}

#[cfg(not(feature = "embed-app"))]
fn embedded(_: &str) -> Option<Cow<'static, [u8]>> {
    None
}

/// Answers whatever is not the API.
pub(super) async fn page(State(counter): State<Counter>, request: Request) -> Response {
    let (method, headers) = (request.method(), request.headers());
    if !matches!(*method, Method::GET | Method::HEAD) {
        return missing();
    }
    let path = request.uri().path().trim_start_matches('/');
    let bundle = &counter.inner.bundle;
    let path = if path.is_empty() { SHELL } else { path };
    if is_plain(path)
        && let Some(response) = serve(bundle, path, headers).await
    {
        return response;
    }
    let navigation = accepts(headers, ACCEPT, "text/html")
        && !path.starts_with("assets/")
        && path != "api"
        && !path.starts_with("api/");
    if navigation && let Some(response) = serve(bundle, SHELL, headers).await {
        return response;
    }
    missing()
}

fn missing() -> Response {
    ApiError::from(Code::NotFound).into_response()
}

/// Tells whether a path names a file of the bundle and none outside of it.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    })
}

async fn serve(bundle: &Bundle, path: &str, headers: &HeaderMap) -> Option<Response> {
    let compressed = if accepts(headers, ACCEPT_ENCODING, "br") {
        bundle.file(&format!("{path}.br")).await
    } else {
        None
    };
    let is_compressed = compressed.is_some();
    let content = match compressed {
        Some(content) => content,
        None => bundle.file(path).await?,
    };
    let immutable = path.starts_with("assets/");
    let tag = (!immutable).then(|| tag(&content)).flatten();
    let known = tag.is_some() && headers.get(IF_NONE_MATCH) == tag.as_ref();
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        content.into_response()
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    // Only what may be the shell instead depends on what the browser would rather have; a worker asks
    // for an asset with other words than the page, and must find the page's copy.
    let varies = if immutable {
        "accept-encoding"
    } else {
        "accept-encoding, accept"
    };
    answer.insert(VARY, HeaderValue::from_static(varies));
    if is_compressed {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    let caching = if immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Some(tag) = tag {
        answer.insert(ETAG, tag);
    }
    Some(response)
}

fn tag(content: &[u8]) -> Option<HeaderValue> {
    let digest = Sha256::digest(content);
    let text = format!("\"{}\"", HEXLOWER.encode(&digest[..16]));
    HeaderValue::from_str(&text).ok()
}

/// Tells whether a list of accepted things names one and does not weigh it nothing.
fn accepts(headers: &HeaderMap, name: axum::http::HeaderName, wanted: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(wanted));
            named && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_out_of_the_bundle_is_not_plain() {
        for path in ["index.html", "assets/app-1f.js", "icons/icon-192.png"] {
            assert!(is_plain(path), "{path}");
        }
        for path in [
            "../secret",
            "assets/../../x",
            "a//b",
            ".env",
            "a%2e%2e",
            "a\\b",
            "",
        ] {
            assert!(!is_plain(path), "{path}");
        }
    }

    #[test]
    fn an_encoding_of_no_weight_is_not_accepted() {
        let check = |value: &str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, value.parse().unwrap());
            assert_eq!(
                accepts(&headers, ACCEPT_ENCODING, "br"),
                expected,
                "{value}"
            );
        };
        check("gzip, deflate, br, zstd", true);
        check("BR;q=0.5", true);
        check("gzip, br;q=0", false);
        check("brotli", false);
    }
}
