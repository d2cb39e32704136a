//! The bundle and the headers around everything.

use std::fs;

use server::ServerConfig;
use shared::codes::Code;
use tests::http::{Answer, Request};

use crate::city::serve;

/// Serves a bundle of two files.
async fn check(run: impl AsyncFnOnce(&dyn Fn(&str) -> Request)) {
    let city = serve().await;
    let (data, web) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    city.store(); // The city's own server serves no bundle; a second one does.
    let store = server::store::sqlite::SqliteStore::open(data.path()).unwrap();
    let found = server::store::Store::found(
        &store,
        city.store().city().await.unwrap().unwrap(),
        1,
        server::directory::DirectoryChanges::default(),
    );
    found.await.unwrap();
    drop(store);
    fs::create_dir(web.path().join("assets")).unwrap();
    for (name, content) in [
        ("index.html", "<!doctype html>shell"),
        ("sw.js", "// worker"),
        ("manifest.webmanifest", "{}"),
        ("assets/app-1f.wasm", "plain"),
        ("assets/app-1f.wasm.br", "compressed"),
    ] {
        fs::write(web.path().join(name), content).unwrap();
    }
    let mut config = ServerConfig::local(data.path());
    config.web = Some(web.path().to_owned());
    let server = server::start(config).await.unwrap();
    let address = server.address();
    run(&|path| Request::new(address, "GET", path)).await;
    server.shutdown().await;
}

fn is_shell(answer: &Answer) -> bool {
    answer.status == 200 && answer.body.ends_with(b"shell")
}

#[tokio::test]
async fn the_bundle_is_served_with_its_types_and_lifetimes() {
    check(async |get| {
        let shell = get("/").send().await;
        assert!(is_shell(&shell));
        assert_eq!(shell.header("cache-control"), Some("no-cache"));
        let tag = shell.header("etag").unwrap();
        let known = get("/").header("if-none-match", tag).send().await;
        assert_eq!((known.status, known.body.len()), (304, 0));

        let wasm = get("/assets/app-1f.wasm").send().await;
        assert_eq!(wasm.body, b"plain");
        assert_eq!(wasm.header("content-type"), Some("application/wasm"));
        let forever = "public, max-age=31536000, immutable";
        assert_eq!(wasm.header("cache-control"), Some(forever));
        let small = get("/assets/app-1f.wasm").header("accept-encoding", "gzip, br");
        let small = small.send().await;
        assert_eq!(small.body, b"compressed");
        assert_eq!(small.header("content-encoding"), Some("br"));
        assert_eq!(small.header("content-type"), Some("application/wasm"));

        let manifest = get("/manifest.webmanifest").send().await;
        assert_eq!(
            manifest.header("content-type"),
            Some("application/manifest+json")
        );
        let worker = get("/sw.js").send().await;
        assert_eq!(worker.header("cache-control"), Some("no-cache"));
    })
    .await;
}

#[tokio::test]
async fn navigations_get_the_shell_and_what_is_missing_is_missing() {
    check(async |get| {
        let navigate = |path: &str| get(path).header("accept", "text/html,*/*;q=0.8").send();
        assert!(is_shell(&navigate("/enrol").await));
        assert!(is_shell(&navigate("/activities/1").await));
        let missing = [navigate("/assets/old.js"), navigate("/api/nothing")];
        for answer in futures::future::join_all(missing).await {
            answer.expect_error(404, Code::NotFound);
        }
        for path in ["/old.js", "/../Cargo.toml", "/assets/../../x", "/.env"] {
            get(path).send().await.expect_error(404, Code::NotFound);
        }
    })
    .await;
}

#[tokio::test]
async fn every_answer_keeps_its_content_its_own() {
    let server = serve().await;
    for path in ["/healthz", "/readyz", "/api/dashboard", "/nothing"] {
        let answer = server.request("GET", path).send().await;
        let csp = answer.header("content-security-policy").unwrap();
        assert!(
            csp.contains("script-src 'self' 'wasm-unsafe-eval';"),
            "{path}"
        );
        assert!(csp.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert!(
            answer
                .header("permissions-policy")
                .unwrap()
                .contains("camera=(self)")
        );
    }
    let health = server.request("GET", "/healthz").send().await;
    assert_eq!((health.status, &*health.body), (200, &b"ok"[..]));
    let ready = server.request("GET", "/readyz").send().await;
    assert_eq!(ready.status, 200);
    let api = server.request("GET", "/api/dashboard").send().await;
    assert_eq!(api.header("cache-control"), Some("no-store"));
}
